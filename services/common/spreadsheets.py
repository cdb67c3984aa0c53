"""Spreadsheets for people who sort, filter, count and print. What people wrote stays text, never a formula.

Knows no form: the services that own one say what stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from math import ceil
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from services.common.characters import printable
from services.common.typesetting import shortened

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

CELL_CHARACTERS = 32_000
"""A cell of the format ends at 32,767."""
LINE, TALLEST = 13.0, 409.0
"""Height of a line and the most that a row may have, in points."""
THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
TYPEFACE = "宋体"

Value = str | int | float | date | None


def new_sheet(title: str) -> tuple[Workbook, Worksheet]:
    """A book with one sheet."""
    book = Workbook()
    sheet = book.create_sheet(title, 0)
    del book["Sheet"]
    return book, sheet


def stored(book: Workbook, title: str, creator: str) -> bytes:
    """The book as a file that says what it is and whose."""
    book.properties.title, book.properties.creator = title, creator
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def write_title(sheet: Worksheet, title: str, columns: int) -> None:
    """The first row: what the sheet is, across all columns."""
    write_bare(sheet, (1, 1, columns), title, 16, "center", bold=True)
    sheet.row_dimensions[1].height = 30


def write_bare(
    sheet: Worksheet, place: tuple[int, int, int], text: str, size: int, side: str, *, bold: bool = False
) -> None:
    """A text without a box: its row, and its first and last column."""
    row, first, last = place
    cell = sheet.cell(row, first)
    _write_text(cell, text)
    cell.font, cell.alignment = Font(TYPEFACE, size, bold=bold), Alignment(horizontal=side, vertical="center")
    if last > first:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def write_head(cell: Cell | MergedCell, title: str) -> None:
    """What stands above a column."""
    cell.value, cell.font, cell.border = title, Font(TYPEFACE, 10, bold=True), BOX
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def write_boxed(cell: Cell | MergedCell, value: Value, side: str, number_format: str = "") -> None:
    """What stands in a box of the table; nothing for an empty text."""
    if isinstance(value, str):
        if value:
            _write_text(cell, value)
    elif value is not None:
        cell.value = value
        if chosen := number_format or ("yyyy-mm-dd" if isinstance(value, date) else ""):
            cell.number_format = chosen
    cell.font, cell.border = Font(TYPEFACE, 10), BOX
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)


def row_height(values: Sequence[Value], widths: Sequence[float]) -> float:
    """Points that a row needs to show all its text: not every program works that out by itself."""
    texts = [(value, width) for value, width in zip(values, widths, strict=True) if isinstance(value, str)]
    lines = max((ceil(1.1 * _places(text) / width) for text, width in texts), default=1)
    return min(TALLEST, LINE * max(lines, 1) + 6)


def set_up_print(sheet: Worksheet, columns: int, header_row: int, footer: tuple[str, str] = ("", "")) -> None:
    """A4 across, as wide as the page, all rows up to the header's last one on every page; the footer's left and right
    stand beside the page numbers."""
    last = get_column_letter(columns)
    sheet.freeze_panes = f"B{header_row + 1}"
    sheet.auto_filter.ref = f"A{header_row}:{last}{max(header_row, sheet.max_row)}"
    sheet.print_title_rows = f"1:{header_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = 0.5
    at_foot = sheet.oddFooter
    assert at_foot is not None
    at_foot.left.text, at_foot.right.text = footer
    at_foot.center.text = "第 &P 页 共 &N 页"


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    """Writes text that stays text: also when it looks like a formula, also after someone has edited the cell."""
    cell.value = shortened(printable(text), CELL_CHARACTERS)
    cell.data_type, cell.number_format = "s", "@"
    cell.quotePrefix = True


def _places(text: str) -> int:
    """How wide the text is: Chinese characters take two places."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
