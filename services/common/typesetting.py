"""Printed documents: a typst template, data, and the one typeface that makes them look the same on every machine.

What people wrote reaches a template as data only and is never part of its source. Setting a page takes some 30 ms of
processor time: call it in a thread. Knows no form; the services that own a form hold its template.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst

PACKAGE_FOLDER = Path(__file__).parents[2] / "node_modules/@expo-google-fonts/noto-serif-sc"
"""Where `make fonts` installs the typeface."""

FONT_FILES = ("NotoSerifSC_400Regular.ttf", "NotoSerifSC_700Bold.ttf")

UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})
"""Unicode categories that no form prints: controls, invisible and direction marks (which let text pose as other
text), halves of characters, and marks that pile up over the neighbouring rows."""

SPACES = re.compile(r"\s+")
LONG_WORD = re.compile(r"([^\s\u2e80-\uffef]{10})(?=[^\s\u2e80-\uffef])")


class FontsMissing(Exception):
    """The typeface is not installed; the message says how to get it."""


def printable(text: str) -> str:
    """The text on one line, without what cannot or must not be printed."""
    kept = (" " if char in "\t\n\r" else char for char in unicodedata.normalize("NFC", text))
    return SPACES.sub(" ", "".join(c for c in kept if unicodedata.category(c) not in UNPRINTABLE)).strip()


def shortened(text: str, limit: int) -> str:
    """The text, or its first `limit` characters and an ellipsis."""
    return text if len(text) <= limit else f"{text[:limit]}…"


class Typesetter:
    """Sets templates with the fonts of one folder; make one per process, for it reads the fonts once."""

    def __init__(self, fonts: Path = PACKAGE_FOLDER) -> None:
        """Raises `FontsMissing`."""
        files = [next(fonts.rglob(name), None) for name in FONT_FILES]
        if missing := [name for name, file in zip(FONT_FILES, files, strict=True) if file is None]:
            raise FontsMissing(f"no {' and no '.join(missing)} under {fonts}; run `make fonts`")
        folders = [file.parent for file in files if file]
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)

    def pdf(self, template: Path, data: Mapping[str, object], day: date) -> bytes:
        """The template as a PDF that says it was made on that day; the same input gives the same bytes.

        The template finds the data with `json(bytes(sys.inputs.data))`, its texts made printable.
        """
        inputs = {"data": json.dumps(_printable(data), ensure_ascii=False)}
        compiler = typst.Compiler(
            template, root=template.parent, font_paths=self._fonts, ignore_system_fonts=True, sys_inputs=inputs
        )
        midnight = datetime.combine(day, time(), UTC)
        document = compiler.compile(format="pdf", timestamp=int(midnight.timestamp()))
        assert isinstance(document, bytes)
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
