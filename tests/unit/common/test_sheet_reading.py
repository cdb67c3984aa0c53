"""How many rows a table may have."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.common.errors import Invalid, InvalidFields
from services.common.sheet_reading import read_table

MOST_ROWS = 3


def written(*rows: list[str]) -> bytes:
    """A file of just these rows."""
    made, file = Workbook(), BytesIO()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    made.save(file)
    return file.getvalue()


def a_file(rows: int, blank: int = 0) -> bytes:
    """A title, the headings, so many rows, and so many that have nothing under the headings."""
    return written(["权力清单"], ["岗位", "备注"], *[["会计", ""]] * rows, *[["", "无"]] * blank)


def test_as_many_rows_as_are_allowed_are_read_beside_the_title_and_the_headings() -> None:
    assert len(read_table("content", a_file(MOST_ROWS, blank=2), ["岗位"], MOST_ROWS)) == MOST_ROWS


def test_one_row_more_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read_table("content", a_file(MOST_ROWS + 1), ["岗位"], MOST_ROWS)

    assert refused.value.reason == "TOO_MANY_ROWS"


def test_what_another_program_could_not_reckon_is_no_text() -> None:
    with pytest.raises(InvalidFields) as refused:
        read_table("content", written(["岗位", "依据"], ["会计", "#N/A"]), ["岗位", "依据"], MOST_ROWS)

    assert [(each.field, each.reason) for each in refused.value.violations] == [("B2", "NOT_TEXT")]


def test_a_line_end_of_another_program_is_one_of_ours() -> None:
    [row] = read_table("content", written(["岗位"], ["甲_x000D_\n乙"]), ["岗位"], MOST_ROWS)

    assert row.texts["岗位"] == "甲\n乙"
