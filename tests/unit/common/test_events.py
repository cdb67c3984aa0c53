"""What an event is called, and that it arrives as it was sent."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from minshao.common import v1 as common

from services.common.events import (
    Undecodable,
    contract_files,
    decode,
    event_messages,
    event_type,
    headers,
    subject,
    visible_to,
)
from tests.sample_events import MADE, SAMPLES, sample, sample_event

TOWN = "611021101"


def test_an_event_arrives_as_it_was_headers() -> None:
    event = sample_event(sample(note="景村", step=7))

    arrived = decode(event.subject, headers(event), event.payload, SAMPLES)

    assert arrived == event


def test_an_event_without_trace_arrives_without_one() -> None:
    event = sample_event(sample(), trace="")

    assert "traceparent" not in headers(event)
    assert decode(event.subject, headers(event), event.payload, SAMPLES) == event


def test_time_travels_in_utc_whatever_the_zone_it_was_given_in() -> None:
    in_shanghai = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=8)))
    event = sample_event(sample(), time=in_shanghai)

    assert headers(event)["ce-time"] == "2026-02-28T16:00:00+00:00"


def test_the_message_id_of_jetstream_is_the_id_of_the_event() -> None:
    event = sample_event(sample())

    assert headers(event)["Nats-Msg-Id"] == headers(event)["ce-id"] == str(event.id)


def test_headers_name_the_type_and_the_service_it_comes_from() -> None:
    found = headers(sample_event(sample()))

    assert found["ce-specversion"] == "1.0"
    assert found["ce-type"] == "watch.sample.made"
    assert found["ce-source"] == "tenants/611021101/services/watch"


def test_fields_of_a_later_version_are_kept() -> None:
    later = sample(step=1).SerializeToString() + b"\xa2\x06\x03new"
    event = sample_event(SAMPLES[MADE].FromString(later))

    assert decode(event.subject, headers(event), later, SAMPLES).message.SerializeToString() == later


@pytest.mark.parametrize("name", ["ce-id", "ce-type", "ce-time", "minshao-aggregate", "minshao-version"])
def test_an_event_without_a_header_that_it_needs_cannot_be_decoded(name: str) -> None:
    event = sample_event(sample())
    fewer = {key: value for key, value in headers(event).items() if key != name}

    with pytest.raises(Undecodable):
        decode(event.subject, fewer, event.payload, SAMPLES)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ce-id", "7"), ("ce-time", "yesterday"), ("minshao-version", "one"), ("minshao-hash", "zz")],
)
def test_an_event_with_a_malformed_header_cannot_be_decoded(name: str, value: str) -> None:
    event = sample_event(sample())

    with pytest.raises(Undecodable):
        decode(event.subject, {**headers(event), name: value}, event.payload, SAMPLES)


@pytest.mark.parametrize(
    "place",
    ["minshao.611021102.watch.sample.moved", "minshao.luonan.watch.sample.made", "watch.sample.made", ""],
)
def test_a_subject_that_contradicts_the_headers_is_refused(place: str) -> None:
    event = sample_event(sample())

    with pytest.raises(Undecodable):
        decode(place, headers(event), event.payload, SAMPLES)


def test_a_type_that_the_contract_does_not_know_cannot_be_decoded() -> None:
    event = sample_event(sample())

    with pytest.raises(Undecodable):
        decode(event.subject, headers(event), event.payload, {"watch.other": SAMPLES[MADE]})


def test_a_body_that_is_no_such_message_cannot_be_decoded() -> None:
    event = sample_event(sample())

    with pytest.raises(Undecodable):
        decode(event.subject, headers(event), b"\x0a\xff", SAMPLES)


def test_an_entry_is_not_sent_before_it_has_its_number() -> None:
    with pytest.raises(ValueError, match="not numbered"):
        headers(sample_event(sample(), number=None))


def test_a_message_without_the_option_is_no_event() -> None:
    with pytest.raises(TypeError):
        event_type(common.Access())


def test_an_event_says_from_which_level_on_it_may_be_seen() -> None:
    assert visible_to(sample(visible_to=common.LEVEL_COUNTY)) == common.LEVEL_COUNTY


def test_every_event_of_the_contract_has_a_type_of_its_own_and_a_level() -> None:
    declared = [
        descriptor
        for file in contract_files()
        for descriptor in file.message_types_by_name.values()
        if descriptor.GetOptions().HasExtension(common.event)
    ]

    assert len(declared) == len(event_messages())
    for descriptor in declared:
        level = descriptor.fields_by_name["visible_to"]
        assert (level.number, level.enum_type) == (15, common.Level.DESCRIPTOR), descriptor.full_name


def test_every_type_begins_with_the_package_that_declares_it() -> None:
    for type, message in event_messages().items():
        service = message.DESCRIPTOR.file.package.split(".")[1]
        assert type.startswith(f"{service}."), type
        assert subject(TOWN, type).count(".") == 4, type
