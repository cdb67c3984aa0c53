"""How many supervisors a post may have, and who may be nominated for its seats."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.common.errors import Invalid, Refused
from services.common.terms import Term
from services.watch.persons import person_key
from services.watch.supervisors.domain.nomination import Nomination
from services.watch.supervisors.domain.supervisor import Supervisor, check_renewable

LEAST_IN_OFFICE = 2
"""With fewer a post is understaffed."""
MOST_IN_OFFICE = 5
"""A sixth is refused."""


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
    overlapping = [term for term in terms if term.overlaps(during)]
    fullest = {during.first_day, *(term.first_day for term in overlapping if term.first_day > during.first_day)}
    return max(sum(term.covers(day) for term in overlapping) for day in fullest)


def seats_taken(current: Iterable[Supervisor], opened: Iterable[Nomination], today: date) -> int:
    """How many seats of a post are held by people in office or on their way.

    A renewal needs no seat beside the one that it renews, as long as that one is not over.
    """
    holders = {supervisor.id: supervisor.term for supervisor in current if not supervisor.over(today)}
    coming = sum(nomination.renews not in holders for nomination in opened)
    return most_in_office(holders.values(), Term(today, date.max)) + coming
