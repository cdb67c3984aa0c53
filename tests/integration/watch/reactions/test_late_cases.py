"""Late cases of the agency: the third in thirty days at one point brings it under oversight, the next ones attach."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from services.common.access import Claims, Grant, Role
from services.common.errors import NotFound
from services.common.events import Event
from services.common.instants import instant
from services.common.periods import local_date
from tests.integration.watch.house import NEVER, House
from tests.integration.watch.reactions.steps import late, midnight, oversights

WINDOW = "civil-affairs"


async def heard(house: House, *days: int, unit: str = "village") -> None:
    """Cases that were late at the point of a unit at the beginning of these days of September."""
    for day in days:
        house.town.clock.set(max(house.town.clock.now(), midnight(day)))
        await house.hear_agency(late(house.town.code, house.town.unit(unit), midnight(day)))


def days_of(oversight: pb.Oversight) -> list[int]:
    """The days on which the cases behind it were late."""
    return [local_date(instant(each.overdue_time)).day for each in oversight.late_cases]


async def replied(house: House, oversight: pb.Oversight, at: datetime, login: str = "village-head") -> None:
    house.town.clock.set(at)
    await house(login, pb.AnswerOversightRequest(name=oversight.name, answer="已经整改。"))


async def test_the_third_late_case_in_thirty_days_brings_the_point_under_oversight(house: House) -> None:
    await heard(house, 2, 10)
    before = await oversights(house)
    await heard(house, 30)

    [oversight] = await oversights(house)
    assert (before, oversight.origin, oversight.level) == ([], pb.Oversight.ORIGIN_EVENT, common.LEVEL_TOWN)
    assert oversight.post == f"{house.town.name}/posts/{house.town.unit('village')}"
    assert oversight.last_day == "2026-10-07"
    assert days_of(oversight) == [2, 10, 30]
    assert all(each.number in oversight.note for each in oversight.late_cases)
    [ordered] = await house.events(pb.OversightOrdered)
    assert list(ordered.cases) == [each.case for each in oversight.late_cases]
    assert ordered.unit == house.town.unit("village")


async def test_its_unit_answers_it(house: House) -> None:
    await heard(house, 2, 3, 4)
    [oversight] = await oversights(house, "village-head")

    await replied(house, oversight, midnight(5))

    [answered] = await oversights(house)
    assert (answered.state, answered.late) == (pb.Oversight.STATE_ANSWERED, False)
    assert await oversights(house, "finance-clerk") == []


async def test_the_third_on_the_thirty_first_day_is_too_late(house: House) -> None:
    await heard(house, 1, 15)
    await house.hear_agency(late(house.town.code, house.town.unit("village"), midnight(1, 10)))

    assert await oversights(house) == []


async def test_cases_of_other_points_count_apart(house: House) -> None:
    await heard(house, 2, 3)
    await heard(house, 4, unit="finance")

    assert await oversights(house) == []


async def test_later_ones_attach_to_it_while_it_is_open(house: House) -> None:
    await heard(house, 2, 3, 4, 5, 6)

    [oversight] = await oversights(house)
    assert len(oversight.late_cases) == 5
    attached = await house.events(pb.OversightAttached)
    assert [each.case for each in attached] == [each.case for each in oversight.late_cases[3:]]
    assert {each.oversight for each in attached} == {oversight.name}


async def test_after_the_answer_counting_begins_anew_with_the_cases_after_it(house: House) -> None:
    await heard(house, 2, 3, 4)
    [first] = await oversights(house)
    await replied(house, first, midnight(6))

    await heard(house, 7, 8, 5)
    between = len(await oversights(house))
    await heard(house, 9)

    _, second = await oversights(house)
    assert (between, len(second.late_cases)) == (1, 3)
    assert second.name != first.name


async def test_a_case_counts_once_at_a_point_whether_by_its_desk_or_by_its_promise(house: House) -> None:
    town, village, case = house.town.code, house.town.unit("village"), uuid4().hex
    await heard(house, 2)
    await house.hear_agency(late(town, village, midnight(3), case=case, desk=village, version=4))
    await house.hear_agency(late(town, village, midnight(5), case=case, version=7))

    assert await oversights(house) == []


async def test_an_event_that_comes_twice_has_one_effect(house: House) -> None:
    events = [late(house.town.code, house.town.unit("village"), midnight(day)) for day in (2, 3)]

    for event in (*events, *events, *events):
        await house.hear_agency(event)

    assert await oversights(house) == []


async def test_events_count_by_when_they_happened_in_whatever_order_they_come(house: House) -> None:
    await heard(house, 30, 12, 2)

    [oversight] = await oversights(house)
    assert days_of(oversight) == [2, 12, 30]


async def test_the_desk_that_is_late_is_the_point_that_counts(house: House) -> None:
    town, finance = house.town.code, house.town.unit("finance")
    for day in (2, 3, 4):
        await house.hear_agency(late(town, house.town.unit("village"), midnight(day), desk=finance))

    [oversight] = await oversights(house)
    assert oversight.post == f"{house.town.name}/posts/{finance}"


async def test_a_unit_that_was_retired_comes_under_no_oversight(house: House) -> None:
    unit = gateway.Unit(
        name=house.town.unit_name("village"), display_name="八一村", kind=gateway.Unit.KIND_VILLAGE, revision=9
    )
    unit.retire_time.FromDatetime(midnight(2))
    await house.hear(gateway.UnitRetired(unit=unit))

    await heard(house, 2, 3, 4)

    assert await oversights(house) == []


async def test_a_case_of_a_unit_that_is_not_known_yet_is_heard_again(house: House) -> None:
    event = late(house.town.code, f"{house.town.code}999", midnight(2))

    with pytest.raises(NotFound):
        await house.hear_agency(event)

    async with house.town.database.transaction(house.town.code) as tx:
        assert not await tx.rows(sa.text("SELECT 1 FROM late_cases WHERE tenant = :tenant"), {"tenant": tx.tenant})
        assert not await tx.rows(sa.text("SELECT 1 FROM inbox WHERE event_id = :id"), {"id": event.id})


@pytest.fixture
async def window(house: House) -> str:
    """The code of a county department with a window."""
    county = house.town.county
    unit = gateway.Unit(
        name=f"tenants/{county}/units/{county}.{WINDOW}",
        display_name="县民政局",
        kind=gateway.Unit.KIND_COUNTY_DEPARTMENT,
        window=True,
        revision=1,
    )
    await house.hear(gateway.UnitChanged(unit=unit), county)
    code = f"{county}.{WINDOW}"
    account = f"tenants/{county}/accounts/window-officer"
    house.town.claims["window-officer"] = Claims(account, (Grant(Role.UNIT_OFFICER, code),), NEVER)
    return code


async def test_a_county_window_counts_in_the_county_over_all_towns(house: House, window: str, other_town: str) -> None:
    mine = house.town.code
    await house.hear_agency(late(mine, house.town.unit("village"), midnight(2), desk=window))
    await house.hear_agency(late(other_town, f"{other_town}203", midnight(3), desk=window))
    await house.hear_agency(late(mine, house.town.unit("village"), midnight(4), desk=window))

    [oversight] = await oversights(house, "window-officer", house.town.county)
    assert (oversight.level, oversight.unit) == (common.LEVEL_COUNTY, f"tenants/{house.town.county}/units/{window}")
    assert {each.case[:17] for each in oversight.late_cases} == {f"tenants/{mine}", f"tenants/{other_town}"}
    assert await oversights(house) == []
    await replied(house, oversight, midnight(5), "window-officer")


async def test_a_broken_promise_counts_at_the_desks_that_have_the_case_and_not_at_the_room_that_passed_it_on(
    house: House, window: str
) -> None:
    town, finance = house.town.code, house.town.unit("finance")
    for day in (2, 3, 4):
        await house.hear_agency(late(town, house.town.unit("village"), midnight(day), desks=[window, finance]))

    [of_county] = await oversights(house, "window-officer", house.town.county)
    [of_town] = await oversights(house)
    assert of_county.unit == f"tenants/{house.town.county}/units/{window}"
    assert of_town.post == f"{house.town.name}/posts/{finance}"
    assert len(of_county.late_cases) == len(of_town.late_cases) == 3


@pytest.fixture
def other_town(house: House) -> str:
    """Another town of the same county."""
    return f"{house.town.county}{(int(house.town.code[6:]) + 1) % 1000:03}"


async def test_two_towns_whose_cases_are_late_at_one_window_at_the_same_moment_open_one_oversight(
    house: House, window: str, other_town: str
) -> None:
    events = [
        late(town, f"{town}203", midnight(2), desk=window) for town in (house.town.code, other_town) for _ in range(4)
    ]

    await asyncio.gather(*(house.hear_agency(event) for event in events))

    [oversight] = await oversights(house, "window-officer", house.town.county)
    assert len(oversight.late_cases) == len(events)


SPAN = timedelta(days=30)


class Model:
    """The rule as simply as it can be said: what was heard, one after the other."""

    def __init__(self) -> None:
        self.opened = 0
        self.open = False
        self.since = midnight(1) - timedelta(days=9999)
        self.known: set[str] = set()
        self.counting: list[datetime] = []

    def hear(self, case: str, time: datetime) -> None:
        if case in self.known:
            return
        self.known.add(case)
        if self.open or time <= self.since:
            return
        self.counting.append(time)
        starts = [each for each in self.counting if each <= time < each + SPAN]
        if any(len([each for each in self.counting if start <= each < start + SPAN]) >= 3 for start in starts):
            self.opened, self.open, self.counting = self.opened + 1, True, []

    def answer(self, now: datetime) -> None:
        self.open, self.since, self.counting = False, now, []


@pytest.mark.parametrize("seed", range(12))
async def test_there_are_as_many_oversights_as_in_a_simple_model(house: House, seed: int) -> None:
    chance, model = random.Random(seed), Model()
    town, village = house.town.code, house.town.unit("village")
    waiting: list[Event] = []
    now = midnight(1)
    for step in range(40):
        now += timedelta(days=chance.choice((0, 1, 3, 12)))
        house.town.clock.set(now + timedelta(hours=1))
        waiting.append(late(town, village, now, case=f"{seed:02}{chance.randrange(step + 1):030}", version=step + 1))
        if chance.random() < 0.6:
            chance.shuffle(waiting)
            for event in waiting:
                await house.hear_agency(event)
                model.hear(event.aggregate_id, event.time)
            waiting = []
        if model.open and chance.random() < 0.3:
            [under] = [each for each in await oversights(house) if each.state == pb.Oversight.STATE_OPEN]
            await replied(house, under, now + timedelta(hours=2))
            model.answer(now + timedelta(hours=2))

    assert len(await oversights(house)) == model.opened
    assert len(await house.events(pb.OversightOrdered)) == model.opened > 0
