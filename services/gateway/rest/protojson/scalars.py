"""How one scalar of protobuf is read from JSON, and written to it."""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable
from typing import TypeAlias

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from services.gateway.rest.protojson.text import Json

Scalar: TypeAlias = bool | int | float | str | bytes
ReadScalar: TypeAlias = Callable[[Json], Scalar]

_DIGITS = re.compile(r"-?[0-9]{1,20}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_UNENDING = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_ROUNDED_TO_INFINITY = 3.4028235677973366e38
"""The least number that is nearer to 2**128 than to the largest of single precision."""


class Wrong(Exception):
    """The value cannot stand here; the text says in Chinese what could, without repeating the value."""


def reader_of(field: FieldDescriptor) -> ReadScalar:
    """Reads one value of the field, which is no message. The reader raises Wrong."""
    if field.enum_type is not None:
        return _enum_reader(field.enum_type)
    return _READERS[field.type]


def writer_of(field: FieldDescriptor) -> Callable[[Scalar], Json] | None:
    """Turns one value of the field, which is no message, into JSON; None where the value is JSON already."""
    if field.enum_type is not None:
        return _enum_writer(field.enum_type)
    return _WRITERS.get(field.type)


def text_of_key(key: bool | int | str) -> str:
    """A map's key as the name of a JSON member."""
    return str(key).lower() if isinstance(key, bool) else str(key)


def is_unicode(text: str) -> bool:
    """Whether the text can stand in UTF-8; a JSON escape can smuggle in half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _enum_reader(enum: EnumDescriptor) -> ReadScalar:
    numbers = {name: value.number for name, value in enum.values_by_name.items()}
    known = frozenset(numbers.values())
    names = "、".join(numbers)
    is_null = enum.full_name == "google.protobuf.NullValue"

    def read(value: Json) -> int:
        if value is None and is_null:
            return 0
        if isinstance(value, str) and value in numbers:
            return numbers[value]
        if isinstance(value, int) and not isinstance(value, bool) and value in known:
            return value
        raise Wrong(f"应当是 {names} 之一。")

    return read


def _enum_writer(enum: EnumDescriptor) -> Callable[[Scalar], Json]:
    """Numbers of a later version of the enum have no name here, and stay numbers as ProtoJSON says."""
    if enum.full_name == "google.protobuf.NullValue":
        return lambda _: None
    names: dict[Scalar, Json] = {number: value.name for number, value in enum.values_by_number.items()}
    return lambda number: names.get(number, int(number))


def _integer_reader(bits: int, signed: bool) -> ReadScalar:
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)

    def read(value: Json) -> int:
        if (number := _integer(value)) is None:
            raise Wrong("应当是整数。")
        if not low <= number <= high:
            raise Wrong(f"应当在 {low} 与 {high} 之间。")
        return number

    return read


def _integer(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else None


def _read_double(value: Json) -> float:
    if isinstance(value, str) and value in _UNENDING:
        return _UNENDING[value]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Wrong("应当是数字。")
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise Wrong("应当是数字。")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise Wrong("超出双精度数的范围。")
    return number


def _read_float(value: Json) -> float:
    number = _read_double(value)
    if math.isfinite(number) and abs(number) >= _ROUNDED_TO_INFINITY:
        raise Wrong("超出单精度数的范围。")
    return number


def _read_bool(value: Json) -> bool:
    if not isinstance(value, bool):
        raise Wrong("应当是 true 或 false。")
    return value


def _read_string(value: Json) -> str:
    if not isinstance(value, str):
        raise Wrong("应当是字符串。")
    if not value.isascii() and not is_unicode(value):
        raise Wrong("不是有效的 Unicode 文本。")
    return value


def _read_bytes(value: Json) -> bytes:
    """Base64 in either alphabet, with or without padding, as ProtoJSON asks of readers."""
    if not isinstance(value, str):
        raise Wrong("应当是 Base64 字符串。")
    text = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("不是有效的 Base64。") from None


def _write_double(value: Scalar) -> Json:
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _write_float(value: Scalar) -> Json:
    """The shortest decimal that is the same single-precision number, so that 0.1 does not become 0.10000000149."""
    number = float(value)
    for digits in range(6, 10):
        shorter = float(f"{number:.{digits}g}")
        if abs(shorter) < _ROUNDED_TO_INFINITY and _as_float32(shorter) == number:
            return shorter
    return _write_double(number)


def _as_float32(number: float) -> float:
    single: float = struct.unpack("f", struct.pack("f", number))[0]
    return single


def _write_bytes(value: Scalar) -> Json:
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


_INT32, _UINT32 = _integer_reader(32, signed=True), _integer_reader(32, signed=False)
_INT64, _UINT64 = _integer_reader(64, signed=True), _integer_reader(64, signed=False)

_READERS: dict[int, ReadScalar] = {
    FieldDescriptor.TYPE_DOUBLE: _read_double,
    FieldDescriptor.TYPE_FLOAT: _read_float,
    FieldDescriptor.TYPE_INT64: _INT64,
    FieldDescriptor.TYPE_SINT64: _INT64,
    FieldDescriptor.TYPE_SFIXED64: _INT64,
    FieldDescriptor.TYPE_UINT64: _UINT64,
    FieldDescriptor.TYPE_FIXED64: _UINT64,
    FieldDescriptor.TYPE_INT32: _INT32,
    FieldDescriptor.TYPE_SINT32: _INT32,
    FieldDescriptor.TYPE_SFIXED32: _INT32,
    FieldDescriptor.TYPE_UINT32: _UINT32,
    FieldDescriptor.TYPE_FIXED32: _UINT32,
    FieldDescriptor.TYPE_BOOL: _read_bool,
    FieldDescriptor.TYPE_STRING: _read_string,
    FieldDescriptor.TYPE_BYTES: _read_bytes,
}

_WRITERS: dict[int, Callable[[Scalar], Json]] = {
    FieldDescriptor.TYPE_DOUBLE: _write_double,
    FieldDescriptor.TYPE_FLOAT: _write_float,
    FieldDescriptor.TYPE_BYTES: _write_bytes,
    **dict.fromkeys(
        (
            FieldDescriptor.TYPE_INT64,
            FieldDescriptor.TYPE_SINT64,
            FieldDescriptor.TYPE_SFIXED64,
            FieldDescriptor.TYPE_UINT64,
            FieldDescriptor.TYPE_FIXED64,
        ),
        str,
    ),
}
