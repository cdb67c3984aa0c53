"""The printed table of an assessment. The same figures give the same PDF."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from services.agency.assessments.table import COLUMNS, Table
from services.common.periods import in_words
from services.common.typesetting import Typesetter, shortened

TEMPLATE = Path(__file__).parent / "assessment.typ"

NAME_CHARACTERS = 40


async def assessment_pdf(table: Table, typesetter: Typesetter) -> bytes:
    """A4 across, with the header on every page."""
    groups = [(title, len(list(columns))) for title, columns in groupby(COLUMNS, key=lambda column: column.group)]
    data = {
        "title": table.title,
        "place": table.place,
        "period": table.period,
        "source": table.source,
        "printed": in_words(table.printed),
        "kind": table.kind.label,
        "groups": [{"lines": title.split("\n"), "columns": columns} for title, columns in groups],
        "columns": [column.title.split("\n") for column in COLUMNS],
        "rows": [
            {"name": shortened(name, NAME_CHARACTERS), "figures": [column.text(each.figures) for column in COLUMNS]}
            for name, each in table.rows
        ],
        "total": [column.text(table.total) for column in COLUMNS],
    }
    return await typesetter.pdf(TEMPLATE, data, table.printed)
