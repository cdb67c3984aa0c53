"""JSON Schemas of the messages and enums, collected as the components of the document.

A message has up to three schemas. As an answer it has all its fields without presence, always. In a request nothing
unknown may be in it, and the rules of its fields hold. Where a request tells the rules to look away (a field that is
updated in parts), only names and types are left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, OneofDescriptor

from services.gateway.rest.openapi import rules
from services.gateway.rest.openapi.comments import Comments
from services.gateway.rest.openapi.rules import Schema
from services.gateway.rest.protojson.wellknown import WRAPPERS


class Flavour(Enum):
    """Where a message stands. The value is what its schema's name ends with."""

    ANSWER = ""
    REQUEST = "-request"
    PARTS = "-parts"


_INT32: Schema = {"type": "integer", "format": "int32", "minimum": -(1 << 31), "maximum": (1 << 31) - 1}
_UINT32: Schema = {"type": "integer", "format": "uint32", "minimum": 0, "maximum": (1 << 32) - 1}
_INT64: Schema = {"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,19}$"}
_UINT64: Schema = {"type": "string", "format": "uint64", "pattern": "^[0-9]{1,20}$"}

_SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.TYPE_FLOAT: {"type": "number", "format": "float"},
    FieldDescriptor.TYPE_INT32: _INT32,
    FieldDescriptor.TYPE_SINT32: _INT32,
    FieldDescriptor.TYPE_SFIXED32: _INT32,
    FieldDescriptor.TYPE_UINT32: _UINT32,
    FieldDescriptor.TYPE_FIXED32: _UINT32,
    FieldDescriptor.TYPE_INT64: _INT64,
    FieldDescriptor.TYPE_SINT64: _INT64,
    FieldDescriptor.TYPE_SFIXED64: _INT64,
    FieldDescriptor.TYPE_UINT64: _UINT64,
    FieldDescriptor.TYPE_FIXED64: _UINT64,
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
}

_PATH = "[a-z][a-zA-Z0-9]*([_.][a-z][a-zA-Z0-9]*)*"

_WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,9})?s$"},
    "google.protobuf.FieldMask": {"type": "string", "pattern": f"^({_PATH}(,{_PATH})*)?$"},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Value": {},
    "google.protobuf.ListValue": {"type": "array"},
    "google.protobuf.Any": {"type": "object", "properties": {"@type": {"type": "string"}}},
    "google.protobuf.NullValue": {"type": "null"},
}


