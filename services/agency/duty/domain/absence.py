"""The absence of an officer, with the deputy who is asked to take over what is open (domain §3, Points and people)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common.errors import Invalid, Refused

LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One absence. Accounts as in the resource names, days are dates of Shanghai."""

    id: str
    version: int = 1
    officer: str
    deputy: str
    first_day: date
    last_day: date
    return_day: date | None = None
    """The first day on which the officer was there again before the last one had passed."""
    points: tuple[str, ...]
    """Codes of the units at whose points the officer worked when it was declared."""
    declarer: str
    create_time: datetime

    def covers(self, day: date) -> bool:
        """Whether the officer is absent on the day."""
        return self.first_day <= day <= self.last_day and (self.return_day is None or day < self.return_day)

    def ended(self, today: date) -> Absence:
        """The officer is back today or, where it has not begun, stays after all."""
        if self.return_day is not None or today > self.last_day:
            raise Refused("ABSENCE_OVER", "该次请假已经结束。")
        return replace(self, return_day=max(today, self.first_day))


def check_days(first_day: date, last_day: date, today: date) -> None:
    """Raises Invalid for days that nobody can be absent for."""
    if first_day < today:
        raise Invalid("first_day", "请假的第一天不能早于今天。")
    if last_day < first_day:
        raise Invalid("last_day", "最后一天不能早于第一天。")
    if last_day - first_day > LONGEST:
        raise Invalid("last_day", "一次请假不能超过一年。")
