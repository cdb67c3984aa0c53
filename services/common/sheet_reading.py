"""Reading the table of a spreadsheet that somebody sends: as texts, by column, with the name of each cell.

Knows no form: who asks says which headings the table has. What is not as it must be is told by cell (`D7`), and
whatever the file is, reading it costs no more than the limits say: they are looked at before anything is unpacked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook

from services.common.errors import Invalid, InvalidFields, Violation

UNPACKED_BYTES = 16 << 20
"""All parts of the file together. A file of two megabytes could unpack to two gigabytes."""
MOST_PARTS = 200
LAST_ROW, LAST_COLUMN = 100_000, 40
HEADING_WITHIN = 10
"""The headings stand in one of the first rows: above them may be a title."""

MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']")


class Found(Protocol):
    """A cell as the library reads it."""

    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str | None: ...


Cells = Sequence[Found]

CARRIAGE_RETURN = "_x000D_"
"""As spreadsheets of other programs write the first half of their line ends."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the table: what stands in it, and what its cells are called."""

    number: int
    texts: Mapping[str, str]
    """By heading, without blanks around them; empty for an empty cell."""
    letters: Mapping[str, str]
    """Of the columns, by heading."""

    def cell(self, heading: str) -> str:
        """What the cell is called, such as `D7`."""
        return f"{self.letters[heading]}{self.number}"


def read_table(field: str, content: bytes, headings: Sequence[str], most_rows: int) -> list[SheetRow]:
    """The rows with something in them under the headings, which stand in one row in any order, beside others that are
    not asked for. Raises Invalid with the field where the file is none that can be read, and with the cells elsewhere.
    """
    try:
        book, merged = _opened(field, content)
        rows = list(_filled(field, book, most_rows))
    except InvalidFields:
        raise
    except Exception as error:
        # A broken part fails wherever the library happens to stumble over it.
        told = "这不是能读取的 xlsx 表格：可能是其他格式、设有密码或者已经损坏。"
        raise Invalid(field, told, reason="NOT_A_SPREADSHEET") from error
    heading_row, found = _heading_row(field, rows, headings)
    if across := [each for each in merged if _last_row(each) >= heading_row]:
        raise InvalidFields(
            [_wrong(each.partition(":")[0], f"{each} 是合并单元格，请取消合并。", "MERGED") for each in across]
        )
    letters = _letters(heading_row, found, headings)
    wrong = _formulas(rows)
    table = []
    for number, cells in rows:
        if number > heading_row:
            texts, violations = _texts(number, cells, letters)
            wrong += violations
            table.append(SheetRow(number, texts, letters))
    if wrong:
        raise InvalidFields(wrong)
    said = [each for each in table if any(each.texts.values())]
    if len(said) > most_rows:
        raise _too_many(field, most_rows)
    return said


def _opened(field: str, content: bytes) -> tuple[Workbook, list[str]]:
    """The book, and the ranges of merged cells."""
    with ZipFile(BytesIO(content)) as file:
        parts = file.infolist()
        # What a part says of its size is also the most that is ever unpacked of it.
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
            raise Invalid(field, f"文件展开后超过 {UNPACKED_BYTES >> 20} 兆字节。", reason="TOO_LARGE")
        sheets = [file.read(part) for part in parts if part.filename.startswith("xl/worksheets/")]
    merged = [found.decode() for sheet in sheets for found in MERGED.findall(sheet)]
    return load_workbook(BytesIO(content), read_only=True, keep_links=False), merged


def _filled(field: str, book: Workbook, most_rows: int) -> Iterator[tuple[int, Cells]]:
    """The rows with something in them, with their numbers."""
    if len(book.worksheets) != 1:
        raise Invalid(field, "文件应当只有一张工作表。", reason="SHEETS")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    many = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=LAST_COLUMN), start=1):
        if any(cell.value is not None for cell in cells):
            many += 1
            yield number, cells
        if many > most_rows + HEADING_WITHIN or number > LAST_ROW:
            raise _too_many(field, most_rows)


def _too_many(field: str, most_rows: int) -> Invalid:
    return Invalid(field, f"表格最多 {most_rows} 行。", reason="TOO_MANY_ROWS")


def _heading_row(field: str, rows: Sequence[tuple[int, Cells]], headings: Sequence[str]) -> tuple[int, list[str]]:
    """The number of the first row with the most headings, and what stands in it."""
    best: tuple[int, int, list[str]] = (0, 0, [])
    for number, cells in rows:
        if number <= HEADING_WITHIN:
            texts = ["".join(str(cell.value or "").split()) for cell in cells]
            best = max(best, (len(set(headings) & set(texts)), -number, texts))
    if not best[0]:
        raise Invalid(field, f"没有找到表头，应有：{'、'.join(headings)}。", reason="NO_HEADINGS")
    return -best[1], best[2]


def _letters(number: int, found: Sequence[str], headings: Sequence[str]) -> dict[str, str]:
    """The letters of the columns, by heading."""
    if missing := [each for each in headings if each not in found]:
        raise Invalid(f"A{number}", f"表头缺少：{'、'.join(missing)}。", reason="NO_COLUMN")
    letters = {each: get_column_letter(found.index(each) + 1) for each in headings}
    if twice := [
        _wrong(f"{get_column_letter(place)}{number}", f"表头“{text}”出现两次。")
        for place, text in enumerate(found, start=1)
        if letters.get(text, get_column_letter(place)) != get_column_letter(place)
    ]:
        raise InvalidFields(twice)
    return letters


def _formulas(rows: Sequence[tuple[int, Cells]]) -> list[Violation]:
    return [
        _wrong(f"{get_column_letter(place)}{number}", "不能使用公式，请填写内容本身。", "FORMULA")
        for number, cells in rows
        for place, cell in enumerate(cells, start=1)
        if cell.data_type == "f"
    ]


def _texts(number: int, cells: Cells, letters: Mapping[str, str]) -> tuple[dict[str, str], list[Violation]]:
    """What stands in the cells under the headings, and which of them hold something else than text or whole numbers."""
    by_letter = {get_column_letter(place): cell for place, cell in enumerate(cells, start=1)}
    texts, wrong = {}, []
    for heading, letter in letters.items():
        cell = by_letter.get(letter)
        value = None if cell is None else cell.value
        match value:
            case str() if cell is not None and cell.data_type == "e":
                texts[heading] = ""
                wrong.append(_wrong(f"{letter}{number}", "单元格是错误值，请填写内容本身。", "NOT_TEXT"))
            case None | str():
                texts[heading] = (value or "").replace(CARRIAGE_RETURN, "").strip()
            case int() | float() if not isinstance(value, bool) and float(value).is_integer():
                texts[heading] = str(int(value))
            case _:
                texts[heading] = ""
                wrong.append(_wrong(f"{letter}{number}", "应填写文字或整数。", "NOT_TEXT"))
    return texts, wrong


def _last_row(merged: str) -> int:
    """Number of the last row of a range."""
    return int(range_boundaries(merged)[3] or 0)


def _wrong(cell: str, description: str, reason: str = "INVALID_CELL") -> Violation:
    return Violation(cell, description, reason)
