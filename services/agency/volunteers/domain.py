"""Volunteer supervisors 义务监督员 (domain §3, Points and people; §5): appointed for a term to given points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.errors import IllegalMove, Invalid
from services.common.terms import Term, TermState, years_from
from services.common.words import Word

MOST_YEARS = 3
"""The longest term. Ours: the domain speaks of a term and leaves its length to those who appoint."""


class Standing(Word):
    """For what somebody is asked to supervise."""

    PEOPLES_DEPUTY = 1, "人大代表"
    CPPCC_MEMBER = 2, "政协委员"
    RETIRED_CADRE = 3, "离退休老干部"
    PERSON_OF_STANDING = 4, "社会知名人士"


class Action(Word):
    DISMISS = 1, "解聘"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of appointment 聘书; its serial has no gaps within a tenant and the year of the appointment."""

    number: str
    year: int
    serial: int

    @staticmethod
    def numbered(short_name: str, year: int, serial: int) -> Letter:
        """The letter with the next number of a tenant with this short name, such as `景村义监聘〔2026〕3号`."""
        return Letter(f"{short_name}义监聘〔{year}〕{serial}号", year, serial)


@dataclass(frozen=True, slots=True)
class Volunteer:
    """One appointment. In office or not is a question of the day, never of a stored state."""

    id: str
    letter: Letter
    person: str
    standing: Standing
    account: str
    points: tuple[str, ...]
    """Codes of the units of the points, in order."""
    term: Term
    appoint_time: datetime
    version: int = 1
    end_time: datetime | None = None
    """When the term was ended early."""

    def state(self, today: date) -> TermState:
        return self.term.state(self.end_time, today)

    def check_dismissible(self, today: date) -> None:
        """Raises IllegalMove where there is nothing left to end."""
        if (state := self.state(today)).over:
            raise IllegalMove(state, Action.DISMISS)


def new_term(first_day: date | None, last_day: date, today: date) -> Term:
    """The term that is asked for today; from today on where nobody says. Raises Invalid."""
    first = first_day or today
    if not today <= first <= years_from(today, 1).last_day:
        raise Invalid("first_day", "聘期的首日不能早于今天，也不能晚于一年以后。")
    if last_day < first:
        raise Invalid("last_day", "聘期的末日不能早于首日。")
    if last_day > years_from(first, MOST_YEARS).last_day:
        raise Invalid("last_day", f"聘期最长{MOST_YEARS}年。")
    return Term(first, last_day)
