"""Meetings of a unit's leadership 领导班子会议: who was there, and how each voted (domain §1.4, §1.6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.common.errors import Refused
from services.common.periods import local_date
from services.common.words import Word


class Vote(Word):
    FOR = 1, "赞成"
    AGAINST = 2, "反对"
    ABSTAIN = 3, "弃权"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting of the leadership of a unit; never changed."""

    id: str
    unit: str
    date: date
    attendees: tuple[str, ...]
    """Ids of the cadres who were there."""
    recorder: str
    record_time: datetime
    sealed_minutes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One matter that was put to a meeting: ids of the cadres by how they voted."""

    id: str
    meeting: str
    number: int
    """On the agenda, from 1."""
    subject: str
    """Resource name of what was decided on."""
    votes_for: tuple[str, ...]
    votes_against: tuple[str, ...]
    abstentions: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether more than half of those who were there voted for it."""
        there = len(self.votes_for) + len(self.votes_against) + len(self.abstentions)
        return 2 * len(self.votes_for) > there

    def votes(self) -> dict[str, Vote]:
        """How each voted."""
        by_vote = (
            (Vote.FOR, self.votes_for),
            (Vote.AGAINST, self.votes_against),
            (Vote.ABSTAIN, self.abstentions),
        )
        return {cadre: vote for vote, cadres in by_vote for cadre in cadres}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a meeting decided on one matter."""

    meeting: Meeting
    item: AgendaItem

    def check_passed(self) -> None:
        """Raises Refused where the meeting did not vote for it."""
        if not self.item.passed:
            raise Refused("NOT_PASSED", "会议表决没有过半数赞成。")

    def check_not_passed(self) -> None:
        """Raises Refused where the meeting voted for it."""
        if self.item.passed:
            raise Refused("PASSED", "会议表决已过半数赞成。")

    def check_after(self, day: date) -> None:
        """Raises Refused for a meeting that was held on the day, or before it."""
        if self.meeting.date <= day:
            raise Refused("MEETING_TOO_EARLY", "会议应在公示期满之后召开。")

    def check_knew(self, answered: datetime) -> None:
        """Raises Refused for a meeting that was held, or recorded, before the last objection was answered."""
        if self.meeting.date < local_date(answered) or self.meeting.record_time < answered:
            raise Refused("ANSWERED_LATER", "有公示异议在会议之后才答复，应再次上会。")


def agenda_item(
    id: str, meeting: str, number: int, subject: str, attendees: Collection[str], votes: Mapping[str, Vote]
) -> AgendaItem:
    """A matter on which everybody who was there has voted."""
    cast = {vote: tuple(each for each in attendees if votes[each] is vote) for vote in Vote}
    return AgendaItem(
        id=id,
        meeting=meeting,
        number=number,
        subject=subject,
        votes_for=cast[Vote.FOR],
        votes_against=cast[Vote.AGAINST],
        abstentions=cast[Vote.ABSTAIN],
    )
