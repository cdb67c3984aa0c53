"""Spreadsheets as people of a unit send them, good and bad."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.risk.inventory_sheets.columns import READ

GOOD: dict[str, object] = {
    "岗位": "会计",
    "岗位性质": "承办",
    "权力事项": "资金拨付审核",
    "权力类别": "部门管理",
    "权力程度": "部分",
    "依据": "《会计法》",
    "界限": "只审核已经批准的支出。",
    "责任": "对审核结果负责。",
    "重要程度": 2,
    "行使频率": "每月",
}
"""A row that says all that it must."""


def letter(heading: str) -> str:
    """Of the column."""
    return "ABCDEFGHIJKLMNOP"[READ.index(heading)]


def book(*rows: Mapping[str, object], headings: Sequence[str] = READ) -> tuple[Workbook, Worksheet]:
    """A sheet with the headings in its first row, and these rows under them."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append([*headings])
    for row in rows:
        sheet.append([row.get(each) for each in headings])
    return made, sheet


def stored(made: Workbook) -> bytes:
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def a_file(*rows: Mapping[str, object], headings: Sequence[str] = READ) -> bytes:
    return stored(book(*rows, headings=headings)[0])


def a_zip(parts: Iterable[tuple[str, bytes]]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, content in parts:
            packed.writestr(name, content)
    return file.getvalue()


def with_part(file: bytes, name: str, content: bytes) -> bytes:
    """The file with another part in the place of one."""
    with ZipFile(BytesIO(file)) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    return a_zip({**parts, name: content}.items())
