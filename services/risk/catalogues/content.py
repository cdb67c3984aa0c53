"""What an edition of a catalogue says, frozen: nothing in it follows what changes in the unit afterwards (domain §1.6).

Its canonical bytes are JSON with sorted names and without blanks. They are what is stored, and of which the hash is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from services.risk.aspects import Aspect
from services.risk.charts.domain.chart import Kind as ChartKind
from services.risk.positions.domain import Standing
from services.risk.powers.domain import Content as PowerContent
from services.risk.risk_points.domain import Level, Method


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEntry:
    """A control measure."""

    measure: str
    owner: str
    """The title of the position, or the name of the cadre, that does it."""
    due_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPointEntry:
    """A confirmed risk point."""

    id: str
    level: Level
    section: str
    """At its level; empty at others."""
    aspect: Aspect
    method: Method
    manifestation: str
    controls: tuple[ControlEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerEntry(PowerContent):
    """A power, with the grade of its risk."""

    id: str
    grade: int
    grade_reason: str
    risk_points: tuple[RiskPointEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionEntry:
    """A position, with what it exercises."""

    id: str
    section: str
    title: str
    standing: Standing
    grade: int | None
    powers: tuple[PowerEntry, ...]
    risk_points: tuple[RiskPointEntry, ...]
    """Those of the position that concern no power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartEntry:
    """A version of a flow chart, which never changes, and what the things in it were called."""

    id: str
    version: int
    content_hash: str
    """In hex."""
    kind: ChartKind
    title: str
    positions: Mapping[str, str]
    business_steps: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that an edition says."""

    unit: str
    unit_title: str
    """With its town."""
    positions: tuple[PositionEntry, ...]
    risk_points: tuple[RiskPointEntry, ...]
    """Those of the unit and of its sections that concern no power."""
    charts: tuple[ChartEntry, ...]

    def powers(self) -> Iterator[tuple[PositionEntry, PowerEntry]]:
        """Each with its position."""
        return ((position, power) for position in self.positions for power in position.powers)

    def all_risk_points(self) -> Iterator[RiskPointEntry]:
        for position in self.positions:
            for power in position.powers:
                yield from power.risk_points
            yield from position.risk_points
        yield from self.risk_points


_DECODER = msgspec.json.Decoder(Content)
_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(content: Content) -> bytes:
    return _ENCODER.encode(content)


def read(stored: bytes) -> Content:
    return _DECODER.decode(stored)


def hash_of(stored: bytes) -> bytes:
    """SHA-256 of the canonical bytes."""
    return sha256(stored).digest()
