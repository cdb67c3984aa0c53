"""Figures counted by hand, entry by entry, from what the ledger says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import sqlalchemy as sa
from minshao.watch import v1 as pb

from services.common.database import Tx
from services.common.events import event_messages
from services.common.foundation import LEDGER
from tests.integration.watch.reports.told import day, last_day, midnight_after

MAJOR = pb.Report.CLASSIFICATION_MAJOR
TRUE_AT_LEAST_IN_PART = (pb.Report.FINDING_SUBSTANTIATED, pb.Report.FINDING_PARTLY)


@dataclass
class Counted:
    """One report, as its entries tell it."""

    reference: pb.ReportReference
    """As the last entry has it."""
    registered: datetime
    start: datetime
    late: bool = False
    open: bool = True
    refused: bool = False
    first_answer: datetime | None = None
    finding: int = 0
    reopened: bool = False

    @property
    def first_due(self) -> datetime:
        return midnight_after(last_day(self.reference.classification == MAJOR, self.start))

    @property
    def due(self) -> datetime:
        return self.reference.due_time.ToDatetime(tzinfo=UTC)

    @property
    def days(self) -> int:
        """From the registration to the first answer."""
        return (day(self.first_answer or self.registered) - day(self.registered)).days


@dataclass
class Recount:
    """Every report of a town."""

    reports: dict[str, Counted] = field(default_factory=dict)

    @staticmethod
    async def of(tx: Tx) -> Recount:
        ledger, recount = LEDGER.c, Recount()
        wanted = sa.select(ledger.aggregate_id, ledger.type, ledger.time, ledger.payload)
        entries = wanted.where(ledger.tenant == tx.tenant, ledger.aggregate == "report").order_by(ledger.version)
        for row in await tx.rows(entries):
            recount.take(row.aggregate_id, row.time, event_messages()[row.type].FromString(row.payload))
        return recount

    def take(self, id: str, at: datetime, event: object) -> None:
        if isinstance(event, pb.ReportRegistered):
            self.reports[id] = Counted(event.report, at, at)
            return
        report = self.reports[id]
        report.late |= report.open and at >= report.first_due and _ends_a_period(event)
        report.reference = event.report  # type: ignore[attr-defined]
        if isinstance(event, pb.ReportOverdue):
            report.late = True
        elif isinstance(event, pb.ReportRaised):
            report.start = at
        elif isinstance(event, pb.ReportReopened):
            report.start, report.open, report.reopened = at, True, True
        elif isinstance(event, pb.ReportAnswered):
            report.first_answer, report.open = report.first_answer or at, False
            report.finding = event.finding
        elif isinstance(event, pb.ReportNotAccepted):
            report.open, report.refused = False, True

    def figures(
        self, seen: Callable[[Counted], bool], first: date, last: date, now: datetime
    ) -> tuple[pb.Figures, dict[str, pb.Figures]]:
        """All that somebody sees of a period, and the same by unit."""
        chosen = [each for each in self.reports.values() if seen(each) and first <= day(each.registered) <= last]
        units = sorted({each.reference.unit for each in chosen})
        by_unit = {unit: figures([each for each in chosen if each.reference.unit == unit], now) for unit in units}
        return figures(chosen, now), by_unit


def _ends_a_period(event: object) -> bool:
    """What sets another deadline in the place of the first, or asks for none any more."""
    ends = (pb.ReportClassified, pb.ReportRaised, pb.ReportAnswered, pb.ReportNotAccepted)
    return isinstance(event, ends)


def figures(reports: Sequence[Counted], now: datetime) -> pb.Figures:
    late = [each for each in reports if each.late or (each.open and now >= each.first_due)]
    answered = [each for each in reports if each.first_answer]
    true = [each for each in answered if each.finding in TRUE_AT_LEAST_IN_PART]
    return pb.Figures(
        received=len(reports),
        by_kind=Counter(pb.Report.Kind.Name(each.reference.kind) for each in reports),
        by_matter=Counter(pb.Report.Matter.Name(each.reference.matter) for each in reports),
        by_channel=Counter(pb.Report.Channel.Name(each.reference.channel) for each in reports),
        answered=len(answered),
        in_time=len([each for each in answered if each not in late]),
        late=len(late),
        open=len([each for each in reports if each.open]),
        overdue=len([each for each in reports if each.open and now >= each.due]),
        substantiated=len(true),
        substantiated_share=len(true) / len(answered) if answered else 0,
        median_days=percentile([each.days for each in answered], 0.5),
        p90_days=percentile([each.days for each in answered], 0.9),
        reopened=len([each for each in reports if each.reopened]),
        not_accepted=len([each for each in reports if each.refused]),
    )


def percentile(values: Iterable[int], share: float) -> float:
    """Between the two nearest, in proportion; 0 of nothing."""
    ordered = sorted(values)
    if not ordered:
        return 0
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
