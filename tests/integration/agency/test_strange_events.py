"""What of other services' events is of a later version, of another tenant or without payload is put aside whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from google.protobuf.message import Message
from minshao.gateway import v1 as gateway

from services.agency.parts import subscriptions
from tests.integration.agency.house import House
from tests.strange import LATER, UNIT, assert_refused, of_dispositions, of_the_organisation


def of_calendars(_town: str) -> list[Message]:
    level, setting = gateway.CalendarDay.LEVEL_TOWN, gateway.CalendarDaySetting
    later = setting(date="2026-10-10", kind=gateway.CalendarDay.Kind.ValueType(LATER))
    no_day = setting(date="some day", kind=gateway.CalendarDay.KIND_OFF)
    return [
        gateway.CalendarDaysSet(),
        gateway.CalendarDaysSet(level=LATER, revision=9, visible_to=UNIT),
        gateway.CalendarDaysSet(level=level, revision=9, visible_to=LATER),
        gateway.CalendarDaysSet(level=level, days=[later], revision=9, visible_to=UNIT),
        gateway.CalendarDaysSet(level=level, cleared_dates=["some day"], revision=9, visible_to=UNIT),
        gateway.CalendarArrangementPublished(),
        gateway.CalendarArrangementPublished(year=2027, days=[later], revision=9, visible_to=UNIT),
        gateway.CalendarArrangementPublished(year=2027, days=[no_day], revision=9, visible_to=UNIT),
    ]


def about_dispositions(town: str) -> list[Message]:
    return of_dispositions(town, "cases", "c1")


@pytest.mark.parametrize("wrong", [of_calendars, about_dispositions, of_the_organisation])
async def test_what_is_not_understood_is_refused_by_name_and_nothing_of_it_is_done(
    house: House, wrong: Callable[[str], list[Message]]
) -> None:
    size = await house.ledger_size()

    for told in wrong(house.town):
        await assert_refused(house, subscriptions(house.agency), house.town, told)

    assert await house.ledger_size() == size
