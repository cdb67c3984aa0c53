"""A case that was late, and is not after all, counts no more towards the oversight of a point."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from uuid import uuid4

from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.watch import v1 as pb

from services.common.events import Event
from tests.called import told_of
from tests.integration.watch.house import House
from tests.integration.watch.reactions.steps import a_case, late, midnight, oversights


def told_late(house: House, case: str, day: int, version: int = 1) -> Event:
    """A case was late in the village at the beginning of a day of September."""
    house.town.clock.set(max(house.town.clock.now(), midnight(day)))
    return late(house.town.code, house.town.unit("village"), midnight(day), case=case, version=version)


def lifted(house: House, case: str, day: int, version: int = 2, slug: str = "village") -> Event:
    """It was told on a day of September that the case is late no more at a unit."""
    house.town.clock.set(max(house.town.clock.now(), midnight(day)))
    town, unit = house.town.code, house.town.unit(slug)
    said = agency.CaseOverdueLifted(
        case=a_case(town, house.town.unit("village"), case), desks=[unit], visible_to=common.LEVEL_UNIT
    )
    return told_of(("case", case), town, said, midnight(day), version)


def cases(count: int) -> list[str]:
    return [uuid4().hex for _ in range(count)]


async def answered(house: House, oversight: pb.Oversight) -> None:
    await house("village-head", pb.AnswerOversightRequest(name=oversight.name, answer="已经整改。"))


async def test_a_case_whose_lateness_was_taken_back_is_none_of_three(house: House) -> None:
    first, second, third, fourth = cases(4)
    for case, day in ((first, 2), (second, 3)):
        await house.hear_agency(told_late(house, case, day))
    await house.hear_agency(lifted(house, first, 4))

    await house.hear_agency(told_late(house, third, 5))
    of_two = await oversights(house)
    await house.hear_agency(told_late(house, fourth, 6))

    [oversight] = await oversights(house)
    assert of_two == []
    assert [each.case.rpartition("/")[2] for each in oversight.late_cases] == [second, third, fourth]


async def test_it_counts_anew_by_the_day_on_which_it_is_late_for_real(house: House) -> None:
    first, second, third = cases(3)
    for case, day in ((first, 2), (second, 3)):
        await house.hear_agency(told_late(house, case, day))
    await house.hear_agency(lifted(house, first, 4), told_late(house, third, 5))
    before = await oversights(house)

    await house.hear_agency(told_late(house, first, 8, version=3))

    [oversight] = await oversights(house)
    assert before == []
    assert [each.case.rpartition("/")[2] for each in oversight.late_cases] == [second, third, first]


async def test_an_oversight_stays_until_it_is_answered_and_shows_what_was_not_late_after_all(house: House) -> None:
    for case in (known := cases(3)):
        await house.hear_agency(told_late(house, case, 2))
    for case in known[:2]:
        await house.hear_agency(lifted(house, case, 3))

    [oversight] = await oversights(house, "village-head")
    assert oversight.state == pb.Oversight.STATE_OPEN
    assert {each.case.rpartition("/")[2] for each in oversight.late_cases if each.lifted} == set(known[:2])
    await answered(house, oversight)


async def test_what_was_taken_back_under_an_oversight_counts_anew_after_its_answer(house: House) -> None:
    for case in (known := cases(3)):
        await house.hear_agency(told_late(house, case, 2))
    for case in known:
        await house.hear_agency(lifted(house, case, 3))
    [first] = await oversights(house)
    await answered(house, first)

    for day, case in enumerate(known, start=5):
        assert len(await oversights(house)) == 1
        await house.hear_agency(told_late(house, case, day, version=3))

    assert len(await house.events(pb.OversightOrdered)) == 2
    _, second = await oversights(house)
    assert [(each.case.rpartition("/")[2], each.lifted) for each in second.late_cases] == [
        (case, False) for case in known
    ]


async def test_an_answered_oversight_goes_on_showing_what_it_was_ordered_for(house: House) -> None:
    for case in (known := cases(3)):
        await house.hear_agency(told_late(house, case, 2))
    for case in known:
        await house.hear_agency(lifted(house, case, 3))
    [oversight] = await oversights(house)
    await answered(house, oversight)

    for day in (8, 20):
        for case in known:
            await house.hear_agency(told_late(house, case, day, version=day))
        for case in known:
            await house.hear_agency(lifted(house, case, day + 1, version=day + 1))
        await answered(house, (await oversights(house))[-1])

    first, *later = await oversights(house)
    assert list(first.late_cases) == list(oversight.late_cases)
    assert [[each.overdue_time.ToDatetime(UTC) for each in one.late_cases] for one in later] == [
        [midnight(day)] * 3 for day in (8, 20)
    ]


async def test_a_case_that_is_late_anew_under_one_open_oversight_stands_there_once_by_its_new_day(house: House) -> None:
    for case in (known := cases(3)):
        await house.hear_agency(told_late(house, case, 2))
    again = known[0]
    await house.hear_agency(lifted(house, again, 3), told_late(house, again, 8, version=3))

    [oversight] = await oversights(house)

    assert {each.case.rpartition("/")[2] for each in oversight.late_cases} == set(known)
    assert not any(each.lifted for each in oversight.late_cases)
    assert oversight.late_cases[-1].overdue_time.ToDatetime(UTC) == midnight(8)


async def test_what_was_told_last_of_a_case_counts_however_often_and_in_whatever_order_it_comes(house: House) -> None:
    first, second, third = cases(3)
    was, is_no_more = told_late(house, first, 2), lifted(house, first, 3)
    again = replace(is_no_more, id=uuid4(), version=3)

    await house.hear_agency(is_no_more, was, is_no_more, again, was)
    for case in (second, third):
        await house.hear_agency(told_late(house, case, 4))

    assert await oversights(house) == []


async def test_a_case_that_is_late_no_more_at_one_desk_counts_at_the_others(house: House) -> None:
    known = cases(3)
    for case in known:
        await house.hear_agency(told_late(house, case, 2))
        await house.hear_agency(lifted(house, case, 3, slug="finance"))

    [oversight] = await oversights(house)
    assert not any(each.lifted for each in oversight.late_cases)
