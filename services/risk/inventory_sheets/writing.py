"""The inventory of a unit as a spreadsheet, to be read, sorted, printed, corrected and taken in again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl.utils import get_column_letter

from services.common import spreadsheets
from services.common.periods import in_words
from services.common.spreadsheets import Value
from services.risk.inventory_sheets.columns import GRADE, NUMBER, OF_POSITION, OF_POWER, grade_of
from services.risk.positions.domain import Position
from services.risk.powers.domain import Power

HEADER_ROW = 3
COLUMNS = [*((each.heading, each.width) for each in (*OF_POSITION, *OF_POWER)), (GRADE, 5.0), (NUMBER, 9.0)]
LEFT = frozenset({"权力事项", "依据", "界限", "责任", "自由裁量"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryTable:
    """What stands in the spreadsheet."""

    place: str
    """What the unit is called, with its town."""
    printed: date
    rows: Sequence[tuple[Position, Power | None]]
    """Each power with its position, and positions without one."""

    @property
    def file_name(self) -> str:
        return f"{self.place}权力清单"


def ordered(positions: Sequence[Position], powers: Sequence[Power]) -> Iterator[tuple[Position, Power | None]]:
    """The rows by section, position and power."""
    for position in sorted(positions, key=lambda each: (each.section, each.standing, each.title, each.id)):
        exercised = [each for each in powers if each.position == position.id]
        for power in sorted(exercised, key=lambda each: (each.title, each.id)):
            yield position, power
        if not exercised:
            yield position, None


def inventory_xlsx(table: InventoryTable) -> bytes:
    """One sheet, ready to print on A4 across."""
    book, sheet = spreadsheets.new_sheet("权力清单")
    last, widths = len(COLUMNS), [width for _, width in COLUMNS]
    spreadsheets.write_title(sheet, "权力清单", last)
    spreadsheets.write_bare(sheet, (2, 1, 6), f"单位：{table.place}", 11, "left")
    spreadsheets.write_bare(sheet, (2, 7, last), f"打印日期：{in_words(table.printed)}", 11, "right")
    for place, (heading, width) in enumerate(COLUMNS, start=1):
        spreadsheets.write_head(sheet.cell(HEADER_ROW, place), heading)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, (position, power) in enumerate(table.rows, start=HEADER_ROW + 1):
        values = _values(position, power)
        for place, value in enumerate(values, start=1):
            side = "left" if COLUMNS[place - 1][0] in LEFT else "center"
            spreadsheets.write_boxed(sheet.cell(number, place), value, side)
        sheet.row_dimensions[number].height = spreadsheets.row_height(values[:-1], widths[:-1])
    spreadsheets.set_up_print(sheet, last, HEADER_ROW)
    return spreadsheets.stored(book, table.file_name, table.place)


def _values(position: Position, power: Power | None) -> list[Value]:
    of_power: list[Value] = [None] * (len(OF_POWER) + 2)
    if power is not None:
        of_power = [*(each.value(power) for each in OF_POWER), grade_of(power), power.id]
    return [*(each.value(position) for each in OF_POSITION), *of_power]
