"""What is known of a report and of an oversight, and how days are counted: the facts of the book."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNIT, TOWN, COUNTY = 1, 2, 3
OPEN = ("REGISTERED", "ASSIGNED", "INVESTIGATING")


@dataclass(frozen=True)
class About:
    """Whom a report is about: the login of a cadre, or the slug of a unit, or nobody in particular."""

    cadre: str = ""
    unit: str = ""
    leaders: bool = False


@dataclass
class Oversight:
    report: str
    due: datetime
    id: str = ""
    """Empty until it was looked up: the deadline that opens it tells nobody."""
    open: bool = True
    late: bool = False
    version: int = 1


@dataclass
class Told:
    """One report."""

    name: str
    opinion: bool
    unit: str
    about: About
    registered: datetime
    code: str = field(repr=False)
    series: tuple[int, int] = (TOWN, 0)
    """The level whose series it is, and the year."""
    serial: int = 0
    brought_by: str = ""
    named: bool = False
    state: str = "REGISTERED"
    classified: str = ""
    level: int = UNIT
    floor: int = UNIT
    organ: str = ""
    officer: str = ""
    left: tuple[str, ...] = ()
    period: int = 1
    start: datetime | None = None
    first_last_day: date | None = None
    last_day: date | None = None
    announced: int = 0
    told_to: int = 0
    late: bool = False
    asked: int = 0
    asked_by: str = ""
    decided: bool | None = None
    answered: datetime | None = None
    reopened: bool = False
    expired: bool = False
    shredded: bool = False
    entries: list[str] = field(default_factory=lambda: ["registered"])
    deadlines: dict[str, datetime] = field(default_factory=dict)
    county_told_at: datetime | None = None

    @property
    def due(self) -> datetime:
        assert self.last_day is not None
        return midnight_after(self.last_day)


def day(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


def midnight_after(last: date) -> datetime:
    return datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1)


def month_later(start: date) -> date:
    year, month = divmod(start.year * 12 + start.month, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def last_day(major: bool, start: datetime) -> date:
    return month_later(day(start)) if major else day(start) + timedelta(days=7)
