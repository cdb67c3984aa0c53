"""What stands in a feed, who observes which events, and who sees what of them. Pure: no database, no messages.

Each tenant observes through a feed of its own: the county what happens in all its towns and in itself, a town what
happens in itself. What concerns one matter (a report with its oversights) is also kept from people by what is known of
the matter by now: whoever it turns out to be about loses sight of all of it, and so does a town of what moved up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from services.common.access import Actor, county_of
from services.common.errors import OutOfRange


class Level(IntEnum):
    """An organisational level; numbers are those of `minshao.common.v1.Level`."""

    UNIT = 1
    TOWN = 2
    COUNTY = 3


def observers(tenant: str) -> tuple[str, ...]:
    """The tenants in whose feeds the events of a tenant have a place: its county's, and its own."""
    county = county_of(tenant)
    return (county,) if county == tenant else (county, tenant)


def highest_level(observer: str) -> Level:
    """The highest level whose matters an observer is told of, whoever reads there: what moved up is hidden below."""
    return Level.COUNTY if observer == county_of(observer) else Level.TOWN


@dataclass(frozen=True, slots=True)
class Sight:
    """From whom one event, or a matter as it is known by now, is kept."""

    level: Level
    """The level at and above which it may be seen."""
    subject: str | None = None
    """Whom it is about: `tenants/{tenant}/cadres/{cadre}`."""
    recused: tuple[str, ...] = ()
    """Who else: `tenants/{tenant}/accounts/{login}` that declared a conflict and left it,
    `tenants/{tenant}/cadres/{cadre}` that a warning is about, whichever account is theirs, and codes of units that are
    accused as a whole, whoever has a role there."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads a feed."""

    cadre: str | None
    """Resource name of the cadre whose account it is."""
    highest: Level
    names: frozenset[str]
    """All under which something may be kept from them, as `Actor.names`."""

    @staticmethod
    def of(actor: Actor, observer: str) -> Viewer:
        """The viewer that an actor is in the feed of an observer."""
        return Viewer(actor.cadre, highest_level(observer), frozenset(actor.names))


def recused(viewer: Viewer, sight: Sight) -> bool:
    """Whether it is about the viewer, or the viewer has left it. `visibility` says the same as SQL."""
    about_viewer = viewer.cadre is not None and viewer.cadre == sight.subject
    return about_viewer or not viewer.names.isdisjoint(sight.recused)


def sees(viewer: Viewer, *sights: Sight) -> bool:
    """Whether what these are said of exists for the viewer. `visibility` says the same as SQL."""
    return all(sight.level <= viewer.highest and not recused(viewer, sight) for sight in sights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event in its place in a feed."""

    number: int
    """Place in the observer's feed, from 1 without gaps, in the order of commits."""
    event: UUID
    type: str
    town: str
    """The tenant in whose ledger the event stands."""
    resource: str
    """What it happened to; empty for what has no name."""
    matter: str
    """The resource whose subject and recusals decide who sees it: of an oversight, its report."""
    cited: str
    """The number that people cite, such as `景村监〔2026〕12号`; empty for what has none."""
    unit: str
    time: datetime
    sight: Sight
    """What the event itself says."""
    ledger_number: int
    ledger_hash: bytes
    trace: str = ""
    """Id of the trace in which it happened: what one act brought about in all services has one. Empty for none."""

    @property
    def service(self) -> str:
        return self.type.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries a reader asks for; what is empty does not narrow it."""

    towns: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    def takes(self, entry: Entry) -> bool:
        """Whether the entry is among them. `visibility` says the same as SQL."""
        asked = ((self.towns, entry.town), (self.services, entry.service), (self.types, entry.type))
        return all(not wanted or value in wanted for wanted, value in asked)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a feed, behind the entry with that number. `0.0` is the beginning of every feed."""

    epoch: int = 0
    """Tells one feed of an observer from another that took its place; drawn when a feed begins."""
    number: int = 0

    @staticmethod
    def read(text: str) -> Cursor:
        """The cursor in a text that the contract has checked; the beginning for an empty one."""
        epoch, _, number = (text or "0.0").partition(".")
        return Cursor(int(epoch), int(number))

    def __str__(self) -> str:
        return f"{self.epoch}.{self.number}"

    def check(self, epoch: int, head: int) -> None:
        """Raises OutOfRange unless it is a place in the feed that has this epoch and ends with this number."""
        if self != Cursor() and (self.epoch != epoch or self.number > head):
            raise OutOfRange("OTHER_FEED", "动态已重建，请从头开始读取。", cursor=str(self))
