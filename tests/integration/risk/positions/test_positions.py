"""Positions of a unit in its sections, and who holds them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, Invalid, Refused
from tests.integration.risk.house import House
from tests.unit.watch.reports.builders import local

TODAY = date(2026, 9, 1)


async def shown(house: House, position: pb.Position) -> pb.Position:
    found: pb.Position = (await house("leader", pb.GetPositionRequest(name=position.name))).position
    return found


async def test_a_position_stands_in_its_section_and_its_title_there_once(house: House) -> None:
    position = await house.position("会计", section="预算股", standing=pb.Position.STANDING_OTHER)
    await house.position("会计", section="国库股")
    before = await house.ledger_size()

    with pytest.raises(AlreadyExists):
        await house.position("会计", section="预算股")

    assert await house.ledger_size() == before
    found = await shown(house, position)
    assert (found.section, found.title, found.standing) == ("预算股", "会计", pb.Position.STANDING_OTHER)


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\ufe0f", "\U000e0100", "\u0332"])
async def test_titles_that_print_alike_are_one_title(house: House, hidden: str) -> None:
    position = await house.position("会计", section=f"预算{hidden}股")
    await house.power(position.name, f"资金{hidden}拨付审核")

    async with house.refused(AlreadyExists):
        await house.position(f"会{hidden}计", section="预算股")
    async with house.refused(AlreadyExists):
        await house.power(position.name, f"资金拨付{hidden}审核")

    assert (await shown(house, position)).section == "预算股"


async def test_a_position_is_held_by_cadres_from_a_day_to_a_day(house: House) -> None:
    position = await house.position()
    first, second = await house.cadre("wang-lei"), await house.cadre("li-na")
    for cadre in (first, second):
        await house("officer", pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day=str(TODAY)))
    appointed = {holder.cadre: holder for holder in (await shown(house, position)).holders}
    house.clock.set(local(2026, 9, 10))

    await house("officer", pb.EndHolderRequest(name=appointed[first].name, last_day="2026-09-09"))

    held = {holder.cadre: (holder.first_day, holder.last_day) for holder in (await shown(house, position)).holders}
    assert held == {first: (str(TODAY), "2026-09-09"), second: (str(TODAY), "")}
    of_unit = pb.ListPositionsRequest(parent=f"tenants/{house.town}")
    [listed] = (await house("officer", of_unit)).positions
    assert [holder.cadre for holder in listed.holders] == [second]


async def test_who_cannot_hold_a_position_does_not(house: House) -> None:
    position, cadre = await house.position(), await house.cadre("wang-lei")
    stranger = await house.cadre("zhang-san", "village")
    appoint = pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day=str(TODAY))
    await house("officer", appoint)
    [holder] = (await shown(house, position)).holders
    before = await house.ledger_size()

    with pytest.raises(Refused, match="HOLDS_ALREADY"):
        await house("officer", appoint)
    with pytest.raises(Refused, match="OTHER_UNIT"):
        await house("officer", pb.AppointHolderRequest(position=position.name, cadre=stranger, first_day=str(TODAY)))
    with pytest.raises(Invalid):
        await house("officer", pb.EndHolderRequest(name=holder.name, last_day="2026-09-02"))

    assert await house.ledger_size() == before


async def test_a_position_that_exercises_powers_is_not_retired(house: House) -> None:
    position = await house.position()
    power = await house.power(position.name)

    with pytest.raises(Refused, match="POSITION_HAS_POWERS"):
        await house("officer", pb.RetirePositionRequest(name=position.name))
    await house("officer", pb.RetirePowerRequest(name=power.name))
    await house("officer", pb.RetirePositionRequest(name=position.name))

    assert (await shown(house, position)).retired


async def listed(house: House, **asked: Any) -> list[pb.Position]:
    request = pb.ListPositionsRequest(parent=f"tenants/{house.town}", **asked)
    return list((await house("officer", request)).positions)


async def test_on_their_last_day_somebody_holds_a_position_still(house: House) -> None:
    position, cadre = await house.position(), await house.cadre("wang-lei")
    await house("officer", pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day=str(TODAY)))
    [holder] = (await shown(house, position)).holders
    await house("officer", pb.EndHolderRequest(name=holder.name, last_day=str(TODAY)))

    [today] = await listed(house)
    house.clock.set(local(2026, 9, 2))
    [tomorrow] = await listed(house)

    assert ([each.cadre for each in today.holders], list(tomorrow.holders)) == ([cadre], [])


async def test_who_held_a_position_that_is_retired_held_it_to_that_day(house: House) -> None:
    position, cadre = await house.position(), await house.cadre("wang-lei")
    await house("officer", pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day=str(TODAY)))
    house.clock.set(local(2026, 9, 10))

    await house("officer", pb.RetirePositionRequest(name=position.name))

    [holder] = (await shown(house, position)).holders
    assert (holder.first_day, holder.last_day) == (str(TODAY), "2026-09-10")


async def test_terms_of_one_cadre_in_a_position_do_not_overlap(house: House) -> None:
    position, cadre = await house.position(), await house.cadre("wang-lei")

    def appoint(day: str) -> pb.AppointHolderRequest:
        return pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day=day)

    await house("officer", appoint("2026-08-01"))
    [holder] = (await shown(house, position)).holders
    await house("officer", pb.EndHolderRequest(name=holder.name, last_day="2026-08-31"))

    for day in ("2026-07-01", "2026-08-10", "2026-08-31"):
        async with house.refused(Refused, "HOLDS_ALREADY"):
            await house("officer", appoint(day))
    await house("officer", appoint(str(TODAY)))


async def test_by_grade_positions_without_one_come_last_page_by_page(house: House) -> None:
    await house.position("会计")
    graded = await house.position("出纳")
    await house.power(graded.name)
    parent = f"tenants/{house.town}"

    first = await house("officer", pb.ListPositionsRequest(parent=parent, order_by="grade", page_size=1))
    rest = await listed(house, order_by="grade", page_size=1, page_token=first.next_page_token)

    assert [each.title for each in (*first.positions, *rest)] == ["出纳", "会计"]
