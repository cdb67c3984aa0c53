"""The clock is handed in, never read inside a rule: what the product takes for *now* is a port.

Only domain time can be moved, by a file that demos and tests write. The time of tokens is another port and
always the real one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ClockFileRefused(Exception):
    """A movable clock was asked for with production settings."""


class FileClock:
    """A clock that stands where a file says: one ISO 8601 instant with its offset, read again at each call.

    Whoever moves it replaces the file in one step (`os.replace`), so that no reader sees half an instant.
    Raises ClockFileRefused with production settings, and ValueError for a file without a proper instant.
    """

    def __init__(self, path: Path, *, production: bool) -> None:
        if production:
            raise ClockFileRefused(f"a clock file ({path}) is refused with production settings")
        self._path = path
        self.now()

    def now(self) -> datetime:
        return _utc(datetime.fromisoformat(self._path.read_text().strip()))


class FixedClock:
    """A clock that stands still until it is set. For tests."""

    def __init__(self, instant: datetime) -> None:
        self._instant = _utc(instant)

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        """Moves the clock, forward or back."""
        self._instant = _utc(instant)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its offset from UTC: {instant.isoformat()}")
    return instant.astimezone(UTC)
