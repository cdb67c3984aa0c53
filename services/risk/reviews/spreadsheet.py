"""A risk review as a spreadsheet, for people who sort, filter and count."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.common import spreadsheets
from services.common.periods import in_words
from services.risk.figures.domain import Figures
from services.risk.reviews.report import BY_MONTH, BY_UNIT, SECTIONS, TITLE, Column, Report

HEADER_ROW = 3
HEADS = ("部分", "类别", "项目", "数量")
WIDTHS = (20.0, 26.0, 26.0, 12.0)
NAME_WIDTH, WIDTH = 30.0, 10.0


def review_xlsx(report: Report) -> bytes:
    """The figures on the first sheet with what was written, then towns, units and months, where there are any."""
    book, sheet = spreadsheets.new_sheet("汇总")
    _write_total(sheet, report)
    if report.towns:
        _write_rows(book, "各镇（街道）", "镇（街道）", BY_UNIT, report, report.towns)
    if report.units:
        _write_rows(book, "各单位", "单位", BY_UNIT, report, report.units)
    if report.months:
        _write_rows(book, "各月", "月份", BY_MONTH, report, report.months)
    return spreadsheets.stored(book, report.file_name, report.place)


def _write_total(sheet: Worksheet, report: Report) -> None:
    _write_heading(sheet, report, len(HEADS))
    for column, (title, width) in enumerate(zip(HEADS, WIDTHS, strict=True), start=1):
        spreadsheets.write_head(sheet.cell(HEADER_ROW, column), title)
        sheet.column_dimensions[get_column_letter(column)].width = width
    rows = [
        (section.title, table.title, figure.label, report.total[figure])
        for section in SECTIONS
        for table in section.tables
        for figure in table.figures
    ]
    for number, (*texts, count) in enumerate(rows, start=HEADER_ROW + 1):
        for column, text in enumerate(texts, start=1):
            spreadsheets.write_boxed(sheet.cell(number, column), text, "left")
        spreadsheets.write_boxed(sheet.cell(number, len(HEADS)), count, "center", "0")
    spreadsheets.set_up_print(sheet, len(HEADS), HEADER_ROW)
    for number, (title, text) in enumerate(report.written, start=HEADER_ROW + len(rows) + 2):
        spreadsheets.write_boxed(sheet.cell(number, 1), title, "left")
        sheet.merge_cells(start_row=number, end_row=number, start_column=2, end_column=len(HEADS))
        spreadsheets.write_boxed(sheet.cell(number, 2), text, "left")
        sheet.row_dimensions[number].height = spreadsheets.row_height([text], [sum(WIDTHS[1:])])


def _write_rows(
    book: Workbook,
    name: str,
    first: str,
    columns: Sequence[Column],
    report: Report,
    rows: Sequence[tuple[str, Figures]],
) -> None:
    sheet = book.create_sheet(name)
    _write_heading(sheet, report, len(columns) + 1)
    for column, title in enumerate((first, *(each.title for each in columns)), start=1):
        spreadsheets.write_head(sheet.cell(HEADER_ROW, column), title)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH if column > 1 else NAME_WIDTH
    for number, (called, figures) in enumerate(rows, start=HEADER_ROW + 1):
        spreadsheets.write_boxed(sheet.cell(number, 1), called, "left")
        for column, each in enumerate(columns, start=2):
            spreadsheets.write_boxed(sheet.cell(number, column), each.value(figures), "center", "0")
    spreadsheets.set_up_print(sheet, len(columns) + 1, HEADER_ROW)


def _write_heading(sheet: Worksheet, report: Report, columns: int) -> None:
    spreadsheets.write_title(sheet, f"{report.place}{TITLE}", columns)
    said = f"{report.period}　{report.number}　第{report.edition}版　发布日期：{in_words(report.published)}"
    spreadsheets.write_bare(sheet, (2, 1, columns), said, 11, "center")
