"""The columns of the spreadsheet of an inventory, which is written and read by the same list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.common.spreadsheets import Value
from services.common.words import Word
from services.risk.positions.domain import Position, Standing
from services.risk.powers.domain import Content, Extent, Frequency, Kind, Power

MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and what of a position or a power stands in it."""

    heading: str
    name: str
    """Of the field, of the position or of the content."""
    width: float
    words: type[Word] | None = None
    """Whose labels may stand in it; None for texts and numbers."""

    def value(self, thing: Position | Content) -> Value:
        value: Value = getattr(thing, self.name)
        return value.label if isinstance(value, Word) else value


OF_POSITION: Sequence[Column] = (
    Column("股室", "section", 10.0),
    Column("岗位", "title", 12.0),
    Column("岗位性质", "standing", 6.0, Standing),
)
OF_POWER: Sequence[Column] = (
    Column("权力事项", "title", 18.0),
    Column("权力类别", "kind", 9.0, Kind),
    Column("权力程度", "extent", 7.0, Extent),
    Column("依据", "basis", 26.0),
    Column("界限", "boundary", 26.0),
    Column("责任", "responsibility", 26.0),
    Column("重要程度", "importance", 5.0),
    Column("行使频率", "frequency", 6.0, Frequency),
    Column("自由裁量", "discretion", 18.0),
    Column("重点领域", "key_area", 8.0),
)
GRADE = "风险等级"
"""Worked out from the others: written, and not read."""
NUMBER = "编号"
"""By which a power is found again, whatever it is called then."""

READ = (*(each.heading for each in (*OF_POSITION, *OF_POWER)), NUMBER)


def grade_of(power: Power) -> str:
    return "一二三"[power.grade - 1] + "级"
