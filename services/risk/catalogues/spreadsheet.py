"""An edition as a spreadsheet, for people who sort, filter and count: a row for each risk point of each power."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from openpyxl.utils import get_column_letter

from services.common import spreadsheets
from services.common.spreadsheets import Value
from services.risk.catalogues.content import Content, PositionEntry, PowerEntry, RiskPointEntry
from services.risk.catalogues.printed import TITLE, Printed
from services.risk.catalogues.words import controls_in_words
from services.risk.powers.domain import grade_in_words

HEADER_ROW = 3
COLUMNS = (
    ("股室", 9.0),
    ("岗位", 11.0),
    ("岗位性质", 6.0),
    ("权力事项", 16.0),
    ("权力类别", 9.0),
    ("权力程度", 7.0),
    ("依据", 22.0),
    ("界限", 22.0),
    ("责任", 22.0),
    ("重点领域", 7.0),
    ("风险点", 24.0),
    ("风险方面", 8.0),
    ("查找方式", 7.0),
    ("风险等级", 6.0),
    ("定级理由", 16.0),
    ("防控措施", 28.0),
)
LEFT = frozenset({"权力事项", "依据", "界限", "责任", "风险点", "定级理由", "防控措施"})
FOOTER = ("审定人：", "日期：　　　　年　　月　　日")


def catalogue_xlsx(printed: Printed) -> bytes:
    """One sheet, ready to print on A4 across."""
    book, sheet = spreadsheets.new_sheet("目录")
    last, widths = len(COLUMNS), [width for _, width in COLUMNS]
    spreadsheets.write_title(sheet, f"{TITLE}（{printed.which}）", last)
    spreadsheets.write_bare(sheet, (2, 1, 5), f"单位：{printed.content.unit_title}", 11, "left")
    spreadsheets.write_bare(sheet, (2, 6, last - 3), printed.voted, 11, "center")
    spreadsheets.write_bare(sheet, (2, last - 2, last), printed.dated, 11, "right")
    for place, (heading, width) in enumerate(COLUMNS, start=1):
        spreadsheets.write_head(sheet.cell(HEADER_ROW, place), heading)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, values in enumerate(_rows(printed.content), start=HEADER_ROW + 1):
        for place, value in enumerate(values, start=1):
            side = "left" if COLUMNS[place - 1][0] in LEFT else "center"
            spreadsheets.write_boxed(sheet.cell(number, place), value, side)
        sheet.row_dimensions[number].height = spreadsheets.row_height(values, widths)
    spreadsheets.set_up_print(sheet, last, HEADER_ROW, FOOTER)
    return spreadsheets.stored(book, printed.file_name, printed.content.unit_title)


def _rows(content: Content) -> Iterator[Sequence[Value]]:
    for position in content.positions:
        for power in position.powers:
            grading = grade_in_words(power.grade), power.grade_reason
            yield from _of(_power(position, power), power.risk_points or (None,), grading)
        yield from _of(_place(position), position.risk_points, (grade_in_words(position.grade), ""))
    for each in content.risk_points:
        yield from _of([each.section, each.level.label, *[""] * 8], [each])


def _of(
    before: Sequence[Value], risk_points: Iterable[RiskPointEntry | None], grading: tuple[str, str] = ("", "")
) -> Iterator[Sequence[Value]]:
    for each in risk_points:
        found = (each.manifestation, each.aspect.label, each.method.label) if each else ("", "", "")
        yield [*before, *found, *grading, controls_in_words(each.controls) if each else ""]


def _place(position: PositionEntry) -> list[Value]:
    return [position.section, position.title, position.standing.label, *[""] * 7]


def _power(position: PositionEntry, power: PowerEntry) -> list[Value]:
    said = (power.title, power.kind.label, power.extent.label, power.basis, power.boundary, power.responsibility)
    return [*_place(position)[:3], *said, power.key_area]
