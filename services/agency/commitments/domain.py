"""What a point is bound by: letters of responsibility 责任书, and the texts that it publishes about how it serves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common.errors import Invalid, Refused
from services.common.words import Word

LONGEST_DAYS = 366
"""A letter is signed for a year; a leap year's fits."""

ENDING_DAYS = 30
"""So many days before its end it is announced that a letter ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter of responsibility. Days are those of Shanghai."""

    id: str
    version: int = 1
    point: str
    """Code of the unit in which the point is."""
    signer: str
    leader: str
    """Id of the cadre who signed for the town."""
    sign_date: date
    first_day: date
    last_day: date
    ended_early: bool = False

    def in_force(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def check(self, others: Iterable[Letter], today: date) -> None:
        """Raises Invalid for days that cannot be, Refused where another letter of the point is in force on one."""
        if self.sign_date > today:
            raise Invalid("sign_date", "签订日期不能晚于今天。")
        if self.last_day < self.first_day:
            raise Invalid("last_day", "最后一天不能早于第一天。")
        if (self.last_day - self.first_day).days >= LONGEST_DAYS:
            raise Invalid("last_day", "责任书的期限不超过一年。")
        lasting = [each for each in others if each.first_day <= each.last_day]
        if any(self.first_day <= each.last_day and each.first_day <= self.last_day for each in lasting):
            raise Refused("LETTER_IN_FORCE", "该代理点在此期间已有责任书，请先终止。")

    def ended(self, today: date) -> Letter:
        """The letter, ended with the end of today. Raises Refused for one that is not in force, or ends today."""
        if not self.in_force(today) or self.last_day == today:
            raise Refused("NOT_IN_FORCE", "只能提前终止有效期内的责任书。")
        return replace(self, version=self.version + 1, last_day=today, ended_early=True)

    def ended_with_point(self, today: date) -> Letter:
        """The letter of a point that was retired today; one that would begin later is never in force."""
        last_day = max(today, self.first_day - timedelta(days=1))
        return replace(self, version=self.version + 1, last_day=last_day, ended_early=True)


class Kind(Word):
    """What a published text is."""

    SERVICE = 1, "服务承诺"
    CONDUCT = 2, "守则"
    DUTIES = 3, "职责"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """One version of a published text."""

    id: str
    place: str
    """Code of the unit of the point; that of the tenant for what holds in all of it."""
    kind: Kind
    version: int = 1
    text: str
    first_day: date
    last_day: date | None = None
    """Last day on which it holds: that before the next version's first one."""
    publisher: str
    publish_time: datetime

    def following(self, before: Commitment | None, today: date) -> Commitment:
        """This one as the version that follows another. Raises Invalid for a day that it cannot begin with."""
        if self.first_day < today:
            raise Invalid("first_day", "施行日期不能早于今天。")
        if before is None:
            return self
        if self.first_day <= before.first_day:
            raise Invalid("first_day", "施行日期应当晚于上一版的施行日期。")
        return replace(self, version=before.version + 1)
