"""How wide words are in a picture, and where their lines end. Widths are in ems: a Chinese character has one."""

from __future__ import annotations

import math
import unicodedata

HALF = 0.58
"""Of a Latin letter or digit, on the wide side."""
CLAUSE = 0.7
"""Of an even line, from which on it ends behind a clause."""
NOT_AT_THE_BEGINNING = frozenset("，。、；：？！）》”’】·,.;:?!)")


def width(text: str) -> float:
    return sum(map(_width, text))


def lines(text: str, room: float) -> list[str]:
    """The text in lines of about the same width, none much wider than the room."""
    if width(text) <= room:
        return [text] if text else []
    even = width(text) / math.ceil(width(text) / room)
    line = text[0]
    for char in text[1:]:
        hangs = char in NOT_AT_THE_BEGINNING and width(line) <= room
        if not hangs and width(line) + _width(char) / 2 > _end(line, even):
            break
        line += char
    return [line, *lines(text[len(line) :], room)]


def _end(line: str, even: float) -> float:
    """Where a line that begins like this should end: behind a clause, where that is near."""
    return even * CLAUSE if line[-1] in NOT_AT_THE_BEGINNING else even


def shortened(text: str, room: float) -> str:
    """The text, or as much of it as fits in, with an ellipsis."""
    if width(text) <= room:
        return text
    while text and width(text) + 1 > room:
        text = text[:-1]
    return f"{text}…"


def _width(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else HALF
