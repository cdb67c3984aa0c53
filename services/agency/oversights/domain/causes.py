"""What the deadlines of a case cause: which desk is asked for what, each once, in whatever order they come.

A case has one clock for the promise and one for each desk. Where both come to the same moment at one desk, it is asked
once: for the promise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.agency.cases.domain import deadlines
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.deadlines import Key
from services.agency.oversights.domain.oversight import (
    CaseOversight,
    Kind,
    Level,
    Origin,
    Overseer,
    State,
    above,
    place_of,
)

ORIGINS = {
    deadlines.HALF: Origin.HALF_USED,
    deadlines.MOST: Origin.MOST_USED,
    deadlines.LAST_DAY: Origin.LAST_DAY,
    deadlines.PART_LAST_DAY: Origin.LAST_DAY,
    deadlines.OVERDUE: Origin.OVERDUE,
    deadlines.PART_OVERDUE: Origin.OVERDUE,
}
OF_PROMISE = {deadlines.PART_LAST_DAY: deadlines.LAST_DAY, deadlines.PART_OVERDUE: deadlines.OVERDUE}
"""For each deadline of a desk, that of the promise."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a desk is asked. A case has at most one record for each."""

    origin: Origin
    of_promise: bool
    part: str
    desk: str

    @property
    def kind(self) -> Kind:
        return Kind.OVERSIGHT if self.origin in (Origin.OVERDUE, Origin.ESCALATION) else Kind.URGING

    @property
    def overseer(self) -> Overseer:
        return Overseer.COUNTY_DISCIPLINE if self.origin is Origin.ESCALATION else above(self.desk)

    @property
    def state(self) -> State:
        return State.PROPOSED if self.origin in (Origin.HALF_USED, Origin.MOST_USED) else State.OPEN

    def record(self, case: Case, id: str, author: str, now: datetime, last_day: date) -> CaseOversight:
        """The record of it; `last_day` counts where it is an oversight."""
        return CaseOversight(
            tenant=case.tenant,
            id=id,
            case=case.id,
            kind=self.kind,
            origin=self.origin,
            of_promise=self.of_promise,
            part=self.part,
            desk=self.desk,
            overseer=self.overseer,
            state=self.state,
            author=author,
            create_time=now,
            send_time=None if self.state is State.PROPOSED else now,
            last_day=last_day if self.kind is Kind.OVERSIGHT else None,
        )


def holders(case: Case) -> dict[str, str]:
    """The desks that have an open case, by the place of what they do; the point's own, where it is at no step."""
    running = {place_of(part.step, part.place): part.desk for part in case.parts if part.running}
    return running or {"": case.point}


def causes(case: Case, kind: str, place: str, due: Mapping[Key, datetime]) -> Iterator[Cause]:
    """Whom a deadline of the case asks; `place` is that of a desk's own clock, and `due` all deadlines of the case."""
    if not place:
        yield from (Cause(ORIGINS[kind], True, part, desk) for part, desk in holders(case).items())
    elif due.get((OF_PROMISE[kind], case.id)) != due[kind, f"{case.id}/{place}"]:
        yield Cause(ORIGINS[kind], False, place, holders(case)[place])


def escalation(oversight: CaseOversight, case: Case) -> Iterator[Cause]:
    """Whom the county asks, when the last day of an oversight has passed: where the town's own came to nothing."""
    if oversight.origin is not Origin.OVERDUE or oversight.overseer.level is Level.COUNTY:
        return
    if oversight.void or oversight.idle_in(case):
        return
    if oversight.of_promise:
        yield from (Cause(Origin.ESCALATION, True, part, desk) for part, desk in holders(case).items())
    else:
        yield Cause(Origin.ESCALATION, False, oversight.part, oversight.desk)


def new(found: Iterable[Cause], known: Collection[CaseOversight]) -> list[Cause]:
    """Those of the causes for which nobody was asked yet. What concerns the promise comes once for all desks together,
    whoever has the case by then; after a lateness that holds no more, once for the next one."""
    there = {_once(each) for each in known if not each.void}
    return [each for each in found if _once(each) not in there]


def late_no_more(before: Case, after: Case, known: Iterable[CaseOversight]) -> set[str]:
    """The desks of which it was told that the case is late there, and where after all it is not; `known` are all that
    were asked."""
    of_promise = {each.desk for each in known if each.origin is Origin.OVERDUE and each.of_promise}
    return _told_late(before, of_promise) - _told_late(after, of_promise)


def first_at(cause: Cause, known: Collection[CaseOversight]) -> bool:
    """Whether the oversight that is caused is the first that came to its level by itself: the case is escalated."""
    by_itself = [each for each in known if each.origin is not Origin.PERSON and not each.void]
    levels = {each.overseer.level for each in by_itself if each.kind is Kind.OVERSIGHT}
    return cause.kind is Kind.OVERSIGHT and cause.overseer.level not in levels


def _told_late(case: Case, of_promise: set[str]) -> set[str]:
    """By their own time, and `of_promise` by the promise."""
    own = {part.desk for part in case.parts if part.overdue_date is not None}
    return own if case.overdue_date is None else own | of_promise


def _once(each: Cause | CaseOversight) -> tuple[Origin, bool, str]:
    return each.origin, each.of_promise, "" if each.of_promise else each.part