class Schemas:
    """Gives schemas by reference, and keeps what they refer to."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments
        self.components: dict[str, Schema] = {}

    def message(self, message: Descriptor, flavour: Flavour) -> Schema:
        """A reference to the message's schema, or the schema itself where ProtoJSON has a form of its own for it."""
        if message.full_name in WRAPPERS:
            return _SCALARS[message.fields_by_name["value"].type]
        if message.full_name in _WELL_KNOWN:
            return _WELL_KNOWN[message.full_name]
        name = component_name(message.full_name) + flavour.value
        if name not in self.components:
            self.components[name] = {}  # so that a message that contains itself finds its name taken
            self.components[name] = self.object(message, flavour)
        return {"$ref": f"#/components/schemas/{name}"}

    def object(self, message: Descriptor, flavour: Flavour, without: Collection[str] = ()) -> Schema:
        """The schema of the message as an object, without the fields at these paths (of proto names)."""
        fields = [field for field in message.fields if field.name not in without]
        schema: Schema = {
            "type": "object",
            "properties": {field.json_name: self.field(field, flavour, _below(without, field)) for field in fields},
        }
        if text := self._comments.of(message.full_name):
            schema["description"] = text
        if required := [field.json_name for field in fields if _is_required(field, flavour)]:
            schema["required"] = required
        if flavour is not Flavour.ANSWER:
            schema["additionalProperties"] = False
        if choices := [_at_most_one(oneof) for oneof in message.oneofs if len(oneof.fields) > 1]:
            schema["allOf"] = choices
        return schema

    def field(self, field: FieldDescriptor, flavour: Flavour, without: Collection[str] = ()) -> Schema:
        """The schema of a field's value with the field's comment."""
        schema = self._value(field, flavour, without)
        if flavour is Flavour.REQUEST:
            schema = _merged(schema, rules.keywords(field))
        if rules.is_output_only(field):
            schema["readOnly"] = True
        causes = [self._comments.of(field.full_name), str(schema.pop("description", ""))]
        if text := " ".join(filter(None, causes)):
            schema["description"] = text
        return schema

    def _value(self, field: FieldDescriptor, flavour: Flavour, without: Collection[str]) -> Schema:
        entry = field.message_type
        if entry is not None and entry.GetOptions().map_entry:
            return self._map(entry, flavour)
        one = self._one(field, flavour, without)
        return {"type": "array", "items": one} if field.is_repeated else dict(one)

    def _map(self, entry: Descriptor, flavour: Flavour) -> Schema:
        key, value = entry.fields_by_name["key"], entry.fields_by_name["value"]
        schema: Schema = {"type": "object", "additionalProperties": self._one(value, flavour)}
        if key.type == FieldDescriptor.TYPE_BOOL:
            schema["propertyNames"] = {"enum": ["true", "false"]}
        elif key.type != FieldDescriptor.TYPE_STRING:
            schema["propertyNames"] = {"pattern": "^-?[0-9]{1,20}$"}
        return schema

    def _one(self, field: FieldDescriptor, flavour: Flavour, without: Collection[str] = ()) -> Schema:
        if field.enum_type is not None:
            return self._enum(field.enum_type, field, flavour)
        if field.message_type is None:
            return dict(_SCALARS[field.type])
        inside = Flavour.PARTS if flavour is not Flavour.ANSWER and rules.is_ignored(field) else flavour
        if without:
            return self.object(field.message_type, inside, without)
        return self.message(field.message_type, inside)

    def _enum(self, enum: EnumDescriptor, field: FieldDescriptor, flavour: Flavour) -> Schema:
        if enum.full_name in _WELL_KNOWN:
            return _WELL_KNOWN[enum.full_name]
        name = component_name(enum.full_name)
        if name not in self.components:
            self.components[name] = self._enum_component(enum)
        schema: Schema = {"$ref": f"#/components/schemas/{name}"}
        if flavour is Flavour.REQUEST and len(names := rules.enum_names(enum, field)) < len(enum.values):
            schema["enum"] = names
        return schema

    def _enum_component(self, enum: EnumDescriptor) -> Schema:
        comments = {value.name: self._comments.of(f"{enum.full_name}.{value.name}") for value in enum.values}
        lines = [f"- `{name}`: {comment}" for name, comment in comments.items()]
        text = "\n".join(filter(None, [self._comments.of(enum.full_name), "", *lines]))
        return {"type": "string", "enum": list(comments), "description": text, "x-enum-descriptions": comments}


def component_name(full_name: str) -> str:
    """The name of a component: that of the message without the name of the house."""
    return full_name.removeprefix("minshao.")


def _is_required(field: FieldDescriptor, flavour: Flavour) -> bool:
    if flavour is Flavour.ANSWER:
        return not field.has_presence
    return flavour is Flavour.REQUEST and field.name in rules.needed(field.containing_type)


def _below(paths: Iterable[str], field: FieldDescriptor) -> list[str]:
    """What is left of the paths inside the field."""
    return [path.removeprefix(f"{field.name}.") for path in paths if path.startswith(f"{field.name}.")]


def _at_most_one(oneof: OneofDescriptor) -> Schema:
    names = [field.json_name for field in oneof.fields]
    one: list[Schema] = [{"required": [name]} for name in names]
    return {"oneOf": [*one, {"not": {"anyOf": one}}]}


def _merged(schema: Schema, keywords: Schema) -> Schema:
    """The schema with the keywords, those for items and members put into theirs."""
    merged = schema | keywords
    for name in ("items", "additionalProperties"):
        own, more = schema.get(name), keywords.get(name)
        if isinstance(own, dict) and isinstance(more, dict):
            merged[name] = own | more
    return merged
