"""What belongs to one town is not there for another, by whatever name it is asked for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from buf.validate.validate_pb2 import field as field_rules
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from minshao.watch import v1 as watch

from services.common.errors import DomainError, Kind
from tests.isolation.county import County, Place
from tests.isolation.matrix import COLUMNS, Column
from tests.isolation.people import CITIZEN, OTHER_TOWN, TOWN, VILLAGE, Person, person
from tests.isolation.samples import Fill, sample
from tests.isolation.test_matrix import ROWS, outcome

SYSTEM_ID = "[0-9a-f]{32}"
"""How the system calls things that it gives the ids: whoever knows one of another town could try it at home."""

TELLING_OF_ALL = ("ListTenants", "SignIn", "ChangePassword", "GetWorkCard", "PrintReceipt")
"""All towns are named to everybody; passwords and documents, slow to make, say nothing but what they were asked."""


def names_something(method: MethodDescriptor) -> bool:
    """Whether its request names a thing by such an id."""
    field = method.input_type.fields_by_name.get("name")
    pattern = field.GetOptions().Extensions[field_rules].string.pattern if field else ""
    return pattern.endswith(f"/{SYSTEM_ID}$")


NAMING = sorted(row for row, (method, _) in ROWS.items() if names_something(method))


def smuggled(county: County) -> Place:
    """A place of the own town with the ids of what another town has."""
    home, abroad = county.units[TOWN, VILLAGE], county.units[OTHER_TOWN, VILLAGE]
    called = re.compile(f".*/{SYSTEM_ID}")
    names = home.names | {
        collection: name.replace(f"tenants/{OTHER_TOWN}/", f"tenants/{TOWN}/")
        for collection, name in abroad.names.items()
        if called.fullmatch(name)
    }
    return replace(home, names=names, code=abroad.code)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("row", NAMING)
async def test_an_id_of_another_town_names_nothing_under_the_own_towns_name(county: County, row: str) -> None:
    method, fill = ROWS[row]
    place = smuggled(county)

    found = {
        column.who.login: await outcome(county, county.tokens.good(column.who), method, fill, place)
        for column in COLUMNS
    }

    assert set(found.values()) <= {"拒", "无"}
    assert "无" in found.values()


def asides(county: County) -> Iterable[tuple[Person, Message]]:
    """Requests of the own town that mention something of another one on the side."""
    home, place, there = county.units[TOWN, VILLAGE], smuggled(county), county.units[OTHER_TOWN, VILLAGE]
    registrar, secretary, officer = home.person("registrar"), home.person("secretary"), person(TOWN, "discipline-2")
    told: dict[str, Any] = {
        "parent": home.parent,
        "unit": home.names["units"],
        "kind": watch.Report.KIND_OPINION,
        "reporter_mode": watch.Report.REPORTER_MODE_ANONYMOUS,
        "subject": watch.Subject(about="路灯"),
        "text": "路灯坏了。",
    }
    letter = {**told, "channel": watch.Report.CHANNEL_COMPLAINT_BOX}
    yield registrar, watch.CreateReportRequest(**letter, box_opening=place.names["boxOpenings"])
    raised = {**told, "channel": watch.Report.CHANNEL_TELEPHONE}
    yield registrar, watch.CreateReportRequest(**raised, meeting=place.names["meetings"])
    yield CITIZEN, watch.CreateReportRequest(**{**told, "unit": f"{home.parent}/units/{there.unit}"})
    about = {"subject": watch.Subject(about="路灯", unit=f"{home.parent}/units/{there.unit}")}
    yield CITIZEN, watch.CreateReportRequest(**{**told, **about})
    renewal = watch.CreateNominationRequest(
        parent=home.parent,
        unit=home.names["units"],
        person="某某",
        meeting_date="2026-09-09",
        meeting_record="同意。",
        renews=place.names["supervisors"],
    )
    yield secretary, renewal
    order: dict[str, Any] = {"parent": home.parent, "note": "请答复。", "last_day": "2026-12-01"}
    yield officer, watch.OrderOversightRequest(**order, report=place.names["reports"])
    yield officer, watch.OrderOversightRequest(**order, unit=f"{home.parent}/units/{there.unit}")
    yield officer, watch.OrderOversightRequest(**order, post=f"{home.parent}/posts/{there.unit}")
    yield officer, watch.GetPostRequest(name=f"{home.parent}/posts/{there.unit}")
    yield CITIZEN, watch.LookUpReceiptRequest(parent=home.parent, code=there.code)


@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_of_another_town_can_be_mentioned_on_the_side(county: County) -> None:
    for who, request in asides(county):
        with pytest.raises(DomainError) as refused:
            await county.rehearse(county.tokens.good(who), request)

        assert refused.value.kind is Kind.NOT_FOUND, f"{type(request).__name__}: {refused.value}"


@pytest.mark.asyncio(loop_scope="session")
async def test_a_unit_of_another_town_is_none_of_the_town_that_is_named(county: County) -> None:
    home, there = county.units[TOWN, VILLAGE], county.units[OTHER_TOWN, VILLAGE]
    requests = (
        watch.ListReportsRequest(parent=home.parent, filter=watch.ListReportsRequest.Filter(unit=there.names["units"])),
        watch.ListMeetingsRequest(parent=home.parent, unit=there.names["units"]),
        watch.ListPublishedAnswersRequest(parent=home.parent, unit=there.names["units"]),
        watch.ExportRegisterRequest(parent=home.parent, unit=there.names["units"], year=2026, format=1),
        watch.OrderOversightRequest(
            parent=home.parent, report=there.names["reports"], note="请答复。", last_day="2026-12-01"
        ),
    )
    token = county.tokens.good(person(TOWN, "discipline-2"))

    for request in requests:
        with pytest.raises(DomainError) as refused:
            await county.rehearse(token, request)
        assert (refused.value.kind, refused.value.reason) == (Kind.INVALID, "OTHER_TENANT")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("row", sorted(row for row, (method, _) in ROWS.items() if method.name not in TELLING_OF_ALL))
async def test_no_reply_to_the_people_of_a_town_mentions_another(county: County, row: str) -> None:
    method, fill = ROWS[row]
    town = [column for column in COLUMNS if column.who.tenant == TOWN]

    told = await asyncio.gather(*(replied(county, column, method, fill) for column in town))

    assert not any(re.search(f"(?<![0-9]){OTHER_TOWN}", text) for text in told)


async def replied(county: County, column: Column, method: MethodDescriptor, fill: Fill) -> str:
    """All that somebody is told at home, be it a refusal."""
    request = sample(method, column.places[0](county), fill)
    try:
        return str(await county.rehearse(county.tokens.good(column.who), request))
    except DomainError as error:
        return f"{error.message} {error.metadata} {error.violations}"
