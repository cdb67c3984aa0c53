"""A case that was late, and is not after all: its piece counts no more, and again where the case is late anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.risk import v1 as pb

from services.common.events import Event, event_type
from services.common.foundation import LEDGER
from services.common.tracing import trace_id
from tests.called import told_of
from tests.integration.risk.house import House
from tests.integration.risk.information.test_by_hand import correct

UNIT = common.LEVEL_UNIT
TRACE = f"00-{'1' * 32}-{'2' * 16}-01"


def late(house: House, version: int, id: str = "c1", **facts: Any) -> Event:
    """The agency tells that a case is late, in the village unless the facts say otherwise."""
    said = agency.CaseOverdue(case=house.case(id), **{"desks": [house.unit("village")], **facts}, visible_to=UNIT)
    return told_of(("case", id), house.town, said, house.clock.now(), version)


def lifted(house: House, version: int, id: str = "c1", **facts: Any) -> Event:
    """The agency tells that it is late there no more."""
    said = agency.CaseOverdueLifted(case=house.case(id), **{"desks": [house.unit("village")], **facts}, visible_to=UNIT)
    return replace(told_of(("case", id), house.town, said, house.clock.now(), version), trace=TRACE)


async def take(house: House, *events: Event) -> None:
    """As the consumer hands over what comes together."""
    await house.take(house.subscriptions["AGENCY"], *events)


async def written(house: House) -> list[bool]:
    """What was written of the one piece that there is, in order: whether it was withdrawn."""
    [piece] = await house.information("discipline", show_withdrawn=True)
    shown = await house("discipline", pb.GetRiskInformationRequest(name=piece.name))
    return [each.withdrawn for each in shown.risk_information.entries]


async def test_a_piece_of_a_lateness_that_holds_no_more_is_withdrawn_by_the_service(house: House) -> None:
    await take(house, late(house, 1))

    await take(house, lifted(house, 2))

    assert await house.information("discipline") == []
    [piece] = await house.information("discipline", show_withdrawn=True)
    assert (piece.current.withdrawn, piece.current.author) == (True, "system/risk")
    [told] = await house.events(pb.RiskInformationCorrected)
    assert (told.risk_information, told.ordinal, told.withdrawn) == (piece.name, 1, True)
    assert not told.HasField("text")


async def test_it_counts_again_when_the_case_is_late_for_real_and_is_analysed(house: House) -> None:
    cases = [f"c{number}" for number in range(12)]
    for id in cases:
        await take(house, late(house, 1, id), lifted(house, 2, id))
    none = await house.warnings("discipline")
    await house.pass_days(3)

    await take(house, *(late(house, 3, id) for id in cases))

    pieces = await house.information("discipline")
    assert {(each.current.day, each.current.withdrawn) for each in pieces} == {("2026-09-04", False)}
    assert len(await house.events(pb.RiskInformationCollected)) == len(pieces) == len(cases)
    [warning] = await house.warnings("discipline")
    assert (none, warning.information_count) == ([], len(cases))


async def test_what_a_person_has_written_last_stays_whatever_becomes_of_the_lateness(house: House) -> None:
    finance = f"tenants/{house.town}/units/{house.unit('finance')}"
    await take(house, late(house, 1), late(house, 1, "c2"))
    first, second = sorted(await house.information("discipline"), key=lambda each: each.origin)
    await correct(house, first, "discipline", unit=finance)
    await correct(house, second, "discipline", withdrawn=True)

    await take(house, lifted(house, 2), late(house, 2, "c2"))

    [piece] = await house.information("discipline")
    assert (piece.name, piece.current.unit) == (first.name, finance)
    assert len(await house.events(pb.RiskInformationCorrected)) == 2


@pytest.mark.parametrize("together", [True, False])
async def test_what_was_told_last_of_a_case_counts_however_often_and_in_whatever_order_it_comes(
    house: House, together: bool
) -> None:
    first, no_more, anew, again = late(house, 1), lifted(house, 2), late(house, 3), lifted(house, 5)
    doubled = replace(no_more, id=uuid4(), version=4), replace(again, id=uuid4(), version=6)
    events = [first, first, no_more, first, anew, no_more, again, anew, doubled[1], *doubled, again]

    for those in [events] if together else [[each] for each in events]:
        await take(house, *those)

    assert await written(house) == [False, True, False, True]


async def test_a_lateness_that_was_taken_back_before_it_was_heard_of_is_none(house: House) -> None:
    await take(house, lifted(house, 2), late(house, 1))

    assert await house.information("discipline", show_withdrawn=True) == []


async def test_it_is_withdrawn_at_the_desks_where_the_case_is_late_no_more_each_in_its_own_tenant(
    house: House,
) -> None:
    window, village, finance = house.unit("civil-affairs", house.county), house.unit("village"), house.unit("finance")
    await take(house, late(house, 1, desks=[window, village, finance]))

    await take(house, lifted(house, 2, desks=[window, village]))

    [in_town] = await house.events(pb.RiskInformationCorrected)
    [in_county] = await house.events(pb.RiskInformationCorrected, house.county)
    assert (in_town.unit, in_county.unit) == (village, window)
    [left] = await house.information("discipline")
    assert left.current.unit.endswith(finance)


async def test_an_open_warning_stays_and_shows_what_is_behind_it_as_withdrawn(house: House) -> None:
    cases = [f"c{number}" for number in range(12)]
    await take(house, *(late(house, 1, id) for id in cases))
    [before] = await house.warnings("discipline")

    await take(house, *(lifted(house, 2, id) for id in cases))

    after = await house.warning(before.name)
    assert (after.state, after.colour) == (before.state, before.colour)
    assert {each.withdrawn for each in after.evidence} == {True}
    assert len(await house.events(pb.WarningRaised)) == 1


async def test_what_is_withdrawn_stands_under_the_trace_of_what_took_it_back(house: House) -> None:
    await take(house, late(house, 1))

    await take(house, lifted(house, 2))

    ledger = LEDGER.c
    corrected = (ledger.tenant == house.town, ledger.type == event_type(pb.RiskInformationCorrected))
    async with house.database.transaction(house.town) as tx:
        [trace] = [row.trace for row in await tx.rows(sa.select(ledger.trace).where(*corrected))]
    assert trace_id(trace or "") == trace_id(TRACE)
