"""The register as a spreadsheet, for people who sort, filter and count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.common import spreadsheets
from services.watch.register.page import RegisterPage, RegisterRow

HEADER_ROW = 3


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
FOOTER = ("登记人：　　　　　　审核人：", "日期：　　　　年　　月　　日")


def register_xlsx(page: RegisterPage) -> bytes:
    """The register as one sheet, ready to print on A4 across. What people wrote is text, never a formula."""
    book, sheet = spreadsheets.new_sheet(str(page.year))
    _write_heading(sheet, page)
    for number, row in enumerate(page.rows, start=HEADER_ROW + 1):
        values = [column.value(row) for column in COLUMNS]
        for place, value in enumerate(values, start=1):
            spreadsheets.write_boxed(sheet.cell(number, place), value, "left" if place in LEFT else "center")
        sheet.row_dimensions[number].height = spreadsheets.row_height(values, [column.width for column in COLUMNS])
    spreadsheets.set_up_print(sheet, len(COLUMNS), HEADER_ROW, FOOTER)
    return spreadsheets.stored(book, page.file_name, page.unit)


def _write_heading(sheet: Worksheet, page: RegisterPage) -> None:
    last = len(COLUMNS)
    spreadsheets.write_title(sheet, page.title, last)
    spreadsheets.write_bare(sheet, (2, 1, last // 2), f"单位：{page.unit}", 11, "left")
    spreadsheets.write_bare(sheet, (2, last // 2 + 1, last), f"{page.year}年度", 11, "right")
    for place, column in enumerate(COLUMNS, start=1):
        spreadsheets.write_head(sheet.cell(HEADER_ROW, place), column.title)
        sheet.column_dimensions[get_column_letter(place)].width = column.width
