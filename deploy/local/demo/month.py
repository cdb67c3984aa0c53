"""Three months of a county, as the demo counts them: its days, its towns, and the units that are at work. Pure.

Days are counted from the first of September 2026, which is day 1; hours are those of Luonan. The months hold
Mid-Autumn, National Day with the Saturday that is worked for it, and the ends of three months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from deploy.local.divisions import Division, divisions

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2026, 9, 1)
DAYS = 91
"""Until the thirtieth of November."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a town."""

    code: str
    prefix: str
    """Begins the ids of its people: `{prefix}-secretary`, `{prefix}-officer`, …"""

    @property
    def town(self) -> str:
        """Resource name of its town."""
        return f"tenants/{self.code[:9]}"

    @property
    def name(self) -> str:
        """Its own."""
        return f"{self.town}/units/{self.code}"

    def account(self, duty: str) -> str:
        """Of who has this duty in it."""
        return f"{self.town}/accounts/{self.prefix}-{duty}"


@dataclass(frozen=True, slots=True)
class Town:
    """A town and its units."""

    code: str
    name: str
    units: tuple[Unit, ...]
    """Those whose posts are at work."""
    villages: tuple[Unit, ...]
    """Its villages and communities, each with a room where people are acted for."""
    posts: int
    """How many posts it has in all; the others were opened and nobody is at work there yet."""

    def account(self, login: str) -> str:
        return f"tenants/{self.code}/accounts/{login}"


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of a day; day 31 is the first of October."""
    return datetime(2026, 9, 1, hour, minute, tzinfo=SHANGHAI) + timedelta(days=day - 1)


def day_of(number: int) -> date:
    return FIRST_DAY + timedelta(days=number - 1)


def towns(number: int | None = None) -> tuple[Town, ...]:
    """All towns and sub-districts by code, or the first so many of them."""
    everything = divisions()
    chosen = [each for each in everything if each.kind in ("town", "subdistrict")][:number]
    return tuple(_town(division, everything) for division in chosen)


def _town(division: Division, everything: list[Division]) -> Town:
    villages = tuple(Unit(each.code, f"v{each.code[-3:]}") for each in everything if each.parent == division.code)
    units = (*villages[:2], Unit(f"{division.code}.civil-affairs", "civil-affairs"))
    return Town(division.code, division.name, units, villages, len(villages) + 5)
