"""Who may set days, what a setting may say, and which arrangement of a year counts. Pure.

What a calendar makes of it all is `services.common.workdays`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.common.access import Actor, Role, is_county
from services.common.errors import Denied, Invalid
from services.common.periods import local_date
from services.common.workdays import Arrangement, Kind, Level, SetDay
from services.common.workdays.arrangements import shipped
from services.common.workdays.publication import LONGEST_REASON

DAYS_BACK, DAYS_AHEAD = 7, 731
"""How far from today a tenant may set, or take back, a day of its own. Ours."""
LONGEST_SPAN = 400
"""So many days of a calendar are shown at most: a year, and what lies around it."""


@dataclass(frozen=True, slots=True)
class Published:
    """The arrangement of a year, and where it came from."""

    arrangement: Arrangement
    import_time: datetime | None = None
    """None for one that came with the product."""

    @property
    def year(self) -> int:
        return self.arrangement.notice.year


def level_of(tenant: str) -> Level:
    """The level at which the tenant's own days stand."""
    return Level.COUNTY if is_county(tenant) else Level.TOWN


def check_may_set(actor: Actor, tenant: str) -> None:
    """Raises Denied for the operator in a town: its working days are its party committee's to decide."""
    if not is_county(tenant) and not actor.has(Role.TOWN_PARTY_COMMITTEE):
        raise Denied("镇（街道）的工作日由镇党委自行安排。")


def own_day(tenant: str, day: date, kind: Kind, reason: str) -> SetDay:
    """A day as the tenant sets it. Raises Invalid for a reason that nobody could read, or that is too long."""
    if len(reason) > LONGEST_REASON or not reason.isprintable() or reason != reason.strip():
        raise Invalid("reason", f"原因应为一行文字，首尾无空格，不超过 {LONGEST_REASON} 个字。")
    return SetDay(day, kind, reason, level_of(tenant))


def check_near(day: date, now: datetime) -> None:
    """Raises Invalid for a day that is long past, or far ahead: what was promised, and broken, is not to be undone by a
    day off that somebody finds later."""
    if not -DAYS_BACK <= (day - local_date(now)).days <= DAYS_AHEAD:
        raise Invalid("name", f"只能调整{DAYS_BACK}天以内的过去和两年以内的将来。", reason="TOO_FAR")


def check_span(first: date, last: date, field: str) -> None:
    """Raises Invalid for a span of days that ends before it begins, or is too long to be shown."""
    if not 0 <= (last - first).days < LONGEST_SPAN:
        raise Invalid(field, f"不能早于起始日，首尾合计最多 {LONGEST_SPAN} 天。", reason="SPAN")


def check_year(year: int, now: datetime) -> None:
    """Raises Invalid for a year of which no notice can be there: before those of the product, or after the next one.

    A notice is published in the autumn before its year, so a later year is a slip, and would settle days that are open.
    """
    first, last = shipped()[0].notice.year, local_date(now).year + 1
    if not first <= year <= last:
        raise Invalid("lines[1].notice", f"只能导入 {first} 年至 {last} 年的安排。", reason="YEAR")


def published(imported: Iterable[Published]) -> list[Published]:
    """The arrangements that count, by year: one that was imported stands in the place of the product's."""
    by_year = {each.year: each for each in (*map(Published, shipped()), *imported)}
    return [by_year[year] for year in sorted(by_year)]
