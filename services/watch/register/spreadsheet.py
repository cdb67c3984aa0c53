"""The register as a spreadsheet, for people who sort, filter and count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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

from services.common.typesetting import printable, shortened
from services.watch.register.page import RegisterPage, RegisterRow

CELL_CHARACTERS = 32_000
"""A cell of the format ends at 32,767."""
LINE, TALLEST = 13.0, 409.0
"""Height of a line and the most that a row may have, in points."""
HEADER_ROW = 3
THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
TYPEFACE = "宋体"


@dataclass(frozen=True)
class Column:
    """A column of the sheet: what stands above it, how wide it is in characters, what it says of a report."""

    title: str
    width: float
    value: Callable[[RegisterRow], str | date | None]


COLUMNS = (
    Column("登记编号", 21, lambda row: row.number),
    Column("登记日期", 11, lambda row: row.registered),
    Column("收到日期", 11, lambda row: row.received),
    Column("反映渠道", 11, lambda row: row.channel),
    Column("反映人", 11, lambda row: row.reporter),
    Column("类别", 9, lambda row: row.kind),
    Column("事项", 15, lambda row: row.matter),
    Column("反映对象", 15, lambda row: row.subject),
    Column("反映内容摘要", 40, lambda row: row.shown_summary),
    Column("等级", 6, lambda row: row.classification),
    Column("承办单位", 15, lambda row: row.organ),
    Column("经办人", 8, lambda row: row.officer),
    Column("办理期限", 11, lambda row: row.due),
    Column("答复日期", 11, lambda row: row.answered),
    Column("查实情况", 9, lambda row: row.finding),
    Column("办理状态", 9, lambda row: row.state),
    Column("满意度", 8, lambda row: row.satisfaction),
    Column("备注", 13, lambda row: row.remark),
)
LEFT = {number for number, column in enumerate(COLUMNS, start=1) if column.title in ("反映对象", "反映内容摘要")}


def register_xlsx(page: RegisterPage) -> bytes:
    """The register as one sheet, ready to print on A4 across. What people wrote is text, never a formula."""
    book = Workbook()
    sheet = book.create_sheet(str(page.year), 0)
    del book["Sheet"]
    _write_heading(sheet, page)
    for number, row in enumerate(page.rows, start=HEADER_ROW + 1):
        values = [column.value(row) for column in COLUMNS]
        for place, value in enumerate(values, start=1):
            _write(sheet.cell(number, place), value)
        sheet.row_dimensions[number].height = _height(values)
    _set_up_print(sheet)
    book.properties.title, book.properties.creator = page.file_name, page.unit
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


def _height(values: list[str | date | None]) -> float:
    """Points that a row needs to show all its text: not every program works that out by itself."""
    texts = [(value, column.width) for value, column in zip(values, COLUMNS, strict=True) if isinstance(value, str)]
    lines = max(ceil(1.1 * _places(text) / width) for text, width in texts)
    return min(TALLEST, LINE * max(lines, 1) + 6)


def _places(text: str) -> int:
    """How wide the text is: Chinese characters take two places."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _write_heading(sheet: Worksheet, page: RegisterPage) -> None:
    last = len(COLUMNS)
    _write_bare(sheet.cell(1, 1), page.title, Font(TYPEFACE, 16, bold=True), "center")
    sheet.row_dimensions[1].height = 30
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=last)
    _write_bare(sheet.cell(2, 1), f"单位：{page.unit}", Font(TYPEFACE, 11), "left")
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=last // 2)
    _write_bare(sheet.cell(2, last // 2 + 1), f"{page.year}年度", Font(TYPEFACE, 11), "right")
    sheet.merge_cells(start_row=2, end_row=2, start_column=last // 2 + 1, end_column=last)
    for place, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(HEADER_ROW, place, column.title)
        cell.font, cell.border = Font(TYPEFACE, 10, bold=True), BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = column.width


def _write_bare(cell: Cell | MergedCell, text: str, font: Font, side: str) -> None:
    _write_text(cell, text)
    cell.font, cell.alignment = font, Alignment(horizontal=side, vertical="center")


def _write(cell: Cell | MergedCell, value: str | date | None) -> None:
    if isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif value:
        _write_text(cell, value)
    cell.font, cell.border = Font(TYPEFACE, 10), BOX
    side = "left" if cell.column in LEFT else "center"
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    """Writes text that stays text: also when it looks like a formula, also after someone has edited the cell."""
    cell.value = shortened(printable(text), CELL_CHARACTERS)
    cell.data_type, cell.number_format = "s", "@"
    cell.quotePrefix = True


def _set_up_print(sheet: Worksheet) -> None:
    last = get_column_letter(len(COLUMNS))
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{max(HEADER_ROW, sheet.max_row)}"
    sheet.print_title_rows = f"1:{HEADER_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = 0.5
    footer = sheet.oddFooter
    assert footer is not None
    footer.left.text = "登记人：　　　　　　审核人："
    footer.center.text = "第 &P 页 共 &N 页"
    footer.right.text = "日期：　　　　年　　月　　日"
