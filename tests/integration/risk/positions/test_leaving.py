"""Cadres who retire or work in another unit from now on hold nothing any more, by the events of the organisation."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.errors import Refused
from services.common.events import Event
from tests.called import told_of
from tests.integration.risk.house import House
from tests.town_house import LONG_AGO
from tests.unit.watch.reports.builders import local

TODAY, LATER = local(2026, 9, 1), local(2026, 9, 10)


async def held(house: House, first_day: str = "2026-09-01") -> str:
    """A position of the finance office that `wang-lei` holds."""
    position, cadre = await house.position(), await house.cadre("wang-lei")
    await house("officer", pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day=first_day))
    return position.name


def change(house: House, time: datetime, revision: int = 2, slug: str = "finance", **facts: Any) -> Event:
    """What the gateway tells of the cadre."""
    name = f"tenants/{house.town}/cadres/wang-lei"
    unit = f"tenants/{house.town}/units/{house.unit(slug)}"
    cadre = gateway.Cadre(name=name, display_name="王磊", unit=unit, position="干事", revision=revision, **facts)
    told = gateway.CadreRetired if cadre.HasField("retire_time") else gateway.CadreChanged
    message = told(cadre=cadre, visible_to=common.LEVEL_UNIT)
    return told_of(("cadre", "wang-lei"), house.town, message, time, revision)


async def hear(house: House, *events: Event) -> None:
    house.clock.set(LATER)
    for each in events:
        await house.take(house.subscriptions["GATEWAY"], each)


async def terms(house: House, position: str) -> list[tuple[str, str]]:
    shown = (await house("leader", pb.GetPositionRequest(name=position))).position
    return [(each.first_day, each.last_day) for each in shown.holders]


@pytest.mark.parametrize("facts", [{"retire_time": LONG_AGO}, {"slug": "village"}])
async def test_who_retires_or_moves_held_a_position_to_that_day_however_often_it_is_told(
    house: House, facts: dict[str, Any]
) -> None:
    position = await held(house)
    left = change(house, LATER, **facts)

    await hear(house, left, left, change(house, LATER, revision=3, **facts))

    assert await terms(house, position) == [("2026-09-01", "2026-09-10")]
    [told] = await house.events(pb.PositionHolderEnded)
    assert (told.position, told.cadre, told.last_day) == (
        position,
        f"tenants/{house.town}/cadres/wang-lei",
        "2026-09-10",
    )


async def test_what_was_told_late_ends_on_its_day_and_not_before_it_began(house: House) -> None:
    early, late = await held(house, "2026-08-01"), await held_besides(house)

    await hear(house, change(house, local(2026, 8, 20), retire_time=LONG_AGO))

    assert await terms(house, early) == [("2026-08-01", "2026-08-20")]
    assert await terms(house, late) == [("2026-09-01", "2026-09-01")]


async def held_besides(house: House) -> str:
    position = await house.position("出纳")
    cadre = f"tenants/{house.town}/cadres/wang-lei"
    await house("officer", pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day="2026-09-01"))
    return position.name


async def test_who_stays_in_the_unit_holds_what_they_held_also_where_an_older_change_comes_later(house: House) -> None:
    position = await held(house)

    await hear(house, change(house, LATER, revision=3), change(house, TODAY, slug="village"))

    assert await terms(house, position) == [("2026-09-01", "")]
    assert await house.events(pb.PositionHolderEnded) == []


async def test_what_ended_before_stays_as_it_was(house: House) -> None:
    position = await held(house, "2026-08-01")
    [holder] = (await house("leader", pb.GetPositionRequest(name=position))).position.holders
    await house("officer", pb.EndHolderRequest(name=holder.name, last_day="2026-08-31"))

    await hear(house, change(house, LATER, retire_time=LONG_AGO))

    assert await terms(house, position) == [("2026-08-01", "2026-08-31")]
    assert len(await house.events(pb.PositionHolderEnded)) == 1


@pytest.mark.parametrize("_time", range(3))
async def test_who_is_appointed_while_they_retire_holds_nothing_in_the_end(house: House, _time: int) -> None:
    position, cadre = await house.position(), await house.cadre("wang-lei")
    appoint = pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day="2026-09-01")

    appointing = asyncio.create_task(house("officer", appoint))
    await hear(house, change(house, LATER, retire_time=LONG_AGO))

    await asyncio.wait([appointing])
    failed = appointing.exception()
    refused = isinstance(failed, Refused) and failed.reason == "CADRE_RETIRED"
    assert [last for _, last in await terms(house, position.name)] == ([] if refused else ["2026-09-10"])
