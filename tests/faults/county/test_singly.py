"""What goes to the county for itself (domain §4): with nothing else on its way, whoever tells, carries or hears it is
killed, one after the other, with that very thing in their hands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.faults.county.casework import clerks
from tests.faults.county.counting import assert_healthy, assert_ledgers_are_told
from tests.faults.county.dying import deaths, of_senders_at_work
from tests.faults.county.looping import COMMISSION, make_position
from tests.faults.county.luonan import TOWNS
from tests.faults.county.officials import officials
from tests.faults.county.ordering import Orders
from tests.faults.county.single_counting import assert_orders_are_there_once, assert_positions_are_told_once
from tests.faults.county.times import at, county_at
from tests.faults.county.writing import UNITS

pytestmark = pytest.mark.timeout(300)

POSITIONS, NIGHTS = (3, 4, 5, 6), (3, 4, 5, 6)
"""Days of September 2026 on which positions get grade 1, turn by turn; and those of December that begin when their 90
days are over."""


async def test_a_position_without_a_risk_point_is_told_once_whoever_is_killed_when_its_90_days_are_over() -> None:
    async with county_at(at(9, 3, 9, year=2026)) as times, officials(times.luonan) as in_office:
        luonan, unit, nights = times.luonan, UNITS[0], dict[str, date]()
        for day, night in zip(POSITIONS, NIGHTS, strict=True):
            await times.pass_until(at(9, day, 10, year=2026))
            for town in TOWNS:
                position = await make_position(in_office, town, unit, f"第{day}岗")
                nights[position] = date(2026, 12, night)

        for night, death in zip(NIGHTS, deaths(luonan, {"risk": "positions"}), strict=True):
            midnight = at(12, night, year=2026)
            await times.pass_until(midnight - timedelta(minutes=1))
            async with death:
                await times.clock.set(midnight)
            await times.pass_until(midnight)

        await assert_positions_are_told_once(luonan, unit, nights)
        await assert_ledgers_are_told(luonan)
        await assert_healthy(luonan)


async def test_what_the_county_orders_is_there_once_whoever_is_killed_then_and_its_clock_runs_out_once() -> None:
    async with (
        county_at(at(9, 7, 9, year=2026)) as times,
        clerks(times.luonan) as working,
        officials(times.luonan) as in_office,
    ):
        luonan, orders = times.luonan, Orders(date(2026, 9, 7), times.people, working, in_office)
        await luonan.people.headers(COMMISSION)
        for death in deaths(luonan, {"watch": "reports", "agency": "cases"}):
            matters = await orders.matters()
            await luonan.settled()
            async with death:
                await orders.give(matters)
        midnight = at(9, 8, year=2026)
        await times.pass_until(midnight - timedelta(minutes=1))
        async with of_senders_at_work(luonan, {"watch": "oversights", "agency": "case_oversights"}):
            await times.clock.set(midnight)
        await times.pass_until(midnight)

        await assert_orders_are_there_once(luonan, orders)
        await assert_ledgers_are_told(luonan)
        await assert_healthy(luonan)
