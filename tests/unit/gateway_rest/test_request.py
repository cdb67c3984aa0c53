from __future__ import annotations

import pytest
from google.protobuf.message import Message

from services.common.errors import DomainError, Kind
from services.gateway.rest.contract import Rpc, rpcs_of
from services.gateway.rest.request import REPORTED, assemble, camel
from tests.gateway_rest.workshop import message, service

RPCS = {rpc.method.name: rpc for rpc in rpcs_of(service())}
TENANT = {"parent": "tenants/611021"}


def assembled(rpc: str, path: dict[str, str], query: str = "", body: str = "", *, binding: int = 0) -> Message:
    called: Rpc = RPCS[rpc]
    return assemble(called, called.addresses[binding], path, query.encode(), body.encode())


def refused(rpc: str, path: dict[str, str], query: str = "", body: str = "") -> dict[str, str]:
    with pytest.raises(DomainError) as raised:
        assembled(rpc, path, query, body)
    assert raised.value.kind is Kind.INVALID
    return {violation.field: violation.reason for violation in raised.value.violations}


def test_path_and_body_make_one_request() -> None:
    request = assembled("CreateThing", TENANT, body='{"thing": {"displayName": "锤子"}, "requestId": "x"}')

    thing = message("Thing", display_name="锤子")
    assert request == message("CreateThingRequest", parent="tenants/611021", thing=thing, request_id="x")


def test_a_body_may_be_one_field_while_the_others_are_in_the_query() -> None:
    path = {"thing.name": "tenants/611021/things/7"}

    request = assembled("UpdateThing", path, "updateMask=displayName,kind", '{"displayName": "锤子"}')

    thing = message("Thing", name="tenants/611021/things/7", display_name="锤子")
    mask = {"paths": ["display_name", "kind"]}
    assert request == message("UpdateThingRequest", thing=thing, update_mask=mask)


@pytest.mark.parametrize("body", ["", "null", "{}"])
def test_the_path_counts_also_where_the_body_is_empty(body: str) -> None:
    request = assembled("UpdateThing", {"thing.name": "tenants/611021/things/7"}, body=body)

    assert request == message("UpdateThingRequest", thing=message("Thing", name="tenants/611021/things/7"))


def test_a_query_holds_lists_nested_fields_instants_and_truths() -> None:
    query = "kinds=KIND_TOY&kinds=KIND_TOOL&window.begin=2026-03-01T00:00:00Z&held=false&page_size=5&pageToken=a%2Bb"

    request = assembled("ListThings", TENANT, query)

    window = {"begin": {"seconds": 1772323200}}
    expected = {"kinds": [2, 1], "window": window, "held": False, "page_size": 5, "page_token": "a+b"}
    assert request == message("ListThingsRequest", parent="tenants/611021", **expected)


def test_everything_that_fits_into_a_query_can_stand_there() -> None:
    query = "int64Value=9223372036854775807&doubleValue=1.5&bytesValue=eHg%3D&wrappedFlag=true&wrappedText=a&mask=a.bC"

    request = assembled("Echo", {}, query, binding=1)

    numbers = {"int64_value": (1 << 63) - 1, "double_value": 1.5, "bytes_value": b"xx"}
    others = {"wrapped_flag": {"value": True}, "wrapped_text": {"value": "a"}, "mask": {"paths": ["a.b_c"]}}
    assert request == message("Everything", **numbers, **others)


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("unknown=1", "unknown", "UNKNOWN_FIELD"),
        ("window.unknown=1", "window.unknown", "UNKNOWN_FIELD"),
        ("pageSize.x=1", "pageSize.x", "UNKNOWN_FIELD"),
        ("pageSize=", "pageSize", "INVALID_VALUE"),
        ("pageSize=ten", "pageSize", "INVALID_VALUE"),
        ("pageSize=1&pageSize=2", "pageSize", "GIVEN_TWICE"),
        ("pageSize=1&page_size=2", "pageSize", "GIVEN_TWICE"),
        ("kinds=KIND_LATER", "kinds[0]", "INVALID_VALUE"),
        ("kinds=1", "kinds[0]", "INVALID_VALUE"),
        ("held=yes", "held", "INVALID_VALUE"),
        ("window=2026", "window", "INVALID_VALUE"),
        ("window.begin=2026-03-01T08:00:00+08:00", "window.begin", "INVALID_VALUE"),
        ("parent=tenants/611022", "parent", "MISPLACED"),
        ("x" * 1000, "x" * 80, "UNKNOWN_FIELD"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(query: str, field: str, reason: str) -> None:
    assert refused("ListThings", TENANT, query) == {field: reason}


def test_what_belongs_into_the_body_is_refused_in_the_query() -> None:
    assert refused("CreateThing", TENANT, "requestId=x") == {"requestId": "MISPLACED"}
    assert refused("UpdateThing", {"thing.name": "x"}, "thing.displayName=x") == {"thing.displayName": "MISPLACED"}


def test_a_body_may_repeat_the_path_and_not_contradict_it() -> None:
    request = assembled("CreateThing", TENANT, body='{"parent": "tenants/611021"}')

    assert request == message("CreateThingRequest", parent="tenants/611021")
    assert refused("CreateThing", TENANT, body='{"parent": "tenants/611022"}') == {"parent": "CONTRADICTS_PATH"}


def test_faults_of_path_query_and_body_are_told_together() -> None:
    found = refused("CreateThing", TENANT, "x=1", '{"parent": "other", "thing": {"kind": "NO"}, "y": 2}')

    assert found == {
        "parent": "CONTRADICTS_PATH",
        "x": "UNKNOWN_FIELD",
        "thing.kind": "INVALID_VALUE",
        "y": "UNKNOWN_FIELD",
    }


def test_a_thousand_faults_are_not_all_told() -> None:
    body = "{" + ",".join(f'"x{number}": 1' for number in range(1000)) + "}"

    assert len(refused("CreateThing", TENANT, body=body)) == REPORTED


@pytest.mark.parametrize("body", ["[]", "1", '"text"'])
def test_a_body_that_is_no_object_is_refused(body: str) -> None:
    assert refused("CreateThing", TENANT, body=body) == {}


@pytest.mark.parametrize("query", ["pageToken=%ff", "&".join(["kinds=KIND_TOY"] * 1000)])
def test_a_query_that_cannot_be_read_is_refused(query: str) -> None:
    assert refused("ListThings", TENANT, query) == {}


def test_paths_are_named_as_json_names_them() -> None:
    assert camel("report.due_time") == "report.dueTime"
    assert camel('by_name["snake_key"].due_time') == 'byName["snake_key"].dueTime'
    assert camel("items[2].page_size") == "items[2].pageSize"
