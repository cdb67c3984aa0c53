"""What a board shows: matters that are overdue and unanswered, and counts of what happened on each day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.errors import Invalid
from services.gateway.feed.domain import Level

LONGEST_DAYS = 366

COUNTS_OF = {
    "watch": (
        "registered",
        "answered",
        "answered_in_time",
        "answered_late",
        "overdue",
        "escalated",
        "substantiated",
        "closed",
        "reopened",
        "not_accepted",
        "oversights",
        "meetings_held",
        "meetings_missed",
        "boxes_forgotten",
    ),
    "agency": (
        "cases_received",
        "cases_accepted",
        "cases_decided",
        "cases_decided_late",
        "cases_overdue",
        "desks_overdue",
        "cases_urged",
        "cases_overseen",
        "cases_escalated",
        "notified_twice",
        "ratings",
        "bad_ratings",
        "consultations",
    ),
    "risk": (
        "information_collected",
        "warnings_yellow",
        "warnings_orange",
        "warnings_red",
        "warnings_overdue",
        "warnings_answered",
        "dispositions",
        "corrections_overdue",
    ),
}
"""What is counted of each service, under the name of its field in `DailyFigures`."""

COUNTS = tuple(name for names in COUNTS_OF.values() for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A matter whose overdue was announced, and which has not been answered since: a report, a case, a warning, or an
    order to correct."""

    resource: str
    service: str
    town: str
    cited: str
    unit: str
    """Code of the unit where it was made."""
    organ: str
    """Code of the organ that handles it; of a case, the last desk whose own time has passed, or else its point."""
    level: Level
    """The level that handles it."""
    due_time: datetime
    """The deadline in force, which may lie ahead again when a report was classified after it fell overdue."""
    overdue_time: datetime
    """When overdue was announced last."""
    escalated_to: Level | None = None
    """The highest level that was told since."""
    as_whole: bool = True
    """Whether the matter as a whole is overdue: of a case, whether the promise to the applicant has passed."""
    desks: tuple[str, ...] = ()
    """Codes of the desks of a case whose own time has passed, and which are not done yet."""


def read_days(first_day: str, last_day: str) -> tuple[date, date]:
    """The span of days that a request names. Raises Invalid."""
    first, last = _day(first_day, "first_day"), _day(last_day, "last_day")
    if not 0 <= (last - first).days <= LONGEST_DAYS:
        raise Invalid("last_day", f"不能早于起始日，最多晚{LONGEST_DAYS}天。", reason="SPAN")
    return first, last


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, "没有这一天。", reason="DAY") from None
