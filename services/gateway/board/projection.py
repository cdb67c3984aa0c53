"""What events make of the boards: pure functions, the same for who goes on and for who begins anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from google.protobuf.message import Message
from minshao.watch import v1 as watch

from services.common.instants import instant
from services.common.periods import local_date
from services.gateway.board.domain import Overdue
from services.gateway.feed.domain import Level
from services.gateway.feed.references import report_of

ENDINGS = (watch.ReportAnswered, watch.ReportNotAccepted, watch.ReportRaised, watch.ReportReopened)
"""After these a report is not overdue: it was answered, or has a new period, whose end is announced again."""

COUNTED: dict[type[Message], str] = {
    watch.ReportRegistered: "registered",
    watch.ReportAnswered: "answered",
    watch.ReportOverdue: "overdue",
    watch.ReportEscalated: "escalated",
    watch.ReportSubstantiated: "substantiated",
    watch.ReportClosed: "closed",
    watch.ReportReopened: "reopened",
    watch.ReportNotAccepted: "not_accepted",
    watch.OversightOrdered: "oversights",
    watch.MeetingHeld: "meetings_held",
    watch.MeetingMissed: "meetings_missed",
    watch.BoxForgotten: "boxes_forgotten",
}


class Happening(Protocol):
    """As much of an event as counts here."""

    @property
    def tenant(self) -> str: ...
    @property
    def time(self) -> datetime: ...
    @property
    def message(self) -> Message: ...


Place = tuple[str, date, str]
"""Town, day in Asia/Shanghai, and what is counted."""


@dataclass
class Boards:
    """The boards as far as they were told."""

    overdue: dict[str, Overdue] = field(default_factory=dict)
    """By resource."""
    counts: Counter[Place] = field(default_factory=Counter)

    def take(self, happening: Happening) -> None:
        """Goes on by one event, which must come after those before it of the same report."""
        self.counts.update(places_of(happening))
        if resource := matter_of(happening.message):
            after = overdue_after(self.overdue.pop(resource, None), happening)
            if after is not None:
                self.overdue[resource] = after


def matter_of(message: Message) -> str:
    """The resource that may stand on the board before such an event or after it; empty for none."""
    report = None if isinstance(message, watch.ReportRegistered) else report_of(message)
    return report.report if report else ""


def overdue_after(before: Overdue | None, happening: Happening) -> Overdue | None:
    """What stands on the board of a report after an event of it; None: nothing."""
    report, message = report_of(happening.message), happening.message
    if report is None or isinstance(message, ENDINGS):
        return None
    if isinstance(message, watch.ReportOverdue):
        return _overdue(report, happening)
    if before is None:
        return None
    escalated = Level(message.to_level) if isinstance(message, watch.ReportEscalated) else None
    return replace(
        before,
        organ=report.organ,
        level=Level(report.level),
        due_time=instant(report.due_time),
        escalated_to=max(filter(None, (before.escalated_to, escalated)), default=None),
    )


def places_of(happening: Happening) -> Iterable[Place]:
    """Where an event counts."""
    message, day = happening.message, local_date(happening.time)
    if (counted := COUNTED.get(type(message))) is None:
        return
    yield happening.tenant, day, counted
    if isinstance(message, watch.ReportAnswered):
        yield happening.tenant, day, "answered_late" if message.late else "answered_in_time"


def _overdue(report: watch.ReportReference, happening: Happening) -> Overdue:
    return Overdue(
        resource=report.report,
        service="watch",
        town=happening.tenant,
        cited=report.number,
        unit=report.unit,
        organ=report.organ,
        level=Level(report.level),
        due_time=instant(report.due_time),
        overdue_time=happening.time,
    )
