"""Early warnings 预警: what the analysis found of a unit, a position or a power, until a disposition answers it (domain
§1.7). A warning rises by itself and never falls by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common.access import is_county, tenant_of_unit
from services.common.errors import Refused
from services.common.moves import moved
from services.common.organisation.domain import DISCIPLINE, slug_of
from services.common.periods import local_date
from services.common.words import Word
from services.risk.analysis.domain import Assessment, Colour, Matter, Rules, Subject, hundredths
from services.risk.aspects import Aspect
from services.risk.information.domain import Entry, Information
from services.risk.kept import KeptFrom, in_order, restricted, units_kept_from
from services.risk.levels import Level, above

DAYS = {Colour.YELLOW: 15, Colour.ORANGE: 10, Colour.RED: 5}
"""Calendar days for the disposition, by colour. Ours: the domain names none."""

REMINDED_DAYS = 2
"""How many days before the midnight that ends the last day it is announced that a warning is due."""


OWED = ("owner_level", "owner", "last_day", "late")
"""By whom, and until when, a disposition is owed."""


class State(Word):
    OPEN = 1, "待处置"
    ANSWERED = 2, "已处置"


class Action(Word):
    RAISE = 1, "升级"
    JOIN = 2, "并入"
    LOWER = 3, "降级"
    ASSIGN = 4, "指定责任人"
    ANNOUNCE = 5, "提醒"
    ESCALATE = 6, "上报"
    ANSWER = 7, "处置"


MOVES = {
    (State.OPEN, Action.RAISE): State.OPEN,
    (State.OPEN, Action.JOIN): State.OPEN,
    (State.OPEN, Action.LOWER): State.OPEN,
    (State.OPEN, Action.ASSIGN): State.OPEN,
    (State.OPEN, Action.ANNOUNCE): State.OPEN,
    (State.OPEN, Action.ESCALATE): State.OPEN,
    (State.OPEN, Action.ANSWER): State.ANSWERED,
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes, or could owe, a disposition by name."""

    account: str
    cadre: str | None
    """Id of the cadre of the warning's tenant whose account it is."""
    units: frozenset[str]
    """Codes of the units in which they have any role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A piece of information behind a warning, and what it contributed when that was last counted."""

    warning: str
    information: str
    entry: str
    rules: int
    """The edition of the rules."""
    rule: str
    points: int
    """Hundredths of points."""
    words: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowering:
    """A change to a milder colour by a person; the reason is sealed beside it."""

    id: str
    warning: str
    from_colour: Colour
    to_colour: Colour
    author: str
    create_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """A warning about one subject. A subject has at most one that is open at each level, and beside it those that moved
    up there with all that is behind them."""

    id: str
    version: int = 1
    number: str
    subject: Subject
    subject_id: str
    """The unit's code, or the id of the position or power."""
    unit: str
    position: str | None = None
    power: str | None = None
    level: Level
    """That of the matter: below it the warning is not seen."""
    cadres: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """From whom it is kept, as the information behind it is."""
    colour: Colour
    highest_colour: Colour
    points: int
    """Hundredths of points, when the colour was last raised."""
    rules: int
    """The edition of the rules that raised it."""
    rule: str
    aspect: Aspect | None = None
    state: State = State.OPEN
    owner_level: Level
    owner: str | None = None
    last_day: date
    late: bool = False
    """Whether a last day has passed without a disposition. Never taken back."""
    raise_time: datetime
    colour_time: datetime
    settle_time: datetime | None = None
    """What was known then counts no more: when it was answered, or last lowered."""
    disposition: str | None = None
    answer_time: datetime | None = None
    information_count: int = 0

    @property
    def matter(self) -> Matter:
        return self.subject, self.subject_id, self.level

    def moved(self, action: Action) -> Warning:
        """The next version, in the state after the action. Raises IllegalMove."""
        return replace(self, version=self.version + 1, state=moved(MOVES, self.state, action))

    def raised(self, found: Assessment, rules: Rules, now: datetime, today: date) -> Warning:
        """In the more severe colour that was found: owed by a higher level where the colour asks for one, and not later
        than a new warning of this colour would be."""
        level = max(self.owner_level, owed_by(found.colour, self.level, self.unit))
        last_day = today + timedelta(days=DAYS[found.colour])
        return replace(
            self.moved(Action.RAISE),
            colour=found.colour,
            highest_colour=max(found.colour, self.highest_colour),
            points=hundredths(found.score),
            rules=rules.number,
            rule=found.rule.title,
            owner_level=level,
            owner=self.owner if level is self.owner_level else None,
            last_day=min(last_day, self.last_day) if self.last_day >= today else last_day,
            late=self.late_on(today),
            colour_time=now,
        )

    def with_information(self, added: Collection[Information], owner: Owner | None) -> Warning:
        """With more behind it: kept, as that is, from more people, and owed by none of them."""
        kept = KeptFrom.of(self).and_from(*map(KeptFrom.of, added))
        return replace(
            self, cadres=in_order(kept.cadres), accounts=in_order(kept.accounts), units=in_order(kept.units)
        ).owned_by_who_sees_it(owner)

    def restricted(self, more: KeptFrom, owner: Owner | None, today: date) -> Warning:
        """Kept from those too; the same where that is nothing new. While it is open, nobody owes it who does not see
        it: a level that it comes up to has a new period."""
        if (after := restricted(self, more)) is self or self.state is not State.OPEN:
            return after
        if after.level > self.owner_level:
            last_day = today + timedelta(days=DAYS[self.colour])
            return replace(after, owner_level=after.level, owner=None, last_day=last_day, late=self.late_on(today))
        return after.owned_by_who_sees_it(owner)

    def is_kept_from(self, owner: Owner) -> bool:
        """Whether it is about them or a unit of theirs as a whole, or they left what is behind it."""
        about_units = not owner.units.isdisjoint(units_kept_from(self))
        return about_units or owner.account in self.accounts or owner.cadre in self.cadres

    def owned_by_who_sees_it(self, owner: Owner | None) -> Warning:
        """Without its owner, where it is kept from them."""
        return replace(self, owner=None) if owner and self.is_kept_from(owner) else self

    def lowered(self, colour: Colour, now: datetime) -> Warning:
        """Raises IllegalMove, Refused."""
        after = self.moved(Action.LOWER)
        if not Colour.NONE < colour < self.colour:
            raise Refused("NOT_MILDER", "降级后的颜色应低于现在的颜色。")
        return replace(after, colour=colour, colour_time=now, settle_time=now)

    def assigned(self, owner: str | None) -> Warning:
        """Owed by somebody by name, or by nobody. Raises IllegalMove."""
        return replace(self.moved(Action.ASSIGN), owner=owner)

    def reminded(self) -> Warning:
        return self.moved(Action.ANNOUNCE)

    def overdue(self) -> Warning:
        return replace(self.moved(Action.ANNOUNCE), late=True)

    def escalated(self, today: date, tenant: str) -> Warning:
        """Owed by the next level, with a new period. Raises Refused at the highest."""
        if (level := above(self.owner_level, tenant)) is self.owner_level:
            raise Refused("HIGHEST_LEVEL", "已是最高一级。")
        last_day = today + timedelta(days=DAYS[self.colour])
        return replace(self.moved(Action.ESCALATE), owner_level=level, owner=None, last_day=last_day)

    def answered(self, disposition: str, now: datetime) -> Warning:
        """Raises IllegalMove."""
        after, late = self.moved(Action.ANSWER), self.late_on(local_date(now))
        return replace(after, disposition=disposition, answer_time=now, settle_time=now, late=late)

    def late_on(self, today: date) -> bool:
        """Whether it counts as late, also where nobody has swept since its last day."""
        return self.late or today > self.last_day


def said_of(matter: Matter, there: Mapping[Matter, Colour]) -> Colour:
    """The most severe colour that open warnings about the subject have at this level, or below, as is seen here too."""
    subject, id, level = matter
    return max(there.get((subject, id, each), Colour.NONE) for each in Level if each <= level)


def owed_by(colour: Colour, level: Level, unit: str) -> Level:
    """Who owes the disposition: the unit, of a red one the discipline organ of the tenant, of what is about that organ
    the one above it; and never a level below that at which the warning is seen."""
    county = is_county(tenant_of_unit(unit) or "")
    if slug_of(unit) == DISCIPLINE and not county:
        return Level.COUNTY
    organ = Level.COUNTY if county else Level.TOWN
    return max(level, organ if colour is Colour.RED else Level.UNIT)


def leading_aspect(entries: Iterable[tuple[Entry, int]]) -> Aspect | None:
    """The aspect in which most of the points lie; None where no aspect is known."""
    points: dict[Aspect, int] = {}
    for entry, score in entries:
        if entry.aspect:
            points[entry.aspect] = points.get(entry.aspect, 0) + score
    return max(points, key=lambda each: (points[each], -each), default=None)
