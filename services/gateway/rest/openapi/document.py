"""The whole document."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.descriptor import ServiceDescriptor

from services.common.errors import Kind
from services.gateway.rest.contract import rpcs_of
from services.gateway.rest.openapi.comments import Comments
from services.gateway.rest.openapi.operations import operation, path_of, problem_response
from services.gateway.rest.openapi.rules import Schema
from services.gateway.rest.openapi.schemas import Schemas, component_name
from services.gateway.rest.options import RestOptions

_ABOUT = """\
REST of the whole contract; the same calls are served over gRPC.

- **Sign in** with `SessionService_SignIn` and send `Authorization: Bearer …`. Calls that anybody may make need no
  token; their number per client is limited.
- **Names** such as `tenants/611021101/reports/…` are paths: `GET /v1/{name}`. A colon begins a verb.
- **JSON** is ProtoJSON: `lowerCamelCase`, 64-bit integers as strings, instants as RFC 3339, bytes as Base64. Fields
  without presence are always answered. Unknown fields and parameters are refused.
- **Pages**: send `nextPageToken` as `pageToken`, everything else unchanged, until it is empty.
- **Repeating** is safe with the same `requestId`.
- **Event streams** carry ids; come back with `Last-Event-ID` and miss nothing.
- **Errors** are problem details (RFC 9457). `reason` is for programs, `detail` for people; `instance` names the
  request, as the header `X-Request-Id` does.

| HTTP | gRPC | when |
| --- | --- | --- |
"""

_WHEN = {
    Kind.INVALID: ("INVALID_ARGUMENT", "the request itself is wrong; `violations` name the fields"),
    Kind.REFUSED: ("FAILED_PRECONDITION", "a rule refuses it in the present state"),
    Kind.OUT_OF_RANGE: ("OUT_OF_RANGE", "a cursor of an earlier epoch: start again"),
    Kind.UNAUTHENTICATED: ("UNAUTHENTICATED", "no token, or one that does not hold"),
    Kind.DENIED: ("PERMISSION_DENIED", "the caller's roles do not allow it"),
    Kind.NOT_FOUND: ("NOT_FOUND", "there is none, or it is out of the caller's sight"),
    Kind.ALREADY_EXISTS: ("ALREADY_EXISTS", "something with this key is there already"),
    Kind.CONFLICT: ("ABORTED", "somebody else changed it in between: read again"),
    Kind.EXHAUSTED: ("RESOURCE_EXHAUSTED", "a limit is used up; see `Retry-After`"),
    Kind.INTERNAL: ("INTERNAL", "our fault; the detail has a number for whoever runs the system"),
    Kind.UNAVAILABLE: ("UNAVAILABLE", "not there at the moment: try again"),
    Kind.LATE: ("DEADLINE_EXCEEDED", "it took too long"),
}

_PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "reason"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "`urn:minshao:problem:` and the reason."},
        "title": {"type": "string", "description": "The sort of problem, in Chinese."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What is wrong and what can be done, in Chinese."},
        "instance": {"type": "string", "format": "uri", "description": "`urn:minshao:request:` and the request's id."},
        "reason": {"type": "string", "description": "Code for programs, such as `ILLEGAL_MOVE`."},
        "violations": {
            "type": "array",
            "description": "The fields that are not as they must be.",
            "items": {
                "type": "object",
                "required": ["field", "description", "reason"],
                "additionalProperties": False,
                "properties": {
                    "field": {"type": "string", "description": "Path of the field, such as `report.items[2].name`."},
                    "description": {"type": "string", "description": "What is wrong with it, in Chinese."},
                    "reason": {"type": "string", "description": "Code of the broken rule; may be empty."},
                },
            },
        },
        "metadata": {
            "type": "object",
            "description": "What belongs to the reason, such as the allowed moves.",
            "additionalProperties": {"type": "string"},
        },
    },
}


def document(services: Iterable[ServiceDescriptor], comments: Comments, options: RestOptions) -> Schema:
    """The document of the services."""
    services = list(services)
    schemas = Schemas(comments)
    schemas.components["Problem"] = _PROBLEM
    paths = _paths(services, schemas, comments)
    return {
        "openapi": "3.1.1",
        "info": {"title": options.title, "version": options.version, "description": _ABOUT + _table()},
        "servers": [{"url": "/"}],
        "tags": [_tag(service, comments) for service in services],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": {"Problem": problem_response()},
            "headers": {"RequestId": {"description": "The id of the request, in our logs.", "schema": _TEXT}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


_TEXT: Schema = {"type": "string"}


def _paths(services: list[ServiceDescriptor], schemas: Schemas, comments: Comments) -> dict[str, Schema]:
    paths: dict[str, Schema] = {}
    for rpc in (rpc for service in services for rpc in rpcs_of(service)):
        for address in rpc.addresses:
            found = operation(rpc, address, schemas, comments)
            paths.setdefault(path_of(address), {})[address.verb.lower()] = found
    return paths


def _tag(service: ServiceDescriptor, comments: Comments) -> Schema:
    package = component_name(service.full_name).partition(".")[0]
    return {"name": service.name, "description": comments.of(service.full_name), "x-package": package}


def _table() -> str:
    return "\n".join(f"| {kind.http} | `{code}` | {when} |" for kind, (code, when) in _WHEN.items())
