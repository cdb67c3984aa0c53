"""The figures of the bench as a table, as JSON, and against what they must be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.figures import Figure, broken_demands, percentile, table, write
from tests.bench.filing import PLANS
from tests.bench.listing import LOOKS


def figure(name: str, value: float = 30.0, limit: float | None = 100.0) -> Figure:
    return Figure(name, value, "1/s", limit, "pgbench", latencies=(0.01, 0.02, 0.04))


def test_names_that_later_runs_are_compared_by_stay() -> None:
    assert {"report_file_grpc_1", "report_file_grpc_16", "report_file_grpc_64", "report_file_rest_16"} <= {
        plan.name for plan in PLANS
    }
    assert LOOKS[0].name == "report_list_page_1m"


def test_the_file_holds_each_figure_beside_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "build" / "bench.json"

    write([figure("report_file_grpc_16"), figure("alone", limit=None)], file)

    assert json.loads(file.read_text()) == [
        {"name": "report_file_grpc_16", "value": 30.0, "unit": "1/s", "limit": 100.0, "ratio": 0.3},
        {"name": "alone", "value": 30.0, "unit": "1/s", "limit": None, "ratio": None},
    ]


def test_the_table_tells_ratio_and_percentiles() -> None:
    heading, line = table([figure("report_file_grpc_16")]).splitlines()

    assert heading.split()[:5] == ["figure", "value", "unit", "limit", "ratio"]
    assert line.split() == ["report_file_grpc_16", "30", "1/s", "100", "0.30", "20", "40", "40", "pgbench"]


@pytest.mark.parametrize(
    ("name", "value", "broken"),
    [
        ("report_file_grpc_16", 14.0, True),
        ("report_file_grpc_16", 15.0, False),
        ("report_list_page_1m", 149.0, False),
        ("report_list_page_1m", 150.0, True),
        ("desk_page_1m", 149.0, False),
        ("desk_page_1m", 150.0, True),
        ("report_file_grpc_64", 1.0, False),
    ],
)
def test_only_what_must_hold_breaks(name: str, value: float, broken: bool) -> None:
    assert bool(broken_demands([figure(name, value)])) is broken


def test_a_percentile_is_one_of_the_values() -> None:
    hundred = [float(value) for value in range(100, 0, -1)]

    assert [percentile(hundred, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1.0, 51.0, 100.0, 100.0]
