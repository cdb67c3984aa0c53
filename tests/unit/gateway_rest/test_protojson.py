from __future__ import annotations

import json

import msgspec
import pytest
from google.protobuf import json_format
from google.protobuf.message import Message
from hypothesis import example, given

from services.gateway.rest import protojson
from services.gateway.rest.protojson import BrokenJson
from tests.gateway_rest.messages import any_message
from tests.gateway_rest.workshop import message

EVERYTHING = message("Everything").DESCRIPTOR
LARGEST_FLOAT32 = 3.4028234663852886e38


def as_json(content: Message) -> bytes:
    return msgspec.json.encode(protojson.writer_of(content.DESCRIPTOR)(content))


def faults(text: str, kind: str = "Everything") -> dict[str, str]:
    found = protojson.read(protojson.parse(text.encode()), message(kind))
    return {fault.field: fault.reason for fault in found}


@given(any_message(EVERYTHING))
@example(message("Everything", float_value=LARGEST_FLOAT32))
def test_messages_are_written_as_protobuf_itself_writes_them(content: Message) -> None:
    expected = json_format.MessageToJson(content, always_print_fields_with_no_presence=True)

    assert json.loads(as_json(content)) == json.loads(expected)


@given(any_message(EVERYTHING))
@example(message("Everything", float_value=LARGEST_FLOAT32))
def test_what_was_written_is_read_as_the_same_message(content: Message) -> None:
    read = message("Everything")

    found = protojson.read(protojson.parse(as_json(content)), read)

    assert found == []
    assert read.SerializeToString(deterministic=True) == content.SerializeToString(deterministic=True)


@given(any_message(EVERYTHING))
@example(message("Everything", float_value=LARGEST_FLOAT32))
def test_names_of_the_proto_are_read_like_those_of_json(content: Message) -> None:
    read = message("Everything")
    text = json_format.MessageToJson(content, preserving_proto_field_name=True)

    found = protojson.read(protojson.parse(text.encode()), read)

    assert found == []
    assert read.SerializeToString(deterministic=True) == content.SerializeToString(deterministic=True)


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ('{"unknown": 1}', "unknown", "UNKNOWN_FIELD"),
        ('{"nested": {"children": [{}, {"x": 1}]}}', "nested.children[1].x", "UNKNOWN_FIELD"),
        ('{"int32Value": 2147483648}', "int32Value", "INVALID_VALUE"),
        ('{"int32Value": 1.5}', "int32Value", "INVALID_VALUE"),
        ('{"int32Value": true}', "int32Value", "INVALID_VALUE"),
        ('{"uint64Value": "-1"}', "uint64Value", "INVALID_VALUE"),
        ('{"int64Value": "1e3"}', "int64Value", "INVALID_VALUE"),
        ('{"boolValue": "true"}', "boolValue", "INVALID_VALUE"),
        ('{"stringValue": 5}', "stringValue", "INVALID_VALUE"),
        ('{"stringValue": "\\ud800"}', "stringValue", "INVALID_VALUE"),
        ('{"bytesValue": "a"}', "bytesValue", "INVALID_VALUE"),
        ('{"bytesValue": "ÄÄÄÄ"}', "bytesValue", "INVALID_VALUE"),
        ('{"doubleValue": 1e400}', "doubleValue", "INVALID_VALUE"),
        ('{"floatValue": 1e39}', "floatValue", "INVALID_VALUE"),
        ('{"enumValue": "KIND_LATER"}', "enumValue", "INVALID_VALUE"),
        ('{"enumValue": 99}', "enumValue", "INVALID_VALUE"),
        ('{"enumValue": 1099511627776}', "enumValue", "INVALID_VALUE"),
        ('{"kinds": [-9223372036854775808]}', "kinds[0]", "INVALID_VALUE"),
        ('{"kinds": ["KIND_TOY", null]}', "kinds[1]", "INVALID_VALUE"),
        ('{"numbers": 5}', "numbers", "INVALID_VALUE"),
        ('{"children": {}}', "children", "INVALID_VALUE"),
        ('{"nested": []}', "nested", "INVALID_VALUE"),
        ('{"labels": {"a": 1}}', 'labels["a"]', "INVALID_VALUE"),
        ('{"things": {"x": {}}}', 'things["x"]', "INVALID_VALUE"),
        ('{"things": {"1": {"kind": "X"}}}', 'things["1"].kind', "INVALID_VALUE"),
        ('{"instant": "2026-02-30T00:00:00Z"}', "instant", "INVALID_VALUE"),
        ('{"instant": "2026-02-03"}', "instant", "INVALID_VALUE"),
        ('{"instant": 5}', "instant", "INVALID_VALUE"),
        ('{"duration": "5"}', "duration", "INVALID_VALUE"),
        ('{"mask": "a__b"}', "mask", "INVALID_VALUE"),
        ('{"mask": "Ab"}', "mask", "INVALID_VALUE"),
        ('{"mask": "a,,b"}', "mask", "INVALID_VALUE"),
        ('{"any": {"@type": "nothing"}}', "any", "INVALID_VALUE"),
        ('{"any": {"@type": {}}}', "any", "INVALID_VALUE"),
        ('{"wrappedNumber": "x"}', "wrappedNumber", "INVALID_VALUE"),
        ('{"int32_value": 1, "int32Value": 1}', "int32Value", "GIVEN_TWICE"),
        ('{"chosenText": "a", "chosenNumber": 1}', "chosenNumber", "GIVEN_TWICE"),
    ],
)
def test_a_fault_is_told_with_its_field(text: str, field: str, reason: str) -> None:
    assert faults(text) == {field: reason}


def test_all_faults_are_told_at_once() -> None:
    assert list(faults('{"a": 1, "int32Value": "x", "nested": {"b": 2}}')) == ["a", "int32Value", "nested.b"]


def test_null_leaves_a_field_as_it_is() -> None:
    read = message("Everything")

    assert protojson.read(protojson.parse(b'{"nested": null, "numbers": null, "optionalText": null}'), read) == []
    assert read == message("Everything")


def test_an_optional_field_with_its_zero_is_present() -> None:
    read = message("Everything")

    protojson.read(protojson.parse(b'{"optionalNumber": 0}'), read)

    assert read.HasField("optional_number")


def test_nesting_has_an_end() -> None:
    text = '{"nested":' * 60 + "{}" + "}" * 60

    assert list(faults(text).values()) == ["INVALID_VALUE"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'{"a": 1',
        b'{"a": 1} x',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 01}',
        b"{'a': 1}",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\n"}',
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b"9" * 5000,
    ],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(BrokenJson):
        protojson.parse(text)


def test_a_key_that_stands_twice_is_named() -> None:
    with pytest.raises(BrokenJson, match="displayName"):
        protojson.parse(b'{"thing": {"displayName": "a", "displayName": "b"}}')
