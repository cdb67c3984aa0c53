"""Printed documents: a typst template, data, and the one typeface that makes them look the same on every machine.

What people wrote reaches a template as data only and is never part of its source. Knows no form: the services that
own a form hold its template.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from services.common import typeset
from services.common.characters import printable

PDF = "application/pdf"

PACKAGE_FOLDER = Path(__file__).parents[2] / "node_modules/@expo-google-fonts/noto-serif-sc"
"""Where `make fonts` installs the typeface."""

FONT_FILES = ("NotoSerifSC_400Regular.ttf", "NotoSerifSC_700Bold.ttf")

LIMIT_SECONDS = 60

LONG_WORD = re.compile(r"([^\s\u2e80-\uffef]{10})(?=[^\s\u2e80-\uffef])")


class FontsMissing(Exception):
    """The typeface is not installed; the message says how to get it."""


class TypesettingFailed(Exception):
    """A template that typst refuses: a mistake of ours."""


def shortened(text: str, limit: int) -> str:
    """The text, or its first `limit` characters and an ellipsis."""
    return text if len(text) <= limit else f"{text[:limit]}…"


class Typesetter:
    """Sets documents with the typeface of one folder, each in a process of its own, few at the same time."""

    def __init__(self, fonts: Path = PACKAGE_FOLDER, at_once: int = 2) -> None:
        """Raises `FontsMissing`."""
        files = [next(fonts.rglob(name), None) for name in FONT_FILES]
        if missing := [name for name, file in zip(FONT_FILES, files, strict=True) if file is None]:
            raise FontsMissing(f"no {' and no '.join(missing)} under {fonts}; run `make fonts`")
        self._folders = [str(file.parent) for file in files if file]
        self._places = asyncio.Semaphore(at_once)

    async def pdf(self, template: Path, data: Mapping[str, object], day: date, pictures: Iterable[bytes] = ()) -> bytes:
        """The template as a PDF that says it was made on that day; the same input gives the same bytes.

        The template finds the data with `json(bytes(sys.inputs.data))`, its texts made printable, and in it the
        pictures, which are SVG of our own drawing. Takes some 100 ms, and 50 ms more for every hundred rows. Raises
        `TypesettingFailed`, and TimeoutError after a minute.
        """
        printed = {name: _printable(each) for name, each in data.items()}
        order = {
            "template": str(template),
            "fonts": self._folders,
            "data": {**printed, "pictures": [each.decode() for each in pictures]},
            "timestamp": int(datetime.combine(day, time(), UTC).timestamp()),
        }
        async with self._places, asyncio.timeout(LIMIT_SECONDS):
            return await _answer(json.dumps(order).encode())


async def _answer(order: bytes) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-I", typeset.__file__, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        document, complaint = await child.communicate(order)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise TypesettingFailed(complaint.decode(errors="replace"))
    return document


def _printable(value: object) -> object:
    """The data with every text printable, and long words given places where a line may end."""
    match value:
        case str():
            return LONG_WORD.sub("\\1\u200b", printable(value))
        case Mapping():
            return {key: _printable(each) for key, each in value.items()}
        case list() | tuple():
            return [_printable(each) for each in value]
    return value
