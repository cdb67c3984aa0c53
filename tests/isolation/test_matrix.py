"""Every RPC of every service, called in every role at every place: matrix.txt says what must become of it."""

from __future__ import annotations

import asyncio
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import cast

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from minshao import agency, gateway, risk, watch

from services.common.access import Grant, Role
from services.common.errors import DomainError, Kind
from services.common.rpc.access_option import rule_of
from tests.isolation.county import County, Place
from tests.isolation.matrix import (
    BARRED,
    COLUMNS,
    Row,
    differences,
    letter,
    line,
    read,
    row_name,
)
from tests.isolation.people import TOWN, VILLAGE, Person, unit_code
from tests.isolation.samples import Fill, NoSample, sample, samples

MATRIX = read(Path(__file__).with_name("matrix.txt"))

MAY_NOT_FIT = frozenset({"CreateReport"})
"""Where the same words are right from one caller and wrong from another, who is told so (误)."""


def contract() -> dict[str, MethodDescriptor]:
    """Every RPC of every service of the contract, by `package.Service/Rpc`."""
    files = [
        import_module(f"{package.__name__}.v1.{module.name}").DESCRIPTOR
        for package in (agency, gateway, risk, watch)
        for module in iter_modules(import_module(f"{package.__name__}.v1").__path__)
        if module.name.endswith("_pb2")
    ]
    services = [service for file in files for service in file.services_by_name.values()]
    return {f"{service.full_name}/{method.name}": method for service in services for method in service.methods}


CONTRACT = contract()
ROWS = {
    row_name(path, name): (method, fill) for path, method in CONTRACT.items() for name, fill in samples(method).items()
}


async def outcome(county: County, token: str | None, method: MethodDescriptor, fill: Fill, place: Place) -> str:
    """The letter for one call."""
    try:
        reply = await county.rehearse(token, sample(method, place, fill))
    except DomainError as error:
        if error.kind is Kind.INVALID and method.name not in MAY_NOT_FIT:
            raise NoSample(f"the sample of {method.name} is not valid: {error}") from error
        return letter(error, empty=False)
    return letter(None, empty=is_empty(reply))


def is_empty(reply: Message) -> bool:
    """Whether it is a list that shows nothing."""
    fields = cast("Descriptor", reply.DESCRIPTOR).fields
    lists = [field for field in fields if field.is_repeated and not _is_map(field)]
    single = [field for field in fields if field.message_type and not field.is_repeated and reply.HasField(field.name)]
    return bool(lists) and not single and not any(getattr(reply, field.name) for field in lists)


def _is_map(field: FieldDescriptor) -> bool:
    return bool(field.message_type and field.message_type.GetOptions().map_entry)


async def measured(county: County, method: MethodDescriptor, fill: Fill) -> Row:
    """The cells of a row, as the services make them today."""
    good = [
        [outcome(county, county.tokens.good(column.who), method, fill, place(county)) for place in column.places]
        for column in COLUMNS
    ]
    cells = ["".join(await asyncio.gather(*calls)) for calls in good]
    for _, credentials in BARRED:
        at_home = [
            outcome(county, credentials(county)(column.who), method, fill, column.places[0](county))
            for column in COLUMNS
        ]
        cells.append("".join(sorted(set(await asyncio.gather(*at_home)))))
    return tuple(cells)


UNAPPOINTED = Person(TOWN, "unappointed", (Grant(Role.VOLUNTEER, unit_code(TOWN, VILLAGE)),))
"""Somebody with the role of a volunteer supervisor, and without an appointment to a point."""

FOR_VOLUNTEERS = sorted(
    row
    for row, (method, _) in ROWS.items()
    if Role.VOLUNTEER in rule_of(method).roles and not row.startswith("minshao.risk.")
)
"""What is done by appointment. In the risk service a volunteer is somebody with an account of the town."""


def test_every_rpc_has_its_rows_and_no_row_is_without_its_rpc() -> None:
    missing, superfluous = ROWS.keys() - MATRIX.keys(), MATRIX.keys() - ROWS.keys()

    assert not missing, f"matrix.txt has no row for {', '.join(sorted(missing))}; add what the roles may do there"
    assert not superfluous, f"matrix.txt has rows for what is no RPC: {', '.join(sorted(superfluous))}"


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("row", sorted(ROWS))
async def test_an_rpc_admits_whom_the_matrix_says(county: County, row: str) -> None:
    method, fill = ROWS[row]

    found = await measured(county, method, fill)

    assert row in MATRIX, f"matrix.txt has no row for {row}. Today it would be:\n{line(row, found)}"
    assert list(differences(row, MATRIX[row], found)) == []


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("row", FOR_VOLUNTEERS)
async def test_a_volunteer_out_of_term_is_admitted_to_nothing(county: County, row: str) -> None:
    method, fill = ROWS[row]

    found = await outcome(county, county.tokens.good(UNAPPOINTED), method, fill, county.units[TOWN, VILLAGE])

    assert found == "拒"
