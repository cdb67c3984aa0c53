"""From path, query and body to the request message.

All three are laid into one tree of JSON, which is then read once by the strict reader: so a fault is named in the same
way wherever the value stood, and all of them are named at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from services.common.errors import DomainError, InvalidFields, Kind, Violation
from services.gateway.rest import protojson
from services.gateway.rest.contract import Address, Rpc
from services.gateway.rest.protojson import BrokenJson, Json

PARAMETERS = 200
"""How many query parameters a request may have."""

REPORTED = 20
"""How many faults a reply names at most."""

_NAME_LENGTH = 80


def assemble(rpc: Rpc, address: Address, path: Mapping[str, str], query: bytes, body: bytes) -> Message:
    """The request message. Raises DomainError of the kind INVALID, which names each field that is wrong."""
    request, kind = rpc.request(), rpc.method.input_type
    faults: list[Violation] = []
    tree = _body(address, kind, body)
    _lay_path(tree, kind, path, faults)
    _lay_query(tree, kind, address, query, faults)
    faults += protojson.read(tree, request)
    if faults:
        raise _invalid(faults)
    return request


def camel(path: str) -> str:
    """A field's path as JSON names it: `report.due_time` → `report.dueTime`. Map keys in quotes stay as they are."""
    parts = path.split('"')
    return '"'.join(part if index % 2 else _camel(part) for index, part in enumerate(parts))


def _camel(text: str) -> str:
    head, *tail = text.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in tail)


def _body(address: Address, message: Descriptor, body: bytes) -> dict[str, Json]:
    if not body or not address.body:
        return {}
    try:
        value = protojson.parse(body)
    except BrokenJson as broken:
        raise _invalid([Violation("", str(broken), "BROKEN_JSON")]) from None
    if address.body != "*":
        return {message.fields_by_name[address.body].json_name: value}
    if not isinstance(value, dict):
        raise _invalid([Violation("", "请求体应当是 JSON 对象。", "INVALID_VALUE")])
    return value


def _lay_path(tree: dict[str, Json], message: Descriptor, path: Mapping[str, str], faults: list[Violation]) -> None:
    """The path wins; a body may repeat what it says, and may not contradict it."""
    for name, text in path.items():
        members, field = _branch(tree, message, name.split("."))
        if field is None or members is None:
            continue
        said = members.get(field.json_name, members.get(field.name))
        if said is not None and said != text:
            faults.append(Violation(camel(name), "与路径中的不一致。", "CONTRADICTS_PATH"))
        if said is None:
            members.pop(field.name, None)
            members[field.json_name] = _from_text(field, text)


def _lay_query(
    tree: dict[str, Json], message: Descriptor, address: Address, query: bytes, faults: list[Violation]
) -> None:
    for name, text in _parameters(query):
        members, field = _branch(tree, message, name.split("."))
        if field is None or members is None:
            faults.append(Violation(name[:_NAME_LENGTH], "没有这个参数。", "UNKNOWN_FIELD"))
        elif misplaced := _misplaced(address, message, name):
            faults.append(Violation(camel(name), misplaced, "MISPLACED"))
        elif field.is_repeated:
            values = members.setdefault(field.json_name, [])
            assert isinstance(values, list)
            values.append(_from_text(field, text))
        elif field.json_name in members:
            faults.append(Violation(camel(name), "重复填写。", "GIVEN_TWICE"))
        else:
            members[field.json_name] = _from_text(field, text)


def _parameters(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS)
    except UnicodeDecodeError:
        raise _invalid([Violation("", "查询参数不是有效的 UTF-8。", "BROKEN_QUERY")]) from None
    except ValueError:
        raise _invalid([Violation("", f"查询参数多于 {PARAMETERS} 个。", "BROKEN_QUERY")]) from None


def _misplaced(address: Address, message: Descriptor, name: str) -> str:
    """Why the field cannot stand in the query; empty where it can."""
    path = _proto_path(message, name)
    if path in address.template.fields:
        return "已在路径中给出。"
    if address.body == "*" or address.body == path.split(".")[0]:
        return "应当写在请求体中。"
    return ""


def _proto_path(message: Descriptor, name: str) -> str:
    names: list[str] = []
    for part in name.split("."):
        field = protojson.fields_of(message)[part]
        names.append(field.name)
        message = field.message_type or message
    return ".".join(names)


def _branch(
    tree: dict[str, Json], message: Descriptor, path: list[str]
) -> tuple[dict[str, Json] | None, FieldDescriptor | None]:
    """The object that holds the last field of the path, made where it is missing, and the field.

    None for the object where something else stands in its place, and for the field where there is none.
    """
    field = protojson.fields_of(message).get(path[0])
    if field is None or len(path) == 1:
        return tree, field
    nested = field.message_type
    if nested is None or field.is_repeated:
        return None, None
    key = field.name if field.name in tree else field.json_name
    if tree.get(key) is None:
        tree[key] = {}
    branch = tree[key]
    return _branch(branch, nested, path[1:]) if isinstance(branch, dict) else (None, field)


def _from_text(field: FieldDescriptor, text: str) -> Json:
    """A value of path or query as JSON; numbers, enums and instants are text there as well."""
    kind = field
    if field.message_type is not None and field.message_type.full_name == "google.protobuf.BoolValue":
        kind = field.message_type.fields_by_name["value"]
    if kind.type == FieldDescriptor.TYPE_BOOL:
        return {"true": True, "false": False}.get(text, text)
    return text


def _invalid(faults: list[Violation]) -> DomainError:
    """The first faults as an error, with the reason of the first; who sends a thousand learns of the others later."""
    first = faults[0]
    if not first.field:
        return DomainError(Kind.INVALID, first.reason, first.description)
    return InvalidFields([fault for fault in faults if fault.field][:REPORTED], first.reason)
