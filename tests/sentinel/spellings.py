"""The forms in which a word may hide in bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote


def spellings(word: str) -> Iterator[bytes]:
    """As it is, in the encodings and escapes of what we write and of what we use."""
    raw = word.encode()
    yield from (raw, word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("gb18030"))
    yield from (raw.hex().encode(), raw.hex().upper().encode())
    yield from (quote(word).encode(), json.dumps(word)[1:-1].encode(), repr(raw)[2:-1].encode())
    yield from _in_base64(raw)


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """At each of the three places at which it may begin in a longer text, without what its neighbours would change."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).rstrip(b"=")
        yield encoded[before + bool(before) : -1]


def found(words: Mapping[str, str], content: bytes) -> dict[str, str]:
    """Which of the words, by their names, stand in the content, and what stands around each."""
    return {
        name: around(content, spelling)
        for name, word in words.items()
        for spelling in spellings(word)
        if spelling in content
    }


def around(content: bytes, spelling: bytes) -> str:
    """Where in the content it stands, in words for who has to find out why."""
    place = content.index(spelling)
    return content[max(0, place - 120) : place + len(spelling) + 40].decode(errors="replace")
