"""Risk information 廉政风险信息: what is known of the integrity of a unit, a position or a power (domain §1.7, §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.words import Word
from services.risk.aspects import Aspect
from services.risk.levels import Level


class Kind(Word):
    REPORT_SUBSTANTIATED = 1, "反映查实"
    REPORT_PARTLY_SUBSTANTIATED = 2, "反映部分属实"
    REPORT_OVERDUE = 3, "反映逾期"
    CASE_OVERDUE = 4, "代理件逾期"
    NOTICE_REPEATED = 5, "重复补正告知"
    INSPECTION = 6, "监督检查"
    AUDIT = 7, "审计"
    PETITION = 8, "信访"
    MEDIA = 9, "舆情"
    SELF_FOUND = 10, "自查"
    OTHER = 11, "其他"


TOLD = frozenset(
    {
        Kind.REPORT_SUBSTANTIATED,
        Kind.REPORT_PARTLY_SUBSTANTIATED,
        Kind.REPORT_OVERDUE,
        Kind.CASE_OVERDUE,
        Kind.NOTICE_REPEATED,
    }
)
"""What only events of the other services say; the rest is collected by hand."""


FOUND = frozenset({Kind.REPORT_SUBSTANTIATED, Kind.REPORT_PARTLY_SUBSTANTIATED})
"""What a report is found to be; it may be handled again and found otherwise."""


def is_graver(kind: Kind, than: Kind) -> bool:
    """Whether a report is found to be worse: it may be handled again, and the graver finding counts, in whatever order
    the two are told."""
    return (kind, than) == (Kind.REPORT_SUBSTANTIATED, Kind.REPORT_PARTLY_SUBSTANTIATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is written of a piece, with what it was about on that day: kept as it was when powers change."""

    unit: str
    cadre: str | None = None
    """Id of the cadre of whom the report was found true; kept from who reads the piece."""
    position: str | None = None
    power: str | None = None
    kind: Kind
    aspect: Aspect | None = None
    day: date
    """From which it counts, in Shanghai."""
    grade: int | None = None
    """That of the power, or else of the position."""
    key_area: bool = False
    key_link: bool = False
    withdrawn: bool = False

    @property
    def subject(self) -> tuple[str, str | None, str | None]:
        return self.unit, self.position, self.power


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Facts):
    """What was written: first, or in a correction. Never changed, but for which of them is the current one."""

    id: str
    information: str
    level: Level
    """That of the piece."""
    ordinal: int = 0
    current: bool = True
    known_time: datetime
    """Since when it is known about just this unit, position and power, but for a while in between where that was
    answered or lowered with it: what was answered or lowered then counts no more."""
    author: str
    create_time: datetime

    def superseded(self) -> Entry:
        return replace(self, current=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """A piece of risk information."""

    id: str
    version: int = 1
    number: str
    source: str
    """What it comes from, so that this counts once."""
    origin: str
    """The report or case: its resource name; empty where it was collected by hand."""
    level: Level
    """The level at and above which it is seen."""
    cadres: tuple[str, ...] = ()
    """Ids of the cadres that it is about, kept from seeing it."""
    accounts: tuple[str, ...] = ()
    """Accounts that left the report behind it, kept from seeing it."""
    units: tuple[str, ...] = ()
    """Codes of the units that the report accuses as a whole: it is kept from whoever has any role there."""
    collector_level: Level | None = None
    """That of who collected it by hand, or the highest of who corrected that; None where an event collected it."""
    collect_time: datetime

    def corrected_at(self, level: Level) -> Information:
        """The next version, corrected by somebody of this level."""
        collector = max(self.collector_level, level) if self.collector_level else None
        return replace(self, version=self.version + 1, collector_level=collector)

    @property
    def by_hand(self) -> bool:
        return self.collector_level is not None


@dataclass(frozen=True, slots=True)
class Collected:
    """A piece, and what was just written of it."""

    information: Information
    entry: Entry
    trace: str | None
    """The `traceparent` under which it was written."""


ASPECTS: Mapping[int, Aspect] = {1: Aspect.DUTY, 2: Aspect.ETHICS, 3: Aspect.DUTY, 4: Aspect.ETHICS, 5: Aspect.DUTY}
"""By the matter of a report (numbers of `minshao.watch.v1.Report.Matter`): damage to the image and abuse of power are
of ethics, what was done badly or not at all is of the duty."""
