"""Trainings 培训 that a town or the county held for the people of its points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training. Its day is of Shanghai."""

    id: str
    date: date
    topic: str
    minutes: int
    attendees: tuple[str, ...]
    """The accounts of those who came."""
    guest_count: int
    """How many came who have no account."""
    recorder: str
    record_time: datetime
    sealed_guests: bytes | None = None
    """Their names, a line each."""
