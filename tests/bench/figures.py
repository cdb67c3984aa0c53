"""What the bench has found: figures beside their limits, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from unicodedata import east_asian_width

HEADINGS = ("figure", "value", "unit", "limit", "ratio", "p50 ms", "p90 ms", "p99 ms", "the limit is")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Its name stays the same from run to run."""

    name: str
    value: float
    unit: str
    limit: float | None
    """What bounds it, measured in the same run; None where nothing does."""
    limit_is: str
    latencies: Sequence[float] = ()
    """Seconds of each call that it is made of."""

    @property
    def ratio(self) -> float | None:
        """The value by the limit."""
        return self.value / self.limit if self.limit else None


@dataclass(frozen=True, slots=True)
class Demand:
    """What a figure's ratio must be."""

    name: str
    words: str
    holds: Callable[[float], bool]


DEMANDS = (
    Demand("report_file_grpc_16", "at least 0.15", lambda ratio: ratio >= 0.15),
    Demand("case_accept_grpc_16", "at least 0.15", lambda ratio: ratio >= 0.15),
    Demand("report_list_page_1m", "under 1.5", lambda ratio: ratio < 1.5),
    Demand("desk_page_1m", "under 1.5", lambda ratio: ratio < 1.5),
)


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest of the values that is not below so large a share of them."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def figure_of_rates(
    name: str, rates: Sequence[float], limits: Sequence[float], limit_is: str, latencies: Sequence[float]
) -> Figure:
    """The median of several rounds beside that of their limit."""
    return Figure(name, median(rates), "1/s", median(limits), limit_is, latencies)


def table(figures: Sequence[Figure]) -> str:
    """All figures, a line each."""
    return aligned([HEADINGS, *(_cells(figure) for figure in figures)])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a text, the first and the last column to the left, those between to the right."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for first, *middle, last in rows:
        cells = [first + " " * (widths[0] - _width(first))]
        cells += [" " * (width - _width(cell)) + cell for cell, width in zip(middle, widths[1:], strict=False)]
        lines.append("  ".join([*cells, last]).rstrip())
    return "\n".join(lines)


def write(figures: Sequence[Figure], file: Path) -> None:
    """Keeps them as a list of `{name, value, unit, limit, ratio}`."""
    kept = [
        {
            "name": figure.name,
            "value": _rounded(figure.value),
            "unit": figure.unit,
            "limit": _rounded(figure.limit),
            "ratio": _rounded(figure.ratio),
        }
        for figure in figures
    ]
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(kept, indent=1) + "\n")


def broken_demands(figures: Iterable[Figure]) -> list[str]:
    """What is not as it must be, a sentence each."""
    ratios = {figure.name: figure.ratio for figure in figures}
    return [
        f"{demand.name} must be {demand.words} of its limit, and is {ratio:.2f}"
        for demand in DEMANDS
        if (ratio := ratios.get(demand.name)) is not None and not demand.holds(ratio)
    ]


def _cells(figure: Figure) -> tuple[str, ...]:
    percentiles = ["", "", ""]
    if figure.latencies:
        percentiles = [_short(percentile(figure.latencies, share) * 1000) for share in (0.5, 0.9, 0.99)]
    limit, ratio = figure.limit, figure.ratio
    return (
        figure.name,
        _short(figure.value),
        figure.unit,
        "" if limit is None else _short(limit),
        "" if ratio is None else f"{ratio:.2f}",
        *percentiles,
        figure.limit_is,
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
