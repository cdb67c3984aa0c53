"""Examples of requests: what somebody would type to try an operation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from services.gateway.rest.openapi.rules import Schema
from services.gateway.rest.protojson import Json
from services.gateway.rest.reference.rows import REFERENCE, properties_of

_TEXTS = {
    "date-time": "2026-03-01T08:00:00+08:00",
    "uuid": "6f1b9a3c-5d0e-4a57-9c1d-2f8f6f0f3a11",
    "int64": "1",
    "uint64": "1",
}
_DEPTH = 3


class Examples:
    """Makes values that fit the schemas of a document, as far as a schema tells."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components

    def body(self, schema: Schema) -> str:
        """A body as JSON, with the fields that must be there, or where none must, all of them."""
        return json.dumps(self._value(schema, _DEPTH), ensure_ascii=False, indent=2)

    def curl(self, method: str, path: str, operation: Schema, body: str) -> str:
        """A command line that calls the operation. `$BASE` is where the gateway is, `$TOKEN` an access token."""
        lines = ["curl" + ("" if method == "GET" else f" -X {method}") + f' "$BASE{path}"']
        if {} not in cast("list[Schema]", operation["security"]):
            lines.append('  -H "Authorization: Bearer $TOKEN"')
        if body:
            lines += ['  -H "Content-Type: application/json"', f"  -d '{body}'"]
        return " \\\n".join(lines)

    def _value(self, schema: Schema, depth: int) -> Json:
        if isinstance(reference := schema.get("$ref"), str):
            return self._value(self._components[reference.removeprefix(REFERENCE)] | _without_reference(schema), depth)
        if isinstance(names := schema.get("enum"), list):
            return _chosen(names)
        if schema.get("type") == "object":
            return self._object(schema, depth)
        if schema.get("type") == "array":
            item = schema.get("items")
            return [self._value(item, depth - 1)] if isinstance(item, dict) and depth else []
        return _scalar(schema)

    def _object(self, schema: Schema, depth: int) -> Json:
        if not depth:
            return {}
        members = properties_of(schema)
        settable = [name for name, each in members.items() if not each.get("readOnly")]
        shown = cast("list[str]", schema.get("required", settable))
        return {name: self._value(members[name], depth - 1) for name in shown}


def _without_reference(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name != "$ref"}


def _chosen(names: list[str]) -> Json:
    """The first choice that says something."""
    return next((name for name in names if name and not name.endswith("_UNSPECIFIED")), names[0])


def _scalar(schema: Schema) -> Json:
    if schema.get("type") == "boolean":
        return True
    if schema.get("type") in ("integer", "number"):
        least = schema.get("minimum", 1)
        return max(least, 1) if isinstance(least, int) else 1
    return _TEXTS.get(str(schema.get("format", "")), "…")
