"""Typical powers 权力事项样例 of kinds of units: something for a unit to begin with, and to correct."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.words import Word
from services.risk.positions.domain import Standing
from services.risk.powers.domain import Content


class Organ(Word):
    TOWN_OFFICE = 1, "镇机关"
    VILLAGE = 2, "村（社区）"
    CIVIL_AFFAIRS = 3, "民政办"
    FINANCE = 4, "财政所"
    POLICE = 5, "派出所"


@dataclass(frozen=True, slots=True)
class LibraryPower:
    """A power at a position, both typical of a kind of unit."""

    code: str
    """Such as `village.seal`."""
    organ: Organ
    position: str
    """What the position is called."""
    standing: Standing
    content: Content
