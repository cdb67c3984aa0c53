"""The loop of the three services (domain §4), whose senders, broker and receivers are killed in turns: every event has
its effects, and has them once."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tests.faults.county.casework import clerks
from tests.faults.county.counting import assert_healthy, assert_ledgers_are_told
from tests.faults.county.loop_counting import assert_each_effect_is_there_once
from tests.faults.county.looping import Loop
from tests.faults.county.officials import officials
from tests.faults.county.striking import TURNS, struck
from tests.faults.county.times import at, county_at

pytestmark = pytest.mark.timeout(300)

POSITIONS = ((9, 3), (9, 4), (9, 5))
"""Days of 2026 on which positions get grade 1, turn by turn."""
REPORTS = ((11, 25), (11, 26), (11, 27))
"""Those on which reports are filed that nobody takes up."""
CASES = ((11, 30), (12, 1), (12, 2))
"""Those on which cases are accepted in which nothing is done, so that the third of a room is late turn by turn."""
NIGHTS = ((12, 3), (12, 4), (12, 5))
"""Those that begin when the 90 days of the positions, the seven of the reports, and the two working days that the rooms
have for the cases are over: of each turn all at once."""


async def test_no_effect_of_an_event_is_lost_or_doubled_when_who_tells_carries_or_hears_it_is_killed() -> None:
    moments = Random(5)
    async with (
        county_at(at(9, 3, 9, year=2026)) as times,
        clerks(times.luonan) as working,
        officials(times.luonan) as in_office,
    ):
        luonan, loop = times.luonan, Loop(times, working, in_office)
        for turn, day in enumerate(POSITIONS):
            await times.pass_until(at(*day, 10, year=2026))
            await loop.make_position(turn)
        await loop.prepare()

        for turn, victims in enumerate(TURNS):
            await luonan.settled()
            async with struck(luonan, victims, moments):
                await loop.act(turn)
        await luonan.settled()

        warnings = await loop.open_warnings()
        for turn, victims in enumerate(TURNS):
            await luonan.settled()
            async with struck(luonan, victims, moments):
                await loop.dispose(turn, warnings[turn :: len(TURNS)])

        for day in REPORTS:
            await times.pass_until(at(*day, 10, year=2026))
            await loop.file_late(2)
        for turn, day in enumerate(CASES):
            await times.pass_until(at(*day, 10, year=2026))
            await loop.accept_late(turn)
        for victims, night in zip(TURNS, NIGHTS, strict=True):
            midnight = at(*night, year=2026)
            await times.pass_until(midnight - timedelta(minutes=1))
            async with struck(luonan, victims, moments):
                await times.clock.set(midnight)
            await times.pass_until(midnight)

        await assert_each_effect_is_there_once(loop)
        await luonan.lose_streams()
        await assert_ledgers_are_told(luonan)
        await assert_each_effect_is_there_once(loop)
        await assert_healthy(luonan)
