from __future__ import annotations

import json
from typing import cast

import pytest
from openapi_spec_validator import validate

from services.gateway.rest import RestOptions, services_in
from services.gateway.rest.openapi import Comments, document, packaged_image
from services.gateway.rest.openapi.rules import Schema
from tests.gateway_rest.workshop import image, service

WORKSHOP = document([service()], Comments(image()), RestOptions())
THING = "/v1/tenants/{tenant}/things/{thing}"


def at(*path: str | int) -> Schema:
    """What stands at a path of the workshop's document."""
    found: object = WORKSHOP
    for step in path:
        found = cast("dict[str | int, object]", found)[step]
    return cast(Schema, found)


def operation(path: str, method: str) -> Schema:
    return at("paths", path, method)


def parameters(path: str, method: str) -> dict[str, Schema]:
    return {str(each["name"]): each for each in cast("list[Schema]", operation(path, method)["parameters"])}


def body(path: str, method: str) -> Schema:
    return at("paths", path, method, "requestBody", "content", "application/json", "schema")


def test_the_document_of_the_workshop_is_valid() -> None:
    validate(cast("dict[str, object]", json.loads(json.dumps(WORKSHOP))))


@pytest.mark.parametrize("package", ["minshao.watch.v1", "minshao.agency.v1", "minshao.risk.v1", "minshao.gateway.v1"])
def test_the_document_of_the_contract_is_valid_and_complete(package: str) -> None:
    services = services_in(package)

    made = document(services, Comments(packaged_image()), RestOptions())

    validate(json.loads(json.dumps(made)))
    operations = [each for methods in cast("dict[str, Schema]", made["paths"]).values() for each in methods.values()]
    assert {cast(Schema, each)["x-rpc"] for each in operations} == {
        f"/{service.full_name}/{method.name}" for service in services for method in service.methods
    }
    assert all(cast(Schema, each)["summary"] for each in operations)


def test_every_binding_is_an_operation() -> None:
    assert set(at("paths")) == {
        "/v1/tenants/{tenant}/things",
        THING,
        "/v1/things/{short}",
        f"{THING}:assign",
        "/v1/everything",
        "/v1/failures/{kind}",
        "/v1/tenants/{tenant}/things:watch",
        "/v1/files/{path}",
    }
    assert set(at("paths", THING)) == {"get", "patch", "delete"}


def test_comments_are_descriptions() -> None:
    made = operation("/v1/tenants/{tenant}/things", "post")

    assert made["summary"] == "Makes a thing"
    assert "With a `request_id` the same call again" in str(made["description"])
    assert at("components", "schemas", "workshop.v1.Thing", "properties", "holder")["description"] == (
        "Who has it, if anybody."
    )


def test_who_may_call_is_told_in_chinese() -> None:
    assert "谁可以调用：登记员、单位经办。" in str(operation(THING, "get")["description"])
    assert "谁可以调用：任何人（无需登录）。" in str(operation("/v1/everything", "post")["description"])


def test_public_operations_need_no_token() -> None:
    assert operation("/v1/everything", "post")["security"] == [{}, {"token": []}]
    assert operation(THING, "get")["security"] == [{"token": []}]


def test_parts_of_a_path_take_their_part_of_the_fields_pattern() -> None:
    tenant = parameters("/v1/tenants/{tenant}/things", "get")["tenant"]

    assert cast(Schema, tenant["schema"])["pattern"] == "^[0-9]{6}([0-9]{3})?$"


def test_rules_of_fields_are_keywords() -> None:
    thing = at("components", "schemas", "workshop.v1.Thing-request", "properties")

    assert {"minLength": 1, "maxLength": 40}.items() <= cast(Schema, thing["displayName"]).items()
    assert {"minimum": 0, "maximum": 1000}.items() <= cast(Schema, thing["count"]).items()
    assert cast(Schema, thing["kind"])["enum"] == ["KIND_TOOL", "KIND_TOY"]
    tags = cast(Schema, thing["tags"])
    assert (tags["maxItems"], tags["uniqueItems"]) == (5, True)
    assert tags["items"] == {"type": "string", "pattern": "^[a-z]+$"}
    assert cast(Schema, thing["createTime"])["readOnly"] is True


def test_what_a_request_cannot_do_without_is_required() -> None:
    assert body("/v1/tenants/{tenant}/things", "post")["required"] == ["thing"]
    assert at("components", "schemas", "workshop.v1.Thing-request")["required"] == ["displayName", "kind"]


def test_nothing_unknown_may_be_in_a_request() -> None:
    assert body("/v1/tenants/{tenant}/things", "post")["additionalProperties"] is False
    assert "parent" not in cast(Schema, body("/v1/tenants/{tenant}/things", "post")["properties"])


def test_a_body_that_is_one_field_lacks_what_the_path_holds() -> None:
    assert "name" not in cast(Schema, body(THING, "patch")["properties"])
    assert set(parameters(THING, "patch")) == {"tenant", "thing", "updateMask"}


def test_an_answer_always_has_what_has_no_presence() -> None:
    thing = at("components", "schemas", "workshop.v1.Thing")

    assert thing["required"] == ["name", "displayName", "kind", "count", "tags"]
    assert "additionalProperties" not in thing


def test_a_field_of_the_response_may_be_the_answer() -> None:
    answer = at("paths", THING, "patch", "responses", "200", "content", "application/json", "schema")

    assert answer["$ref"] == "#/components/schemas/workshop.v1.Thing"


def test_queries_hold_lists_and_nested_fields() -> None:
    query = parameters("/v1/tenants/{tenant}/things", "get")

    assert {"window.begin", "window.end", "kinds", "held", "pageSize"} <= set(query)
    assert query["window.begin"]["schema"] == {"type": "string", "format": "date-time"}
    assert cast(Schema, query["kinds"]["schema"])["type"] == "array"


def test_a_stream_is_described_by_its_events() -> None:
    path = "/v1/tenants/{tenant}/things:watch"
    content = at("paths", path, "get", "responses", "200", "content", "text/event-stream")

    assert content["x-event"] == {"$ref": "#/components/schemas/workshop.v1.WatchThingsResponse"}
    assert parameters(path, "get")["Last-Event-ID"]["in"] == "header"


def test_one_of_several_fields_is_said_to_be_one() -> None:
    reasons = cast("list[Schema]", body(f"{THING}:assign", "post")["allOf"])

    assert cast("list[Schema]", reasons[0]["oneOf"])[:2] == [{"required": ["note"]}, {"required": ["decision"]}]


def test_types_that_contain_themselves_end() -> None:
    everything = at("components", "schemas", "workshop.v1.Everything", "properties")

    assert cast(Schema, everything["nested"])["$ref"] == "#/components/schemas/workshop.v1.Everything"
    assert cast(Schema, everything["things"])["additionalProperties"] == {
        "$ref": "#/components/schemas/workshop.v1.Thing"
    }
