"""The library as it is written: a file for each kind of unit, read when it is first asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from services.common.words import Word
from services.risk.positions.domain import Standing
from services.risk.power_library.domain import LibraryPower, Organ
from services.risk.powers.domain import Content, Extent, Frequency, Kind

FOLDER = Path(__file__).parent / "data"

W = TypeVar("W", bound=Word)


@cache
def library() -> Mapping[str, LibraryPower]:
    """Every power by its code, by kind of unit and in the order in which they are written."""
    files = (tomllib.loads(path.read_text()) for path in FOLDER.glob("*.toml"))
    shelves = sorted(files, key=lambda file: _word(Organ, file["organ"]))
    return MappingProxyType({each.code: each for shelf in shelves for each in _powers(shelf)})


def _powers(shelf: Mapping[str, Any]) -> Iterator[LibraryPower]:
    organ = _word(Organ, shelf["organ"])
    for each in shelf["powers"]:
        written = dict(each)
        code, position = written.pop("code"), written.pop("position")
        standing = _word(Standing, written.pop("standing"))
        words = {"kind": Kind, "extent": Extent, "frequency": Frequency}
        written |= {name: _word(word, written[name]) for name, word in words.items()}
        yield LibraryPower(code, organ, position, standing, Content(**written))


def _word(kind: type[W], label: object) -> W:
    return next(word for word in kind if word.label == label)
