"""Who is in a leading group 领导小组, with which duty, from when to when: the same for every group of every service."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from services.common.errors import Invalid, Refused
from services.common.words import Word


class Duty(Word):
    HEAD = 1, "组长"
    DEPUTY = 2, "副组长"
    MEMBER = 3, "成员"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a group, for a time. Days are those of Shanghai."""

    id: str
    version: int = 1
    cadre: str
    duty: Duty
    charge: str
    """What the member answers for, in words."""
    first_day: date
    last_day: date | None = None

    def was_in(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def check_joins(self, group: Collection[Member]) -> None:
        """`group` is who is in it on the first day of this one or later. Raises Refused where the cadre is one of
        them, or it has a head."""
        if any(each.cadre == self.cadre for each in group):
            raise Refused("IN_GROUP", "该干部当日已是领导小组成员，或者以后又是成员。")
        if self.duty is Duty.HEAD and any(each.duty is Duty.HEAD and each.last_day is None for each in group):
            raise Refused("HAS_HEAD", "领导小组已有组长，请先办理离任。")

    def ended(self, last_day: date, today: date) -> Self:
        """Raises Refused, Invalid."""
        if self.last_day is not None:
            raise Refused("LEFT", "该成员已经离任。")
        if not self.first_day <= last_day <= today:
            raise Invalid("last_day", "离任日期应在任职之后，且不晚于今天。")
        return replace(self, version=self.version + 1, last_day=last_day)

    def left(self, day: date) -> Self:
        """Ended by what happened on a day: then, or on the first day where that is later."""
        return replace(self, version=self.version + 1, last_day=max(day, self.first_day))
