"""The printed report of a risk review, with its charts. The same review gives the same PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.common.periods import in_words
from services.common.typesetting import Typesetter, shortened
from services.risk.figures.domain import Figure, Figures
from services.risk.reviews.report import (
    BY_MONTH,
    BY_UNIT,
    DISPOSITIONS,
    INFORMATION,
    SECTIONS,
    TITLE,
    WARNINGS,
    Column,
    Report,
    Section,
)

TEMPLATE = Path(__file__).parent / "review.typ"

NAME_CHARACTERS = 40
COLOURS = {
    "YELLOW": "#e5b800",
    "ORANGE": "#e8731a",
    "RED": "#c62828",
    "LATE": "#c62828",
    "1": "#c62828",
    "2": "#e8731a",
    "3": "#e5b800",
}
"""Of the bars, by the end of the figure's name."""
PLAIN = "#33658a"
LINES = (Column("风险信息", INFORMATION), Column("预警", WARNINGS), Column("处置", DISPOSITIONS))
"""What the chart by month shows."""


async def review_pdf(report: Report, typesetter: Typesetter) -> bytes:
    """A4 upright."""
    data = {
        "title": TITLE,
        "place": report.place,
        "number": f"{report.number}　第{report.edition}版",
        "period": report.period,
        "published": in_words(report.published),
        "written": [
            {"title": title, "lines": [line for line in text.splitlines() if line.strip()]}
            for title, text in report.written
        ],
        "sections": [_section(each, report.total) for each in SECTIONS],
        "trend": {
            "names": [each.title for each in LINES],
            "months": [
                {"name": f"{int(month[-2:])}月", "values": [each.value(figures) for each in LINES]}
                for month, figures in report.months
            ],
        },
        "months": _rows(BY_MONTH, report.months),
        "towns": _rows(BY_UNIT, report.towns),
        "units": _rows(BY_UNIT, report.units),
    }
    return await typesetter.pdf(TEMPLATE, data, report.published)


def _section(section: Section, total: Figures) -> dict[str, object]:
    return {
        "title": section.title,
        "tables": [
            {
                "title": table.title,
                "sum": sum(total[each] for each in table.figures) if table.summed else None,
                "bars": [{"name": each.label, "value": total[each], "colour": _colour(each)} for each in table.figures],
            }
            for table in section.tables
        ],
    }


def _rows(columns: tuple[Column, ...], rows: Sequence[tuple[str, Figures]]) -> dict[str, object]:
    return {
        "columns": [each.title for each in columns],
        "rows": [
            {"name": shortened(name, NAME_CHARACTERS), "values": [column.value(figures) for column in columns]}
            for name, figures in rows
        ],
    }


def _colour(figure: Figure) -> str:
    return COLOURS.get(figure.name.rpartition("_")[2], PLAIN)
