"""Clocks: the machine's, one that a file moves, one that stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.common.clock import ClockFileRefused, FileClock, FixedClock, SystemClock


def test_the_clock_of_the_machine_goes_on_and_is_utc() -> None:
    clock = SystemClock()

    first, second = clock.now(), clock.now()

    assert first <= second
    assert first.tzinfo is UTC


def test_a_clock_file_is_read_again_at_each_call(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("2026-03-02T08:00:00+08:00\n")
    clock = FileClock(file, production=False)
    assert clock.now() == datetime(2026, 3, 2, tzinfo=UTC)

    file.write_text("2026-03-03T00:00:00Z")

    assert clock.now() == datetime(2026, 3, 3, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_clock_file_is_refused_with_production_settings(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("2026-03-02T08:00:00+08:00")

    with pytest.raises(ClockFileRefused):
        FileClock(file, production=True)


@pytest.mark.parametrize("content", ["", "tomorrow", "2026-03-02", "2026-03-02T08:00:00", "2026-02-30T08:00:00Z"])
def test_a_clock_file_without_a_proper_instant_is_refused_at_the_start(tmp_path: Path, content: str) -> None:
    file = tmp_path / "clock"
    file.write_text(content)

    with pytest.raises(ValueError, match=r".+"):
        FileClock(file, production=False)


def test_a_fixed_clock_stands_until_it_is_set() -> None:
    instant = datetime(2026, 3, 2, tzinfo=UTC)
    clock = FixedClock(instant)
    assert clock.now() == instant

    clock.set(instant + timedelta(days=31))

    assert clock.now() == datetime(2026, 4, 2, tzinfo=UTC)
