"""Every RPC that names a report, by who handles it and from whom it is kept: reports.txt says who sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from buf.validate.validate_pb2 import field as field_rules
from google.protobuf.descriptor import MethodDescriptor

from services.watch.reports.domain.terms import Level
from tests.isolation.county import County
from tests.isolation.handling import WATCHERS, Handled, Watcher, about, handled, left_by
from tests.isolation.matrix import Row, differences, line, read
from tests.isolation.samples import Fill, set_fields
from tests.isolation.test_matrix import ROWS, outcome

SEARCHES: Mapping[str, Fill] = {
    "ListReports": set_fields(filter__number=lambda place: place.number),
    "ListOversights": set_fields(unit="", report=lambda place: place.names["reports"]),
}
"""Lists, narrowed to the one report."""


def names_a_report(method: MethodDescriptor) -> bool:
    """Whether its request has room for the name of a report, or of an oversight, which is of one here (that of a case
    stands under its case)."""
    patterns = [field.GetOptions().Extensions[field_rules].string.pattern for field in method.input_type.fields]
    return any("/reports/" in pattern or ")/oversights/" in pattern for pattern in patterns)


NAMING = {
    row: (method, SEARCHES.get(method.name, fill))
    for row, (method, fill) in ROWS.items()
    if method.name in SEARCHES or (names_a_report(method) and not row.endswith(("(unit)", "(post)")))
}
MATRIX = read(Path(__file__).with_name("reports.txt"))
TITLES = tuple(watcher.title for watcher in WATCHERS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def places(county: County) -> Handled:
    """The reports, each in its place."""
    return await handled(county)


async def letters(county: County, places: Handled, watcher: Watcher, method: MethodDescriptor, fill: Fill) -> str:
    """One cell: at the unit, at the town, at the county; about whoever looks, and left by them."""
    token = county.tokens.good(watcher.who)
    keys = [*(f"at {level.name}" for level in Level), about(watcher), left_by(watcher)]
    calls = [outcome(county, token, method, fill, places[key]) for key in keys if key in places]
    found = await asyncio.gather(*calls)
    return "".join(found if watcher.who.cadre else (*found[:3], "－", found[3]))


async def measured(county: County, places: Handled, method: MethodDescriptor, fill: Fill) -> Row:
    return tuple([await letters(county, places, watcher, method, fill) for watcher in WATCHERS])


def test_every_rpc_that_names_a_report_has_its_row_and_no_other_has() -> None:
    assert NAMING.keys() == MATRIX.keys()


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("row", sorted(NAMING))
async def test_a_report_is_seen_by_whom_the_matrix_says(county: County, places: Handled, row: str) -> None:
    found = await measured(county, places, *NAMING[row])

    assert row in MATRIX, f"reports.txt has no row for {row}. Today it would be:\n{line(row, found, TITLES)}"
    assert list(differences(row, MATRIX[row], found, TITLES)) == []
