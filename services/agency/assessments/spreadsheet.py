"""An assessment as a spreadsheet, for people who sort, filter and count."""

from __future__ import annotations

from itertools import groupby

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.agency.assessments.domain import RATES, Figures
from services.agency.assessments.table import COLUMNS, Column, Table
from services.common import spreadsheets
from services.common.periods import in_words

GROUP_ROW, HEADER_ROW = 3, 4
NAME_WIDTH, WIDTH = 34.0, 8.0
FOOTER = ("制表人：　　　　　　审核人：", "日期：　　　　年　　月　　日")


def assessment_xlsx(table: Table) -> bytes:
    """One sheet, ready to print on A4 across; the sum is its last row."""
    book, sheet = spreadsheets.new_sheet(table.kind.label.replace("/", ""))
    _write_heading(sheet, table)
    rows = [*((name, each.figures) for name, each in table.rows), ("合计", table.total)]
    for number, (name, figures) in enumerate(rows, start=HEADER_ROW + 1):
        _write_row(sheet, number, name, figures)
    spreadsheets.set_up_print(sheet, len(COLUMNS) + 1, HEADER_ROW, FOOTER)
    return spreadsheets.stored(book, table.file_name, table.place)


def _write_heading(sheet: Worksheet, table: Table) -> None:
    last = len(COLUMNS) + 1
    spreadsheets.write_title(sheet, table.title, last)
    said = f"考核期：{table.period}" + (f"　{table.source}" if table.source else "")
    spreadsheets.write_bare(sheet, (2, 1, 6), f"单位：{table.place}", 11, "left")
    spreadsheets.write_bare(sheet, (2, 7, last - 6), said, 11, "center")
    spreadsheets.write_bare(sheet, (2, last - 5, last), f"打印日期：{in_words(table.printed)}", 11, "right")
    _write_head_across(sheet, table.kind.label)
    place = 2
    for group, columns in groupby(COLUMNS, key=lambda column: column.group):
        titles = [column.title for column in columns]
        for offset, title in enumerate(titles):
            spreadsheets.write_head(sheet.cell(GROUP_ROW, place + offset), group if offset == 0 else "")
            spreadsheets.write_head(sheet.cell(HEADER_ROW, place + offset), title)
            sheet.column_dimensions[get_column_letter(place + offset)].width = WIDTH
        if len(titles) > 1:
            sheet.merge_cells(
                start_row=GROUP_ROW, end_row=GROUP_ROW, start_column=place, end_column=place + len(titles) - 1
            )
        place += len(titles)
    sheet.row_dimensions[HEADER_ROW].height = 30


def _write_head_across(sheet: Worksheet, title: str) -> None:
    """The heading of the first column, over both rows."""
    for row in (GROUP_ROW, HEADER_ROW):
        spreadsheets.write_head(sheet.cell(row, 1), title if row == GROUP_ROW else "")
    sheet.merge_cells(start_row=GROUP_ROW, end_row=HEADER_ROW, start_column=1, end_column=1)
    sheet.column_dimensions["A"].width = NAME_WIDTH


def _write_row(sheet: Worksheet, number: int, name: str, figures: Figures) -> None:
    spreadsheets.write_boxed(sheet.cell(number, 1), name, "left")
    for place, column in enumerate(COLUMNS, start=2):
        spreadsheets.write_boxed(sheet.cell(number, place), column.value(figures), "center", _format(column))
    sheet.row_dimensions[number].height = spreadsheets.row_height([name], [NAME_WIDTH])


def _format(column: Column) -> str:
    if column.percent:
        return "0.0%"
    return "0.0" if column.name in RATES else "0"
