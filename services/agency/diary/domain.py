"""The people's diary 民情日志 of an officer: never changed; a correction is a new entry (domain §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. Its day is of Shanghai."""

    id: str
    point: str
    """Code of the unit of the point at which the author works."""
    author: str
    date: date
    visited: str
    """Code of the unit that was visited."""
    corrects: str | None
    """Id of the author's entry that this one corrects."""
    write_time: datetime
    sealed_text: bytes | None = None
    sealed_follow_up: bytes | None = None
