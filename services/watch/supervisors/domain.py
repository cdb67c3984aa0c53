"""Rules of the office of supervisor 监督员: nomination, appointment, term, and how many there may be at a post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.errors import IllegalMove, Invalid, Refused
from services.watch.persons import person_key
from services.watch.words import Word

LEAST_IN_OFFICE = 2
"""With fewer a post is understaffed."""
MOST_IN_OFFICE = 5
"""A sixth is refused."""
ENDING_DAYS = 30
"""A term is announced as ending from the start of the day that lies this many days before its last."""


class NominationState(Word):
    """Numbered as in `minshao.watch.v1.Nomination.State`."""

    NOMINATED = 1, "已提名"
    APPROVED = 2, "已审定"
    REJECTED = 3, "未通过"
    APPOINTED = 4, "已聘任"


class NominationAction(Word):
    APPROVE = 1, "审定"
    REJECT = 2, "不予通过"
    APPOINT = 3, "聘任"


MOVES = {
    (NominationState.NOMINATED, NominationAction.APPROVE): NominationState.APPROVED,
    (NominationState.NOMINATED, NominationAction.REJECT): NominationState.REJECTED,
    (NominationState.APPROVED, NominationAction.REJECT): NominationState.REJECTED,
    (NominationState.APPROVED, NominationAction.APPOINT): NominationState.APPOINTED,
}
"""An approved person who no longer stands is rejected, or the seat would be held for ever."""

OPEN_STATES = (NominationState.NOMINATED, NominationState.APPROVED)
"""On their way into office."""


def move(state: NominationState, action: NominationAction) -> NominationState:
    """The state after the action. Raises IllegalMove for what is not in the table."""
    if (target := MOVES.get((state, action))) is None:
        raise IllegalMove(state, action, [possible for origin, possible in MOVES if origin is state])
    return target


@dataclass(frozen=True, slots=True)
class Nomination:
    """A proposed supervisor, from the branch meeting to the work card."""

    id: str
    unit: str
    person: str
    account: str | None
    meeting_date: date
    meeting_record: str
    state: NominationState
    create_time: datetime
    version: int
    examination: str = ""
    """What the examination found, or why it was rejected."""
    decide_time: datetime | None = None
    renews: str | None = None
    """Id of the supervisor whose term it renews."""


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """Days in office, the first and the last included."""

    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Card:
    """A work card 人民监督哨工作证; its serial has no gaps within a town and the year of the appointment."""

    number: str
    """As it is printed, such as `景村哨证〔2026〕7号`."""
    year: int
    serial: int

    @staticmethod
    def numbered(short_name: str, year: int, serial: int) -> Card:
        """The card with the next number of a town with this short name."""
        return Card(f"{short_name}哨证〔{year}〕{serial}号", year, serial)


class SupervisorState(Word):
    """Numbered as in `minshao.watch.v1.Supervisor.State`."""

    IN_OFFICE = 1, "在聘"
    ENDED = 2, "解聘"
    EXPIRED = 3, "期满"
    UPCOMING = 4, "待任"


class SupervisorAction(Word):
    END = 1, "解聘"


ENDABLE = (SupervisorState.UPCOMING, SupervisorState.IN_OFFICE)


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A person with a work card. In office or not is a question of the day, never of a stored state."""

    id: str
    unit: str
    person: str
    account: str | None
    card: Card
    term: Term
    nomination: str
    appoint_time: datetime
    version: int
    end_reason: str = ""
    end_time: datetime | None = None
    """When the term was ended early."""

    def state(self, today: date) -> SupervisorState:
        """Where the office stands on a day in Asia/Shanghai."""
        if self.end_time is not None:
            return SupervisorState.ENDED
        if today < self.term.first_day:
            return SupervisorState.UPCOMING
        return SupervisorState.IN_OFFICE if self.term.covers(today) else SupervisorState.EXPIRED

    def over(self, today: date) -> bool:
        """Whether nothing is left of the term: it was ended, or has expired."""
        return self.state(today) not in ENDABLE

    def check_endable(self, today: date) -> None:
        """Raises IllegalMove where there is nothing left to end."""
        if self.over(today):
            raise IllegalMove(self.state(today), SupervisorAction.END)


def year_from(first_day: date) -> Term:
    """The term of one year: its last day is the day before the same day of the next year (29 February: the 28th)."""
    try:
        same_day = first_day.replace(year=first_day.year + 1)
    except ValueError:
        same_day = date(first_day.year + 1, 3, 1)
    return Term(first_day, same_day - timedelta(days=1))


def first_day_of(renewed: Supervisor | None, wanted: date | None, today: date) -> date:
    """The first day of a term to be appointed today: the wanted one, today where nobody says.

    A renewal begins the day after the term that it renews, or today where that has passed. Raises Invalid for another
    day, a day that has passed, or one more than a year ahead; Refused where the term to be renewed was ended early.
    """
    if renewed is not None:
        check_renewable(renewed)
        following = max(renewed.term.last_day + timedelta(days=1), today)
        if wanted not in (None, following):
            raise Invalid("first_day", f"续聘的首日应为{following}。")
        return following
    if wanted is not None and not today <= wanted <= year_from(today).last_day:
        raise Invalid("first_day", "聘期的首日不能早于今天，也不能晚于一年以后。")
    return wanted or today


def check_renewable(renewed: Supervisor) -> None:
    """Raises Refused for a term that was ended early: who was dismissed is nominated anew."""
    if renewed.end_time is not None:
        raise Refused("TERM_ENDED_EARLY", "该监督员已被解聘，不能续聘，请重新提名。")


def check_new(nomination: Nomination, current: Iterable[Supervisor]) -> None:
    """Raises Refused where the person holds office at the post already, or will."""
    if any(person_key(holder.person) == person_key(nomination.person) for holder in current):
        raise Refused("IN_OFFICE", "该人员在本监督哨的任期未满，续聘请注明所续的任期。")


def check_renewal(nomination: Nomination, renewed: Supervisor, current: Iterable[Supervisor]) -> None:
    """Raises Invalid where the term is somebody else's, Refused where it cannot be renewed, or was already."""
    key = person_key(nomination.person)
    if person_key(renewed.person) != key:
        raise Invalid("person", "与所续任期的监督员不是同一人。")
    check_renewable(renewed)
    if any(person_key(holder.person) == key and holder.term > renewed.term for holder in current):
        raise Refused("ALREADY_RENEWED", "这个任期已经续聘。")


class PostFull(Refused):
    """Five supervisors are in office, or on their way, at the post."""

    def __init__(self, unit: str) -> None:
        message = f"该监督哨在聘和拟聘的监督员已满{MOST_IN_OFFICE}名，不能再增加。"
        super().__init__("POST_FULL", message, unit=unit, most=str(MOST_IN_OFFICE))


def most_in_office(terms: Iterable[Term], during: Term) -> int:
    """How many of the terms run on the fullest day of a period."""
    overlapping = [term for term in terms if term.first_day <= during.last_day and term.last_day >= during.first_day]
    fullest = {during.first_day, *(term.first_day for term in overlapping if term.first_day > during.first_day)}
    return max(sum(term.covers(day) for term in overlapping) for day in fullest)


def seats_taken(current: Iterable[Supervisor], opened: Iterable[Nomination], today: date) -> int:
    """How many seats of a post are held by people in office or on their way.

    A renewal needs no seat beside the one that it renews, as long as that one is not over.
    """
    holders = {supervisor.id: supervisor.term for supervisor in current if not supervisor.over(today)}
    coming = sum(nomination.renews not in holders for nomination in opened)
    return most_in_office(holders.values(), Term(today, date.max)) + coming
