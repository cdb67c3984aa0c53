"""One operation of the document: an RPC at one of its addresses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from minshao.common.v1 import Role

from services.common.access import Role as Roles
from services.common.access import Rule
from services.gateway.rest import events, problems
from services.gateway.rest.contract import Address, Rpc, field_at
from services.gateway.rest.media import JSON
from services.gateway.rest.openapi import rules
from services.gateway.rest.openapi.comments import Comments, first_sentence
from services.gateway.rest.openapi.rules import Schema
from services.gateway.rest.openapi.schemas import Flavour, Schemas
from services.gateway.rest.protojson.wellknown import WRAPPERS
from services.gateway.rest.template import Template, Variable

ROLE = "minshao.common.v1.Role"

_TEXTUAL = WRAPPERS | {"google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask"}


def path_of(address: Address) -> str:
    """The address as OpenAPI writes it, one parameter per segment: `/v1/tenants/{tenant}/reports/{report}:assign`."""
    names = dict(_parameter_names(address.template))
    segments = (f"{{{names[i]}}}" if i in names else part for i, part in enumerate(address.template.segments))
    verb = f":{address.template.verb}" if address.template.verb else ""
    return "/" + "/".join(segments) + verb


def operation(rpc: Rpc, address: Address, schemas: Schemas, comments: Comments) -> Schema:
    """The operation of the RPC at the address."""
    text = comments.of(rpc.method.full_name)
    found: Schema = {
        "operationId": _operation_id(rpc, address),
        "tags": [rpc.method.containing_service.name],
        "summary": first_sentence(text),
        "description": "\n\n".join(filter(None, [text, _who(rpc.access, comments)])),
        "security": [{}, {"token": []}] if rpc.access.public else [{"token": []}],
        "x-rpc": rpc.path,
        "x-access": _access(rpc.access),
        "responses": _responses(rpc, address, schemas),
    }
    if parameters := [*_path_parameters(rpc, address), *_query_parameters(rpc, address, schemas), *_headers(rpc)]:
        found["parameters"] = parameters
    if address.body:
        found["requestBody"] = _request_body(rpc, address, schemas)
    return found


def _operation_id(rpc: Rpc, address: Address) -> str:
    number = rpc.addresses.index(address)
    name = f"{rpc.method.containing_service.name}_{rpc.method.name}"
    return f"{name}_{number + 1}" if number else name


def _who(access: Rule, comments: Comments) -> str:
    names = [Role.Name(role) for role in sorted(access.roles) if role is not Roles.CITIZEN]
    roles = [comments.chinese(f"{ROLE}.{name}") or name for name in names]
    anybody = ["任何人（无需登录）"] if access.public else []
    return f"谁可以调用：{'、'.join(anybody + roles)}。"


def _access(access: Rule) -> Schema:
    return {
        "public": access.public,
        "roles": [Role.Name(role) for role in sorted(access.roles)],
        "tenant": ".".join(access.tenant),
        "unit": ".".join(access.unit),
    }


def _responses(rpc: Rpc, address: Address, schemas: Schemas) -> Schema:
    answer = schemas.message(rpc.method.output_type, Flavour.ANSWER)
    if address.response_body:
        field = rpc.method.output_type.fields_by_name[address.response_body]
        answer = schemas.field(field, Flavour.ANSWER)
    content: Schema = {JSON: {"schema": answer}}
    if rpc.streaming:
        content = {events.MEDIA_TYPE: {"schema": _event(answer), "x-event": answer}}
    problem: Schema = {"$ref": "#/components/responses/Problem"}
    headers: Schema = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
    return {
        "200": {"description": "Done.", "headers": headers, "content": content},
        "4XX": problem,
        "5XX": problem,
    }


def _event(answer: Schema) -> Schema:
    """What each event of a stream is: OpenAPI 3.1 has no words of its own for it."""
    data: Schema = {"type": "string", "contentMediaType": JSON, "contentSchema": answer}
    kinds = "`message`, at the end `end`, and where the stream fails `problem` with a problem as its data."
    return {
        "type": "object",
        "description": "An event of a stream of server-sent events.",
        "properties": {
            "id": {"type": "string", "description": "To be sent as `Last-Event-ID` by whoever comes back."},
            "event": {"type": "string", "enum": ["message", "end", "problem"], "description": kinds},
            "data": data,
        },
    }


def problem_response() -> Schema:
    """The response that every error is."""
    return {
        "description": "Refused or failed; the problem says why.",
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _request_body(rpc: Rpc, address: Address, schemas: Schemas) -> Schema:
    filled = address.template.fields
    message = rpc.method.input_type
    if address.body == "*":
        schema = schemas.object(message, Flavour.REQUEST, filled)
        return {"required": bool(schema.get("required")), "content": {JSON: {"schema": schema}}}
    field = message.fields_by_name[address.body]
    inside = [path.partition(".")[2] for path in filled if path.startswith(f"{field.name}.")]
    schema = schemas.field(field, Flavour.REQUEST, inside)
    return {"required": field.name in rules.needed(message), "content": {JSON: {"schema": schema}}}


def _path_parameters(rpc: Rpc, address: Address) -> Iterator[Schema]:
    names = dict(_parameter_names(address.template))
    for variable in address.template.variables:
        patterns = _segment_patterns(rpc.method.input_type, address.template, variable)
        for index in range(variable.start, variable.stop):
            if index in names:
                schema: Schema = {"type": "string", "minLength": 1, **patterns.get(index, {})}
                text = f"Part of the field `{variable.field}`."
                yield {"name": names[index], "in": "path", "required": True, "schema": schema, "description": text}


def _segment_patterns(message: Descriptor, template: Template, variable: Variable) -> Mapping[int, Schema]:
    """The pattern of each segment, where the field's own pattern falls into as many parts as the template."""
    field = field_at(message, variable.field)
    pattern = str(rules.keywords(field).get("pattern", "")) if field else ""
    parts = pattern.removeprefix("^").removesuffix("$").split("/")
    literals = template.segments[variable.start : variable.stop]
    if len(parts) != len(literals) or not all(map(_is_pattern, parts)):
        return {}
    return {variable.start + i: {"pattern": f"^{part}$"} for i, part in enumerate(parts) if literals[i] == "*"}


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return bool(text)


