"""The office of supervisor 监督员: its card, its term of a year, and where it stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.errors import IllegalMove, Invalid, Refused
from services.common.terms import Term, TermState, years_from
from services.common.words import Word


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


class SupervisorAction(Word):
    END = 1, "解聘"


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

    def state(self, today: date) -> TermState:
        """Where the office stands on a day in Asia/Shanghai."""
        return self.term.state(self.end_time, today)

    def over(self, today: date) -> bool:
        """Whether nothing is left of the term: it was ended, or has expired."""
        return self.state(today).over

    def check_endable(self, today: date) -> None:
        """Raises IllegalMove where there is nothing left to end."""
        if self.over(today):
            raise IllegalMove(self.state(today), SupervisorAction.END)

    def check_not_over(self, today: date) -> None:
        """Raises Refused where the term is over: nothing is arranged for it any more."""
        if self.over(today):
            raise Refused("TERM_OVER", f"该监督员已{self.state(today).label}。")


def year_from(first_day: date) -> Term:
    """The term of one year."""
    return years_from(first_day, 1)


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
