"""The rules of the contract's fields (protovalidate), told in Chinese.

A rule of our own (CEL) brings its message along in the contract; the standard ones get theirs here.
"""

from __future__ import annotations

from google.protobuf.message import Message
from protovalidate import Validator
from protovalidate import Violation as Broken

from services.common.errors import Violation

_VALIDATOR = Validator()

_SAYINGS = {
    "required": "必须填写。",
    "string.max_len": "最多 {rule} 个字。",
    "string.min_len": "至少 {rule} 个字。",
    "string.len": "必须是 {rule} 个字。",
    "string.max_bytes": "最多 {rule} 个字节。",
    "bytes.max_len": "最多 {rule} 个字节。",
    "bytes.min_len": "不能为空。",
    "string.pattern": "格式不正确。",
    "enum.defined_only": "取值无法识别。",
    "repeated.min_items": "至少 {rule} 项。",
    "repeated.max_items": "最多 {rule} 项。",
    "repeated.unique": "不能重复。",
    "map.min_pairs": "至少 {rule} 项。",
    "map.max_pairs": "最多 {rule} 项。",
    "gte": "不能小于 {rule}。",
    "lte": "不能大于 {rule}。",
    "gt": "必须大于 {rule}。",
    "lt": "必须小于 {rule}。",
}
_OF_TEXT = "格式不正确。"
_OF_RANGE = "不在允许的范围内。"
_STANDARD = frozenset(
    {"string", "bytes", "enum", "repeated", "map", "bool", "timestamp", "duration", "field_mask", "any"}
    | {"float", "double", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64"}
)
_INSTANTS = frozenset({"timestamp", "duration"})


def violations_of(message: Message) -> list[Violation]:
    """What the rules of the contract find wrong with the message. Takes a few microseconds."""
    return [_violation(broken) for broken in _VALIDATOR.collect_violations(message)]


def _violation(broken: Broken) -> Violation:
    told = broken.proto
    path = (
        "".join(_step(element.field_name, element.subscript) for element in told.field.elements) if told.field else ""
    )
    return Violation(path.lstrip("."), _saying(told.rule_id, broken.rule_value, told.message), told.rule_id)


def _step(name: str, subscript: object) -> str:
    """One step of a field's path. The key of a map is left out, since it is the caller's own text."""
    index = getattr(subscript, "value", None) if getattr(subscript, "field", "") == "index" else None
    return f".{name}" if index is None else f".{name}[{index}]"


def _saying(rule: str, value: object, message: str) -> str:
    group, _, kind = rule.partition(".")
    if group not in _STANDARD and rule not in _SAYINGS:
        return message
    if group in _INSTANTS:
        return _OF_RANGE
    template = _SAYINGS.get(rule) or _SAYINGS.get(kind) or (_OF_TEXT if group == "string" else _OF_RANGE)
    return template.format(rule=value)
