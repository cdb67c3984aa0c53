"""Figures counted by hand, entry by entry, from what the ledger says, with a calendar that is a list of days.

Nothing of the services that count is used here: every day is looked at by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from minshao.agency import v1 as pb

from services.common.database import Tx
from services.common.events import event_messages
from services.common.foundation import LEDGER
from services.common.periods import local_date

DAY = timedelta(days=1)
HOLIDAYS = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
SHIFTED = {date(2026, 9, 20), date(2026, 10, 10)}
"""The autumn of 2026, from 国办发明电〔2025〕7号."""

Figures = Counter[str]


@dataclass(frozen=True)
class RoutePart:
    """What an item promises at one desk."""

    step: int
    desk: str
    county: bool
    days: int


@dataclass
class CountedPart:
    """What a desk had to do."""

    route: RoutePart
    start: date | None = None
    end: date | None = None
    pauses: list[list[date | None]] = field(default_factory=list)


@dataclass
class Counted:
    """One case, as its entries tell it."""

    case: str
    unit: str
    item: str
    owner: str
    received: date
    complete: date | None
    missing: int
    owed: int
    parts: list[CountedPart]
    accepted: date | None = None
    pauses: list[list[date | None]] = field(default_factory=list)
    notices: int = 0
    visits: int = 1
    promise: str = ""
    outcome: int = 0
    late: bool = False
    decided: date | None = None
    off: frozenset[date] = frozenset()
    """Days that the town had declared off when it was decided."""

    @property
    def promised_days(self) -> int:
        steps = {part.route.step for part in self.parts}
        return sum(max(part.route.days for part in self.parts if part.route.step == step) for step in steps)


@dataclass
class Recount:
    """Every case and card of a town."""

    routes: Mapping[tuple[str, bool], Sequence[RoutePart]]
    """By item, and by whether it came in at the centre."""
    handling: Mapping[str, str]
    """By item, as the figure of its kind is called."""
    snow: Sequence[tuple[datetime, date]]
    """Since when the town has had which days off."""
    cases: dict[str, Counted] = field(default_factory=dict)
    cards: dict[str, dict[str, object]] = field(default_factory=dict)
    ratings: list[tuple[date, pb.RatingGiven]] = field(default_factory=list)
    oversights: list[tuple[date, pb.CaseOversightOrdered]] = field(default_factory=list)

    async def read(self, tx: Tx) -> Recount:
        ledger = LEDGER.c
        wanted = sa.select(
            ledger.aggregate, ledger.aggregate_id, ledger.type, ledger.actor, ledger.time, ledger.payload
        )
        entries = wanted.where(ledger.tenant == tx.tenant, ledger.aggregate.in_(["case", "card", "rating"]))
        for row in await tx.rows(entries.order_by(ledger.seq)):
            event = event_messages()[row.type].FromString(row.payload)
            take = {"case": self.take_case, "card": self.take_card, "rating": self.take_rating}[row.aggregate]
            take(row.aggregate_id, row.actor, row.time, event)
        return self

    def take_card(self, id: str, actor: str, at: datetime, event: object) -> None:
        match event:
            case pb.CardHandedOut():
                self.cards[id] = {"out": local_date(at), "by": actor, "unit": event.unit}
            case pb.CardReturned():
                self.cards[id] |= {"back": local_date(at), "satisfaction": event.satisfaction}

    def take_rating(self, _id: str, _actor: str, at: datetime, event: object) -> None:
        if isinstance(event, pb.RatingGiven):
            self.ratings.append((local_date(at), event))

    def take_case(self, id: str, actor: str, at: datetime, event: object) -> None:
        if isinstance(event, pb.CaseReceived):
            self._receive(id, actor, local_date(at), event)
            return
        if isinstance(event, pb.CaseOversightOrdered):
            self.oversights.append((local_date(at), event))
        case = self.cases[id]
        case.promise = event.case.promised_date  # type: ignore[attr-defined]
        if isinstance(event, pb.CaseDecided):
            self._decide(case, at, event)
        elif isinstance(event, pb.CaseTaken):
            case.owner = actor
        else:
            self._handle(case, local_date(at), event)

    def _receive(self, id: str, owner: str, today: date, event: pb.CaseReceived) -> None:
        told = event.case
        route = self.routes[told.item, told.unit.endswith("service-centre")]
        self.cases[id] = Counted(
            case=told.case,
            unit=told.unit,
            item=told.item,
            owner=owner,
            received=today,
            complete=None if event.missing_count else today,
            missing=event.missing_count,
            owed=event.owed_count,
            parts=[CountedPart(RoutePart(each.step, each.desk or told.unit, each.county, each.days)) for each in route],
        )

    def _handle(self, case: Counted, today: date, event: object) -> None:
        match event:
            case pb.CaseAccepted():
                self._begin(case, case.received if event.deemed else case.complete)
            case pb.CaseNotified():
                case.notices, case.missing, case.complete = case.notices + 1, event.missing_count, None
                if case.accepted and all(pause[1] for pause in case.pauses):
                    case.pauses.append([today, None])
            case pb.CaseSupplied():
                case.visits += 1
                if case.missing and not event.missing_count:
                    case.complete = date.fromisoformat(event.hand_in_date)
                    _end_last(case.pauses, case.complete)
                case.missing, case.owed = event.missing_count, event.owed_count
            case pb.CasePartDone():
                self._finish(case, event.desk, today)
            case pb.CaseStopped():
                _running(case, event.desk).pauses.append([today, None])
            case pb.CaseResumed():
                _end_last(_running(case, event.desk).pauses, today)

    def _decide(self, case: Counted, at: datetime, event: pb.CaseDecided) -> None:
        case.outcome, case.late, case.decided = event.outcome, event.late, local_date(at)
        case.off = frozenset(day for since, day in self.snow if since <= at)
        for pauses in (case.pauses, *(part.pauses for part in case.parts)):
            _end_last(pauses, case.decided)
        if event.outcome == pb.Case.OUTCOME_GRANTED and not case.accepted:
            self._begin(case, case.complete)
            for part in case.parts:
                part.start = part.end = case.decided

    def _begin(self, case: Counted, on: date | None) -> None:
        case.accepted = on
        for part in case.parts:
            if part.route.step == case.parts[0].route.step:
                part.start = on

    def _finish(self, case: Counted, desk: str, on: date) -> None:
        done = _running(case, desk)
        done.end = on
        same = [part for part in case.parts if part.route.step == done.route.step]
        if all(part.end for part in same):
            for part in case.parts:
                if part.route.step == done.route.step + 1:
                    part.start = on

    def by_subject(self, kind: str, town: str, first: date, last: date, today: date) -> dict[str, Figures]:
        """All figures of a period that are not 0, by subject."""
        found: dict[str, Figures] = {}

        def add(subject: str, **figures: int) -> None:
            found.setdefault(subject, Counter()).update(figures)

        for case in self.cases.values():
            if kind == "department":
                for part in case.parts:
                    if part.route.county:
                        for figures in self._of_part(case, part, first, last, today):
                            add(part.route.desk, **figures)
            else:
                subject = {"officer": case.owner, "point": case.unit, "town": town}[kind]
                for figures in self._of_case(case, first, last, today):
                    add(subject, **figures)
        for subject, figures in self._of_opinions(kind, town, first, last):
            add(subject, **figures)
        return {subject: +figures for subject, figures in found.items()}

    def _of_opinions(self, kind: str, town: str, first: date, last: date) -> Iterator[tuple[str, dict[str, int]]]:
        """What those above, applicants and holders of cards said."""
        for card in self.cards.values() if kind != "department" else ():
            holder = {"officer": card["by"], "point": card["unit"], "town": town}[kind]
            for figures in _of_card(card, first, last):
                yield str(holder), figures
        for day, ordered in self.oversights:
            if first <= day <= last:
                subject = self._whose(kind, town, ordered.case.case, ordered.desk)
                if kind != "department" or not subject.startswith(town):
                    yield subject, {"overseen": 1}
        for day, rated in self.ratings:
            of_desk = rated.kind == pb.Rating.KIND_DESK
            if first <= day <= last and of_desk is (kind == "department"):
                subject = self._whose(kind, town, rated.case.case, rated.unit)
                if not of_desk or not subject.startswith(town):
                    yield subject, {"rated": 1, "stars": rated.stars, "bad_ratings": rated.stars < 3}

    def _whose(self, kind: str, town: str, name: str, desk: str) -> str:
        case = self.cases[name.rpartition("/")[2]]
        return {"officer": case.owner, "point": case.unit, "town": town, "department": desk}[kind]

    def _of_case(self, case: Counted, first: date, last: date, today: date) -> Iterator[dict[str, int]]:
        if first <= case.received <= last:
            yield {"received": 1, "open": not case.decided}
        if case.promise and first <= (promise := date.fromisoformat(case.promise)) <= last and promise < today:
            yield {"overdue": case.decided is None or case.decided > promise}
        if case.decided is None or not first <= case.decided <= last:
            return
        yield self._decided(case)
        if case.accepted:
            days = list(_counted_days(case))
            yield _clock(case, days, case.decided, case.promised_days)
            assert case.late is _behind(case, days, case.promised_days, case.decided)

    def _of_part(
        self, case: Counted, part: CountedPart, first: date, last: date, today: date
    ) -> Iterator[dict[str, int]]:
        if part.start is None:
            return
        if first <= part.start <= last:
            yield {"received": 1, "open": part.end is None and case.decided is None}
        if case.promise and first <= (promise := date.fromisoformat(case.promise)) <= last and promise < today:
            undecided = case.decided is None or case.decided > promise
            lay_there = part.start <= promise and (part.end is None or part.end > promise)
            yield {"overdue": undecided and lay_there}
        if case.decided is None or not first <= case.decided <= last:
            return
        yield self._decided(case)
        end = part.end or case.decided
        days = list(_days_at_desk(case, part, end))
        yield _clock(case, days, end, part.route.days, start=part.start)

    def _decided(self, case: Counted) -> dict[str, int]:
        settled = case.outcome in (pb.Case.OUTCOME_GRANTED, pb.Case.OUTCOME_REFUSED)
        return {
            "decided": 1,
            self.handling[case.item]: 1,
            pb.Case.Outcome.Name(case.outcome).removeprefix("OUTCOME_").lower(): 1,
            "settled": settled,
            "first_visit": settled and case.visits == 1 and case.notices == 0 and case.owed == 0,
            "repeated_notice": case.notices > 1,
        }


def _clock(case: Counted, days: list[date], end: date, promised: int, start: date | None = None) -> dict[str, int]:
    """What follows from the days that counted."""
    law = 45 if case.item == "SH-01" else 20
    late = _behind(case, days, promised, end, start)
    over_law = _behind(case, days, law, end, start)
    return {
        "clocked": 1,
        "used_days": len(days),
        "promised_days": promised,
        "late": late,
        "in_promise": not late,
        "over_law": over_law,
        "in_law": not over_law,
    }


def _behind(case: Counted, days: list[date], promised: int, end: date, start: date | None = None) -> bool:
    """Whether the end lies behind the last day of so many."""
    if promised == 0:
        return end > (start or case.accepted or end)
    return len(days) >= promised and end > days[promised - 1]


def _of_card(card: dict[str, object], first: date, last: date) -> Iterator[dict[str, int]]:
    if first <= card["out"] <= last:  # type: ignore[operator]
        yield {"cards_handed_out": 1}
    if "back" in card and first <= card["back"] <= last:  # type: ignore[operator]
        yield {
            "cards_returned": 1,
            "cards_dissatisfied": card["satisfaction"] == pb.SATISFACTION_DISSATISFIED,
        }


def _counted_days(case: Counted) -> Iterator[date]:
    """The days on which the overall clock ran, looked at one by one."""
    assert case.accepted is not None
    assert case.decided is not None
    steps = sorted({part.route.step for part in case.parts})
    for day in _days(case.accepted, case.decided):
        if not _works(case, day) or _covers(case.pauses, day):
            continue
        if not any(_delayed(case, step, day) for step in steps):
            yield day


def _delayed(case: Counted, step: int, day: date) -> bool:
    """Whether a procedure kept the step from coming nearer to its end on this day."""
    parts = [part for part in case.parts if part.route.step == step and part.start]
    if not any(_covers(part.pauses, day) for part in parts):
        return False
    before = max((_left(case, part, day - DAY) for part in parts), default=0)
    return before > 0 and before == max(_left(case, part, day) for part in parts)


def _left(case: Counted, part: CountedPart, day: date) -> int:
    return max(0, part.route.days - len(list(_days_at_desk(case, part, day))))


def _days_at_desk(case: Counted, part: CountedPart, until: date) -> Iterator[date]:
    assert part.start is not None
    for day in _days(part.start, until):
        if _works(case, day) and not _covers([*case.pauses, *part.pauses], day):
            yield day


def _days(after: date, until: date) -> Iterator[date]:
    day = after + DAY
    while day <= until:
        yield day
        day += DAY


def _works(case: Counted, day: date) -> bool:
    if day in case.off or day in HOLIDAYS:
        return False
    return day.weekday() < 5 or day in SHIFTED


def _covers(pauses: Iterable[list[date | None]], day: date) -> bool:
    return any(start < day and (end is None or day <= end) for start, end in pauses if start)


def _end_last(pauses: list[list[date | None]], on: date) -> None:
    if pauses and pauses[-1][1] is None:
        pauses[-1][1] = on


def _running(case: Counted, desk: str) -> CountedPart:
    [part] = [each for each in case.parts if each.route.desk == desk and each.start and not each.end]
    return part
