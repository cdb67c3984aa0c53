"""Figures of a town, counted a second time from the entries of its ledger."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from minshao.watch import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.common.events import event_messages
from services.common.foundation import LEDGER
from services.watch.figures.rpc import FiguresService
from services.watch.reports.rpc import ReportService
from tests.luonan_town import Town, a_town
from tests.unit.watch.reports.builders import local

NOW = local(2026, 9, 3)
SHANGHAI = ZoneInfo("Asia/Shanghai")
FINDINGS = list(range(1, 5))
TRUE = (pb.Report.FINDING_SUBSTANTIATED, pb.Report.FINDING_PARTLY)


@pytest.fixture
async def town(database_for: Callable[[str], Awaitable[ServiceDatabase]], tenant: str) -> AsyncIterator[Town]:
    database = Database((await database_for("watch")).app)
    yield await a_town(database, tenant, NOW)
    await database.close()


async def live(town: Town, chance: random.Random, count: int) -> None:
    """Reports that are filed, answered after some days or not, or not accepted."""
    reports = ReportService(town.watch)
    for _ in range(count):
        town.clock.set(NOW + timedelta(hours=chance.randrange(24 * 10)))
        request = pb.CreateReportRequest(
            parent=town.name,
            unit=town.unit_name(chance.choice(["village", "finance"])),
            kind=pb.Report.KIND_ACCUSATION,
            matter=chance.choice([pb.Report.MATTER_POLICY, pb.Report.MATTER_IMAGE]),
            reporter_mode=pb.Report.REPORTER_MODE_ANONYMOUS,
            subject=pb.Subject(about="某事"),
            text="请调查。",
        )
        name = (await reports.create_report(town.call(), request)).report.name
        head = town.account("discipline-1")
        if chance.random() < 0.15:
            refusal = pb.RefuseReportRequest(name=name, reason="不属受理范围")
            await reports.refuse_report(town.call("discipline-1"), refusal)
        elif chance.random() < 0.8:
            await reports.assign_report(town.call("discipline-1"), pb.AssignReportRequest(name=name, officer=head))
            await reports.start_investigation(town.call("discipline-1"), pb.StartInvestigationRequest(name=name))
            town.clock.set(town.clock.now() + timedelta(hours=chance.randrange(24 * 14)))
            answer = pb.AnswerReportRequest(name=name, finding=chance.choice(FINDINGS), text="已查。")
            await reports.answer_report(town.call("discipline-1"), answer)


async def recounted(town: Town, unit: str = "") -> dict[str, float]:
    """The figures by what the ledger says happened, entry by entry."""
    registered, answered, counts = {}, {}, Counter[str]()
    ledger = LEDGER.c
    async with town.database.transaction(town.code) as tx:
        rows = await tx.rows(sa.select(LEDGER).where(ledger.aggregate == "report").order_by(ledger.time))
    ended = set()
    for row in rows:
        event = event_messages()[row.type].FromString(row.payload)
        if unit and event.report.unit != unit:  # type: ignore[attr-defined]
            continue
        if isinstance(event, pb.ReportRegistered):
            registered[row.aggregate_id] = row.time
        if isinstance(event, pb.ReportAnswered):
            answered[row.aggregate_id] = row.time
            counts["substantiated"] += event.finding in TRUE
        if isinstance(event, pb.ReportNotAccepted):
            counts["not_accepted"] += 1
            ended.add(row.aggregate_id)
    days = [
        (answered[id].astimezone(SHANGHAI).date() - registered[id].astimezone(SHANGHAI).date()).days for id in answered
    ]
    now = town.clock.now().astimezone(SHANGHAI).date()
    waiting = [id for id in registered if id not in answered and id not in ended]
    counts["overdue"] = sum((now - registered[id].astimezone(SHANGHAI).date()).days > 7 for id in waiting)
    counts |= {"received": len(registered), "answered": len(days), "open": len(waiting)}
    counts["in_time"] = sum(each <= 7 for each in days)
    counts["late"] = len(days) - counts["in_time"] + counts["overdue"]
    ranks = quantiles(days, n=10, method="inclusive") if len(days) > 1 else [days[0]] * 9 if days else [0.0] * 9
    return {**counts, "median_days": ranks[4], "p90_days": ranks[8]}


def passed(start: datetime, end: datetime) -> int:
    """Days of the calendar of Luonan between two instants."""
    return (end.astimezone(SHANGHAI).date() - start.astimezone(SHANGHAI).date()).days


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_figures_are_what_the_ledger_says_happened(town: Town, seed: int) -> None:
    await live(town, random.Random(seed), 25)
    town.clock.set(NOW + timedelta(days=20))
    asked = pb.GetFiguresRequest(parent=town.name, first_day="2026-09-01", last_day="2026-09-30")

    response = await FiguresService(town.watch).get_figures(town.call("discipline-1"), asked)

    expected = await recounted(town)
    assert {name: round(getattr(response.total, name), 6) for name in expected} == pytest.approx(expected)
    for each in response.units:
        of_unit = await recounted(town, each.unit.rpartition("/")[2])
        assert {name: round(getattr(each.figures, name), 6) for name in of_unit} == pytest.approx(of_unit)


async def test_a_period_counts_by_the_day_of_registration(town: Town) -> None:
    await live(town, random.Random(4), 10)
    asked = pb.GetFiguresRequest(parent=town.name, first_day="2026-08-01", last_day="2026-08-31")

    response = await FiguresService(town.watch).get_figures(town.call("discipline-1"), asked)

    assert response.total.received == 0
