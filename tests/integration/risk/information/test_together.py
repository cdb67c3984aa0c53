"""Events that come together are collected and analysed at once: to where they would come one by one, each in its own
trace."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.risk import v1 as pb
from minshao.watch import v1 as watch

from services.common.events import Event
from services.common.foundation import LEDGER
from services.common.tracing import continue_trace, trace_id
from services.common.understanding import NotUnderstood
from tests.called import told_of
from tests.integration.risk.house import House

FINDINGS = (watch.Report.FINDING_SUBSTANTIATED, watch.Report.FINDING_PARTLY)


def reported(house: House, id: str, slug: str, chance: Random) -> Event:
    """A report about a unit that was substantiated, in part or in whole, or is overdue; in a trace of its own."""
    report = house.report(id, slug, recused_accounts=[f"tenants/{house.town}/accounts/{id}"])
    told = chance.choice(
        (
            watch.ReportSubstantiated(report=report, finding=chance.choice(FINDINGS), visible_to=common.LEVEL_UNIT),
            watch.ReportOverdue(report=report, visible_to=common.LEVEL_UNIT),
        )
    )
    return replace(told_of(("report", id), house.town, told, house.clock.now()), trace=continue_trace(""))


def about(event: Event, house: House, slug: str) -> Event:
    """The same of another report, about another unit."""
    told, id = type(event.message).FromString(event.payload), uuid4().hex
    told.report.MergeFrom(  # type: ignore[attr-defined]
        watch.ReportReference(
            report=f"tenants/{house.town}/reports/{id}",
            unit=house.unit(slug),
            organ=house.unit(slug),
            subject_unit=house.unit(slug),
        )
    )
    return told_of(("report", id), house.town, told, house.clock.now())


async def traces(house: House, type: str) -> list[str]:
    """The ids of the traces in which entries of a type stand."""
    ledger = LEDGER.c
    entries = sa.select(ledger.trace).where(ledger.tenant == house.town, ledger.type == type).order_by(ledger.seq)
    async with house.database.transaction(house.town) as tx:
        return [trace_id(row.trace or "") for row in await tx.rows(entries)]


@pytest.mark.parametrize("seed", range(4))
async def test_what_comes_together_ends_where_it_would_one_by_one(house: House, seed: int) -> None:
    chance, stream = Random(seed), house.subscriptions["WATCH"]
    events = [reported(house, uuid4().hex, "finance", chance) for _ in range(chance.randint(2, 12))]

    cut = chance.randint(0, len(events) - 1)
    for batch in (events[:cut], events[cut:]):
        await house.take(stream, *batch)
    for event in events:
        await house.take(stream, about(event, house, "village"))

    at_once, one_by_one = [
        await house.warnings("discipline", unit=f"tenants/{house.town}/units/{house.unit(slug)}")
        for slug in ("finance", "village")
    ]
    pieces = await house.information("discipline")
    assert [(each.colour, each.level) for each in at_once] == [(each.colour, each.level) for each in one_by_one]
    for warned, beside in zip(at_once, one_by_one, strict=True):
        # What came before the first warning, and counts by another rule, stands behind it only if it came with it.
        assert warned.information_count >= beside.information_count
        assert len((await house.warning(warned.name)).evidence) == warned.information_count
    assert sorted(each.number for each in pieces) == sorted(f"景村险〔2026〕{n + 1}号" for n in range(2 * len(events)))


@pytest.mark.parametrize("reports", [4, 450])
async def test_many_reports_at_once_raise_one_warning_that_tells_of_all_of_them(house: House, reports: int) -> None:
    told = [
        watch.ReportSubstantiated(
            report=house.report(f"r{n}"), finding=watch.Report.FINDING_SUBSTANTIATED, visible_to=common.LEVEL_UNIT
        )
        for n in range(reports)
    ]
    events = [told_of(("report", f"r{n}"), house.town, each, house.clock.now()) for n, each in enumerate(told)]

    await house.take(house.subscriptions["WATCH"], *events)

    [raised] = await house.events(pb.WarningRaised)
    collected = {each.risk_information for each in await house.events(pb.RiskInformationCollected)}
    assert (raised.colour, raised.information_count, len(collected)) == (pb.Warning.COLOUR_RED, reports, reports)
    assert (len(raised.risk_information), set(raised.risk_information)) == (reports, collected)


async def test_each_piece_and_what_it_brings_stands_in_the_trace_of_its_own_event(house: House) -> None:
    await house.substantiated("r0")
    events = [
        replace(
            told_of(
                ("report", f"r{n}"),
                house.town,
                watch.ReportOverdue(report=house.report(f"r{n}"), visible_to=common.LEVEL_UNIT),
                house.clock.now(),
            ),
            trace=continue_trace(""),
        )
        for n in (1, 2)
    ]

    await house.take(house.subscriptions["WATCH"], *events)

    expected = [trace_id(each.trace) for each in events]
    assert (await traces(house, "risk.information.collected"))[1:] == expected
    assert await traces(house, "risk.warning.joined") == expected


async def test_of_what_comes_together_nothing_is_collected_where_one_says_nothing(house: House) -> None:
    """The consumer then takes each by itself."""
    good = reported(house, uuid4().hex, "finance", Random(0))
    bad = told_of(("report", "r1"), house.town, watch.ReportSubstantiated(), house.clock.now())
    size = await house.ledger_size()

    with pytest.raises(NotUnderstood):
        await house.take(house.subscriptions["WATCH"], good, bad)

    assert await house.ledger_size() == size
    await house.take(house.subscriptions["WATCH"], good)
    assert len(await house.information("discipline")) == 1
