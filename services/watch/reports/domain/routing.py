"""Who handles a report: there is always an organ, from the registration on (domain: watch, Handling, Who; Recusal).

The organ follows from whom the report is about, its class, and the level below which it may not fall again because
the reporter was dissatisfied or everybody below has a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.common.access import county_of
from services.common.organisation.domain import DISCIPLINE, LEADING_ORGANS, slug_of
from services.watch.reports.domain.terms import Cause, Class, Kind, Level


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a report is about, as far as it is linked."""

    cadre: str | None = None
    """Id of the cadre."""
    unit: str | None = None
    """Code of the unit; of the cadre's unit where a cadre is linked."""
    leads_unit: bool = False
    """Whether the cadre leads a unit."""
    leads_town: bool = False
    """Whether the cadre leads the town, or sits in its party committee or its discipline committee."""
    leadership_meant: bool = False
    """Whether the reporter, or whoever registered it, says that town leaders or that committee could be meant."""

    @property
    def linked(self) -> bool:
        return self.cadre is not None or self.unit is not None

    def promoted(self, since: Subject) -> Subject:
        """With what the cadre has come to lead since it was linked, and what they led then.

        The unit stays that in which it happened, unless they have moved into one that handles no report about its own.
        """
        return replace(
            self,
            unit=since.unit if slug_of(since.unit) in LEADING_ORGANS else self.unit,
            leads_unit=self.leads_unit or since.leads_unit,
            leads_town=self.leads_town or since.leads_town,
        )


@dataclass(frozen=True, slots=True)
class Route:
    """The level and the organ that handle a report; the cause where it is not simply the unit."""

    level: Level
    organ: str
    cause: Cause | None = None


def organ_of(level: Level, tenant: str, unit: str) -> str:
    """The code of the organ at a level: the unit itself, the town's discipline committee, the county's commission."""
    if level is Level.UNIT:
        return unit
    return f"{tenant if level is Level.TOWN else county_of(tenant)}.{DISCIPLINE}"


def route(tenant: str, unit: str, kind: Kind, decided: Class, subject: Subject, floor: Level = Level.UNIT) -> Route:
    """Who handles a report made at `unit`; never below `floor`."""
    level, cause = _level(tenant, unit, kind, decided, subject)
    if floor > level:
        level, cause = floor, None
    return Route(level, organ_of(level, tenant, subject.unit or unit), cause)


def _level(tenant: str, unit: str, kind: Kind, decided: Class, subject: Subject) -> tuple[Level, Cause | None]:
    """The first rule that applies."""
    accused = subject.unit if subject.linked else unit
    accusation = kind is Kind.ACCUSATION
    leaders_meant = subject.leads_town or subject.leadership_meant or slug_of(subject.unit) == DISCIPLINE
    nobody_named = accusation and subject.cadre is None
    rules: tuple[tuple[bool, Level, Cause | None], ...] = (
        (tenant == county_of(tenant), Level.COUNTY, None),
        (leaders_meant, Level.COUNTY, Cause.TOWN_LEADERSHIP),
        (nobody_named and slug_of(accused) in LEADING_ORGANS, Level.COUNTY, Cause.TOWN_LEADERSHIP),
        (accusation and not subject.linked, Level.TOWN, None),
        (decided is Class.MAJOR, Level.TOWN, Cause.MAJOR),
        (subject.leads_unit or nobody_named, Level.TOWN, Cause.SUBJECT),
        (slug_of(accused or unit) in LEADING_ORGANS, Level.TOWN, None),
        (subject.linked, Level.UNIT, Cause.LINKED),
        (True, Level.UNIT, None),
    )
    return next((level, cause) for applies, level, cause in rules if applies)
