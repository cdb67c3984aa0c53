"""How the story is set: titles, rows of figures, instants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from deploy.local.demo.month import SHANGHAI

WIDTH = 78

Record = Mapping[str, object]


def records(answer: Record, key: str) -> list[Record]:
    return cast(list[Record], answer.get(key, []))


def local(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(SHANGHAI):%m月%d日 %H:%M}"


def title(text: str) -> list[str]:
    return ["", text, "─" * WIDTH]


def row(cells: list[str], first: int, other: int) -> str:
    return "".join(_padded(cell, first if place == 0 else other) for place, cell in enumerate(cells))


def _padded(text: str, width: int) -> str:
    """Chinese characters are as wide as two others."""
    taken = sum(2 if ord(character) > 0x2E7F else 1 for character in text)
    return text + " " * max(1, width - taken)
