"""A special oversight follows its warning: kept from whom that is kept, and due when that is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as pb

from services.common.events import Event
from tests.called import told_of
from tests.integration.watch.house import House
from tests.unit.watch.reports.builders import local

MORNING = local(2026, 9, 1)
"""When the red warning is raised; its last day is the sixth."""
UP = local(2026, 9, 5)
"""When all that is behind it moves up to the county; its last day is then the tenth."""
PASSED = local(2026, 9, 7, 0)
"""When its first last day has passed."""
BY_COUNTY: dict[str, Any] = {"owner_level": common.LEVEL_COUNTY}
AT_COUNTY: dict[str, Any] = {**BY_COUNTY, "last_day": "2026-09-10", "visible_to": common.LEVEL_COUNTY}
OWED_BY_COUNTY: dict[str, Any] = {**BY_COUNTY, "last_day": "2026-09-12", "to_level": common.LEVEL_COUNTY}


def of_warning(house: House, kind: Any, time: datetime, version: int, **said: Any) -> Event:
    facts: dict[str, Any] = {
        "warning": f"{house.town.name}/warnings/w1",
        "number": "景村警〔2026〕1号",
        "unit": house.town.unit("finance"),
        "colour": risk.Warning.COLOUR_RED,
        "owner_level": common.LEVEL_TOWN,
        "last_day": "2026-09-06",
        "visible_to": common.LEVEL_TOWN,
    }
    return told_of(("warning", "w1"), house.town.code, kind(**{**facts, **said}), time, version)


@pytest.fixture
async def special(house: House) -> str:
    """The name of the oversight of the unit, until the warning is answered."""
    await house.hear_risk(of_warning(house, risk.WarningRaised, MORNING, 1))
    [ordered] = await house.events(pb.OversightOrdered)
    return ordered.oversight


async def shown(house: House, name: str) -> pb.Oversight:
    found: pb.Oversight = (await house("county-1", pb.GetOversightRequest(name=name))).oversight
    return found


async def heard_at(house: House, instant: datetime, *told: Event) -> None:
    house.town.clock.set(instant)
    await house.hear_risk(*told)


async def test_it_moves_up_with_its_warning_and_is_due_on_its_new_last_day(house: House, special: str) -> None:
    before = await shown(house, special)
    await heard_at(house, UP, of_warning(house, risk.WarningRestricted, UP, 2, **AT_COUNTY))
    after = await shown(house, special)
    await house.sweep_at(PASSED)
    in_time = await house.events(pb.OversightOverdue)
    await house.sweep_at(local(2026, 9, 11, 0))

    assert (before.level, before.last_day) == (common.LEVEL_TOWN, "2026-09-06")
    assert (after.level, after.last_day, after.late) == (common.LEVEL_COUNTY, "2026-09-10", False)
    assert (in_time, len(await house.events(pb.OversightOverdue))) == ([], 1)
    [kept], [moved] = await house.events(pb.OversightRestricted), await house.events(pb.OversightRescheduled)
    assert (kept.level, kept.visible_to, moved.visible_to) == (common.LEVEL_COUNTY,) * 3
    assert moved.due_time.ToDatetime() - kept.due_time.ToDatetime() == timedelta(days=4)


async def test_one_of_the_discipline_committee_of_a_town_is_the_countys_which_owes_the_warning(house: House) -> None:
    facts = {"unit": house.town.unit("discipline"), **BY_COUNTY}

    await house.hear_risk(of_warning(house, risk.WarningRaised, MORNING, 1, **facts))

    [ordered] = await house.events(pb.OversightOrdered)
    assert (ordered.level, ordered.visible_to) == (common.LEVEL_COUNTY, common.LEVEL_TOWN)
    assert (await shown(house, ordered.oversight)).level == common.LEVEL_COUNTY


async def test_answered_in_the_new_period_it_was_in_time(house: House, special: str) -> None:
    await heard_at(house, UP, of_warning(house, risk.WarningRestricted, UP, 2, **AT_COUNTY))
    answer = local(2026, 9, 8)

    await heard_at(house, answer, of_warning(house, risk.WarningAnswered, answer, 3, **AT_COUNTY))

    ended = await shown(house, special)
    assert (ended.state, ended.late) == (pb.Oversight.STATE_ANSWERED, False)


@pytest.mark.parametrize("swept_first", [True, False])
async def test_late_with_its_warning_it_stays_late_and_is_of_the_next_level_with_its_last_day(
    house: House, special: str, swept_first: bool
) -> None:
    if swept_first:
        await house.sweep_at(PASSED)
    await heard_at(house, PASSED, of_warning(house, risk.WarningEscalated, PASSED, 2, **OWED_BY_COUNTY))
    oversight = await shown(house, special)
    await house.sweep_at(local(2026, 9, 30))

    assert (oversight.late, oversight.last_day, oversight.level) == (True, "2026-09-12", common.LEVEL_COUNTY)
    assert len(await house.events(pb.OversightOverdue)) == 1
    [moved] = await house.events(pb.OversightRescheduled)
    assert (moved.level, moved.visible_to) == (common.LEVEL_COUNTY, common.LEVEL_TOWN)
    assert await house.events(pb.OversightRestricted) == []


async def test_what_its_warning_gave_in_time_is_not_taken_away_since_it_is_heard_late(
    house: House, special: str
) -> None:
    await heard_at(house, PASSED, of_warning(house, risk.WarningRestricted, UP, 2, **AT_COUNTY))

    oversight = await shown(house, special)
    assert (oversight.late, oversight.last_day) == (False, "2026-09-10")


async def test_a_lateness_that_was_announced_stays(house: House, special: str) -> None:
    await house.sweep_at(PASSED)

    await heard_at(house, PASSED, of_warning(house, risk.WarningRestricted, UP, 2, **AT_COUNTY))

    oversight = await shown(house, special)
    assert (oversight.late, oversight.last_day) == (True, "2026-09-10")


async def test_red_once_more_after_its_last_day_its_warning_has_another(house: House, special: str) -> None:
    again, facts = local(2026, 9, 8), {"last_day": "2026-09-13", "earlier_colour": risk.Warning.COLOUR_ORANGE}
    await house.sweep_at(PASSED)

    await heard_at(house, again, of_warning(house, risk.WarningRaised, again, 4, **facts))

    oversight = await shown(house, special)
    assert (oversight.late, oversight.last_day) == (True, "2026-09-13")
    assert len(await house.events(pb.OversightOrdered)) == 1


async def test_told_twice_and_out_of_order_it_ends_the_same(house: House, special: str) -> None:
    up = of_warning(house, risk.WarningRestricted, UP, 3, **AT_COUNTY)
    joined = of_warning(house, risk.WarningJoined, UP, 2)

    await heard_at(house, UP, up, joined, up)

    oversight = await shown(house, special)
    assert (oversight.level, oversight.last_day) == (common.LEVEL_COUNTY, "2026-09-10")
    assert len(await house.events(pb.OversightRescheduled)) == 1


async def test_an_answered_one_keeps_its_day_and_its_level(house: House, special: str) -> None:
    await heard_at(house, MORNING, of_warning(house, risk.WarningAnswered, MORNING, 2))

    await heard_at(house, UP, of_warning(house, risk.WarningRestricted, UP, 3, **AT_COUNTY))

    oversight = await shown(house, special)
    assert (oversight.level, oversight.last_day) == (common.LEVEL_TOWN, "2026-09-06")
    [kept] = await house.events(pb.OversightRestricted)
    assert kept.visible_to == common.LEVEL_COUNTY


async def test_a_post_does_not_tell_who_is_kept_from_it_that_its_unit_is_under_special_oversight(house: House) -> None:
    kept: dict[str, Any] = {"visible_to": common.LEVEL_UNIT, "recused_cadres": [house.town.cadre("finance-clerk")]}
    await house.hear_risk(of_warning(house, risk.WarningRaised, MORNING, 1, **kept))

    clerk, head = [await posts_under_oversight(house, login) for login in ("finance-clerk", "finance-head")]

    assert (clerk, head) == ([], [f"{house.town.name}/posts/{house.town.unit('finance')}"])


async def posts_under_oversight(house: House, login: str) -> list[str]:
    listed = await house(login, pb.ListPostsRequest(parent=house.town.name))
    shown = [(await house(login, pb.GetPostRequest(name=post.name))).post for post in listed.posts]
    assert [post.special_oversight for post in shown] == [post.special_oversight for post in listed.posts]
    return [post.name for post in shown if post.special_oversight]


async def test_it_stays_until_its_warning_is_answered_also_where_its_unit_was_retired(
    house: House, special: str
) -> None:
    unit = gateway.Unit(name=house.town.unit_name("finance"), kind=gateway.Unit.KIND_TOWN_UNIT, revision=2)
    unit.retire_time.FromDatetime(MORNING)
    await house.hear(gateway.UnitRetired(unit=unit))
    before = await shown(house, special)

    await heard_at(house, UP, of_warning(house, risk.WarningAnswered, UP, 2))

    ended = await shown(house, special)
    assert before.state == pb.Oversight.STATE_OPEN
    assert (ended.state, ended.answer) == (pb.Oversight.STATE_ANSWERED, "预警已经处置。")