def _parameter_names(template: Template) -> Iterator[tuple[int, str]]:
    """The names of the open segments: of `reports/*` it is `report`; of a variable of one segment that of its field."""
    names: dict[int, str] = {}
    for variable in template.variables:
        if variable.stop - variable.start == 1:
            names[variable.start] = variable.field.rpartition(".")[2]
    for index, (before, segment) in enumerate(pairwise(template.segments), start=1):
        if segment in ("*", "**") and before not in ("*", "**") and not _is_lone(template, index):
            names[index] = _singular(before)
    return iter(sorted(names.items()))


def _is_lone(template: Template, index: int) -> bool:
    return any(variable.start == index and variable.stop == index + 1 for variable in template.variables)


def _singular(noun: str) -> str:
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")


def _query_parameters(rpc: Rpc, address: Address, schemas: Schemas) -> Iterator[Schema]:
    if address.body == "*":
        return
    taken = {*address.template.fields, address.body}
    for path, field, optional in _leaves(rpc.method.input_type, taken):
        schema = schemas.field(field, Flavour.REQUEST)
        text = str(schema.pop("description", ""))
        required = not optional and field.name in rules.needed(rpc.method.input_type)
        found: Schema = {"name": path, "in": "query", "required": required, "schema": schema}
        yield found | ({"description": text} if text else {})


def _leaves(
    message: Descriptor, taken: Collection[str], path: str = "", above: tuple[str, ...] = ()
) -> Iterator[tuple[str, FieldDescriptor, bool]]:
    """The fields that can stand in a query with their paths, and whether they are inside of another field."""
    for field in message.fields:
        if field.name in taken:
            continue
        nested = field.message_type
        if nested is None or nested.full_name in _TEXTUAL:
            yield path + field.json_name, field, bool(path)
        elif not field.is_repeated and nested.full_name not in above and nested.file.package != "google.protobuf":
            inside = [each.removeprefix(f"{field.name}.") for each in taken]
            yield from _leaves(nested, inside, f"{path}{field.json_name}.", (*above, nested.full_name))


def _headers(rpc: Rpc) -> Iterator[Schema]:
    if rpc.streaming and "after" in rpc.method.input_type.fields_by_name:
        text = "The id of the last event that the reader has. Wins over the parameter `after`."
        yield {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}, "description": text}
