"""Lists of ratings for officers, without words; and figures for everybody, equal to a recount from the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Invalid
from services.common.periods import overdue_from
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.house import House
from tests.integration.agency.ratings.steps import (
    BAD,
    DESK,
    GOOD,
    OVERALL,
    PENDING,
    FollowUp,
    Rating,
    answered,
    checked,
    decided,
    rated,
    through_county,
    window,
)

DAY = timedelta(days=1)
WHEN = {"first_day": "2026-09-01", "last_day": "2026-12-31"}


async def listed(house: House, login: str, order_by: str = "", **wanted: Any) -> list[Rating]:
    """The ratings on all pages of two."""
    found: list[Rating] = []
    token = ""
    while True:
        request = pb.ListRatingsRequest(
            parent=f"tenants/{house.town}",
            page_size=2,
            page_token=token,
            order_by=order_by,
            filter=pb.ListRatingsRequest.Filter(**wanted),
        )
        page = await house(login, request)
        found += page.ratings
        if not (token := page.next_page_token):
            return found


async def names(house: House, login: str, order_by: str = "", **wanted: Any) -> list[str]:
    return [rating.name for rating in await listed(house, login, order_by, **wanted)]


async def some(house: House) -> list[Rating]:
    """Given on days one after the other: bad, good, bad, of the village; bad of the community; bad of a window."""
    given = []
    for level in (BAD, GOOD, Rating.LEVEL_DISSATISFIED):
        given.append(await rated(house, await decided(house), level, comment="写了几句"))
        house.clock.set(house.clock.now() + DAY)
    given.append(await rated(house, await decided(house, "SH-04", "neighbour", "community"), BAD))
    given.append(await rated(house, await through_county(house), BAD, kind=DESK, desk=window(house)))
    return given


async def test_each_lists_those_of_the_own_unit_and_those_above_all(town: House) -> None:
    given = [rating.name for rating in await some(town)]

    assert await names(town, "agent", "give_time") == given[:3]
    assert await names(town, "neighbour") == [given[3]]
    assert await names(town, "window") == [given[4]]
    assert await names(town, "finance") == []
    for login in ("clerk", "discipline", "commission"):
        assert sorted(await names(town, login)) == sorted(given)


async def test_the_newest_come_first_or_those_that_must_be_answered_first(town: House) -> None:
    given = [rating.name for rating in await some(town)]
    first, *_ = await listed(town, "agent", "give_time")
    await answered(town, "agent", first)

    assert await names(town, "agent") == given[2::-1]
    assert await names(town, "agent", "give_time") == given[:3]
    by_due = await names(town, "clerk", "due_date")
    assert by_due[0] == given[2]
    assert set(by_due[1:3]) == {given[3], given[4]}
    assert set(by_due[3:]) == {given[0], given[1]}


async def test_a_list_is_narrowed_and_never_holds_words(town: House) -> None:
    given = await some(town)
    all_names = [rating.name for rating in given]
    village = f"tenants/{town.town}/units/{town.unit('village')}"

    assert {rating.comment for rating in await listed(town, "agent")} == {""}
    assert await names(town, "clerk", "give_time", unit=village) == all_names[:3]
    assert await names(town, "clerk", item="SH-01") == [all_names[4]]
    assert await names(town, "clerk", case=given[1].case) == [all_names[1]]
    assert await names(town, "clerk", kind=DESK) == [all_names[4]]
    assert await names(town, "clerk", levels=[GOOD]) == [all_names[1]]
    assert await names(town, "agent", "give_time", states=[PENDING]) == [all_names[0], all_names[2]]
    assert await names(town, "clerk", organ=FollowUp.ORGAN_COUNTY_DISCIPLINE) == []


async def test_a_page_token_of_another_query_is_refused(town: House) -> None:
    await some(town)
    first = await town("agent", pb.ListRatingsRequest(parent=f"tenants/{town.town}", page_size=1))

    with pytest.raises(Invalid):
        await town(
            "agent",
            pb.ListRatingsRequest(
                parent=f"tenants/{town.town}", page_size=1, page_token=first.next_page_token, order_by="due_date"
            ),
        )


async def figures(house: House, **wanted: Any) -> pb.GetRatingFiguresResponse:
    request = pb.GetRatingFiguresRequest(parent=f"tenants/{house.town}", **{**WHEN, **wanted})
    found: pb.GetRatingFiguresResponse = await house("citizen", request)
    return found


def told(of: pb.RatingFigures) -> tuple[int, ...]:
    """All counts: by level from one star up, the bad ones, and what became of them."""
    counts = tuple(each.rating_count for each in of.levels)
    return (*counts, of.bad_count, of.answered_count, of.answered_in_time_count, of.accepted_count)


async def recounted(house: House, given: Iterable[pb.RatingGiven]) -> tuple[int, ...]:
    """The same from the entries of the ledger, one by one."""
    these = list(given)
    stars = Counter(event.stars for event in these)
    answers = {event.rating for event in await house.events(pb.RatingFollowUpAnswered)}
    late = {event.rating for event in await house.events(pb.RatingFollowUpOverdue)}
    accepted = {
        event.rating
        for event in await house.events(pb.RatingFollowUpClosed)
        if event.ending == FollowUp.ENDING_ACCEPTED
    }
    names = {event.rating for event in these}
    bad = {event.rating for event in await house.events(pb.RatingBad)} & names
    ends = (len(names & answers), len(names & answers - late), len(names & accepted))
    return (*(stars[each] for each in range(1, 6)), len(bad), *ends)


@pytest.mark.parametrize("seed", [1, 2])
async def test_figures_are_what_the_ledger_says(town: House, seed: int) -> None:
    dice = Random(seed)
    for _ in range(10):
        login, slug = dice.choice([("agent", "village"), ("neighbour", "community")])
        code = await decided(town, dice.choice(["SH-04", "QT-01"]), login, slug)
        given = await rated(town, code, dice.choice([1, 1, 2, 3, 4, 5]))
        if given.HasField("follow_up"):
            if dice.random() < 0.3:
                await sweep_at(town, overdue_from(date.fromisoformat(given.follow_up.due_date)))
                login = "clerk"
            if dice.random() < 0.8:
                await answered(town, login, given)
                if dice.random() < 0.7:
                    await checked(town, code, given, accepted=dice.random() < 0.5)
        town.clock.set(town.clock.now() + dice.randrange(2) * DAY)
    events = await town.events(pb.RatingGiven)

    whole = await figures(town)
    by_unit = await figures(town, grouping=pb.GetRatingFiguresRequest.GROUPING_UNIT)
    by_item = await figures(town, grouping=pb.GetRatingFiguresRequest.GROUPING_ITEM)

    assert told(whole.total) == await recounted(town, events)
    for group in by_unit.groups:
        mine = [event for event in events if event.unit == group.unit.rpartition("/")[2]]
        assert told(group) == await recounted(town, mine)
    for group in by_item.groups:
        mine = [event for event in events if event.case.item == group.item.rpartition("/")[2]]
        assert told(group) == await recounted(town, mine)
    for of in (by_unit, by_item):
        assert sum(group.rating_count for group in of.groups) == whole.total.rating_count == len(events)
    satisfied = sum(event.stars >= 3 for event in events)
    assert whole.total.satisfied_share == pytest.approx(satisfied / len(events))


async def test_figures_are_of_a_period_a_point_an_item_and_a_kind(town: House) -> None:
    given = await some(town)

    assert (await figures(town)).total.rating_count == 4
    assert (await figures(town, kind=DESK)).total.rating_count == 1
    assert (await figures(town, kind=OVERALL, last_day="2026-09-02")).total.rating_count == 2
    assert (await figures(town, first_day="2026-09-02", last_day="2026-09-02")).total.satisfied_share == 1
    assert (await figures(town, unit=given[3].unit)).total.rating_count == 1
    assert (await figures(town, item="SH-01")).total.rating_count == 0
    [of_window] = (await figures(town, kind=DESK, grouping=pb.GetRatingFiguresRequest.GROUPING_UNIT)).groups
    assert of_window.unit == window(town)


@pytest.mark.parametrize(("first", "last"), [("2026-09-02", "2026-09-01"), ("2026-01-01", "2027-01-02")])
async def test_a_period_ends_after_it_begins_and_has_at_most_a_year(town: House, first: str, last: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await figures(town, first_day=first, last_day=last)

    assert [violation.field for violation in refusal.value.violations] == ["last_day"]
