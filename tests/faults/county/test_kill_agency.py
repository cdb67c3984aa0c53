"""The agency is killed again and again while cases are received and accepted: no answer that was given is lost."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.county.case_counting import assert_cases_are_there_once
from tests.faults.county.casework import ROOMS, clerks
from tests.faults.county.luonan import Luonan

pytestmark = pytest.mark.timeout(300)

EACH = 20
"""Cases in each room."""
MOMENTS = (20, 60, 110)
"""After how many answers the agency is killed."""


async def test_an_agency_that_is_killed_while_cases_come_in_loses_and_doubles_none(luonan: Luonan) -> None:
    async with clerks(luonan) as working:
        async with asyncio.TaskGroup() as group:
            group.create_task(working.work(EACH))
            for moment in MOMENTS:
                await working.tally.reaches(moment)
                await luonan.kill("agency")
                await luonan.start("agency")

        assert working.failures >= len(MOMENTS)
        assert len(working.received) == EACH * len(ROOMS)
        await assert_cases_are_there_once(luonan, working)
