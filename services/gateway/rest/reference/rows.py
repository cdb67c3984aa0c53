"""Schemas as rows of tables: what a field is called, what may stand in it, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from services.gateway.rest.openapi.rules import Schema

REFERENCE = "#/components/schemas/"

_WIDEST = {(-(1 << 31), (1 << 31) - 1), (0, (1 << 32) - 1)}
"""Ranges that say no more than the type."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a value, as it is shown."""

    text: str
    component: str = ""
    """The component behind it, to link to; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field or parameter."""

    name: str
    kind: Kind
    required: bool
    comment: str
    limits: tuple[str, ...] = ()


def rows_of(schema: Schema) -> list[Row]:
    """The fields of an object."""
    required = cast("Sequence[str]", schema.get("required", ()))
    return [_row(name, each, name in required) for name, each in properties_of(schema).items()]


def parameter_row(parameter: Schema) -> Row:
    """A parameter of path, query or header."""
    schema = cast(Schema, parameter["schema"]) | {"description": parameter.get("description", "")}
    return _row(str(parameter["name"]), schema, required=bool(parameter.get("required")))


def properties_of(schema: Schema) -> Mapping[str, Schema]:
    """The members of an object's schema; none for anything else."""
    return cast("Mapping[str, Schema]", schema.get("properties", {}))


def kind_of(schema: Schema) -> Kind:
    """The type of the value that the schema describes."""
    if isinstance(reference := schema.get("$ref"), str):
        component = reference.removeprefix(REFERENCE)
        return Kind(short(component), component)
    if schema.get("type") == "array":
        return _wrapped("{}[]", schema.get("items"))
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return _wrapped("map<string, {}>", schema["additionalProperties"])
    if not schema.get("type"):
        return Kind("any")
    return Kind(str(schema.get("format") or schema.get("contentEncoding") or schema["type"]))


def short(component: str) -> str:
    """A component's name without its package: `watch.v1.Report.State` → `Report.State`."""
    parts = component.split(".")
    return ".".join(parts[2:] if len(parts) > 2 else parts)


def _wrapped(shape: str, inner: object) -> Kind:
    kind = kind_of(inner) if isinstance(inner, dict) else Kind("any")
    return Kind(shape.format(kind.text), kind.component)


def _row(name: str, schema: Schema, required: bool) -> Row:
    return Row(name, kind_of(schema), required, str(schema.get("description", "")), tuple(_limits(schema)))


def _limits(schema: Schema) -> Iterator[str]:
    if schema.get("readOnly"):
        yield "由系统填写"
    yield from _range(schema.get("minLength", 1), schema.get("maxLength"), 1, " 字")
    yield from _range(schema.get("minItems", 0), schema.get("maxItems"), 0, " 项")
    if (schema.get("minimum"), schema.get("maximum")) not in _WIDEST:
        yield from _range(schema.get("minimum"), schema.get("maximum"), None, "")
    if isinstance(names := schema.get("enum"), list) and all(names):
        yield " | ".join(map(str, names))
    if "pattern" in schema and not str(schema.get("format", "")).endswith("int64"):
        yield str(schema["pattern"])


def _range(low: object, high: object, trivial: object, unit: str) -> Iterator[str]:
    """What a range says, if it says more than its trivial low end."""
    if high is not None:
        yield f"至多 {high}{unit}" if low == trivial else f"{low}–{high}{unit}"
    elif low != trivial:
        yield f"至少 {low}{unit}"
