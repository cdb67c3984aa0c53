"""The catalogue of events says of each what the contract says, and is not out of date."""

from __future__ import annotations

from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from services.common.event_catalogue import IMAGE, catalogue
from services.common.events import event_messages, event_title

WRITTEN = Path(__file__).parents[3] / "docs" / "events.md"


def test_every_event_is_in_the_catalogue() -> None:
    text = catalogue(FileDescriptorSet.FromString(IMAGE.read_bytes()))

    for type in event_messages():
        assert f"### `{type}` {event_title(type)}\n" in text


def test_the_catalogue_in_the_repository_is_the_one_of_the_contract() -> None:
    text = catalogue(FileDescriptorSet.FromString(IMAGE.read_bytes()))

    assert WRITTEN.read_text() == text, "run: python -m services.common.event_catalogue docs/events.md"
