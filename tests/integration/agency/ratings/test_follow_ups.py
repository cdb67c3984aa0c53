"""Bad ratings: answered in five working days, checked by who rated, or carried one level up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from minshao.agency import v1 as pb
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.agency.parts import deadlines
from services.agency.ratings import recounting
from services.agency.ratings.recording import ANSWER_DUE
from services.common.deadlines import Deadline
from services.common.errors import Denied, IllegalMove, NotFound, Refused
from services.common.periods import overdue_from
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.house import House
from tests.integration.agency.ratings.steps import (
    ANSWERED,
    BAD,
    CLOSED,
    DESK,
    PENDING,
    FollowUp,
    Rating,
    answered,
    bad,
    checked,
    decided,
    followed,
    rated,
    shown,
    through_county,
    window,
    written,
)

UNIT, CENTRE = FollowUp.ORGAN_UNIT, FollowUp.ORGAN_CENTRE
TOWN, COUNTY = FollowUp.ORGAN_TOWN_DISCIPLINE, FollowUp.ORGAN_COUNTY_DISCIPLINE
# Tuesday 1 September 2026, when all of this begins: the fifth working day is Tuesday the 8th.
LAST_DAY = date(2026, 9, 8)


def snow(revision: int, day: date) -> gateway.CalendarDaysSet:
    off = gateway.CalendarDaySetting(date=str(day), kind=gateway.CalendarDay.KIND_OFF, reason="雪灾放假")
    return gateway.CalendarDaysSet(level=gateway.CalendarDay.LEVEL_TOWN, days=[off], revision=revision)


def after(days: int, start: date) -> datetime:
    """The midnight that ends the period of so many calendar days."""
    return overdue_from(start + timedelta(days=days))


@pytest.mark.parametrize("level", [Rating.LEVEL_VERY_DISSATISFIED, Rating.LEVEL_DISSATISFIED])
async def test_one_or_two_stars_open_a_follow_up_of_five_working_days(
    town: House, level: Rating.Level.ValueType
) -> None:
    given = await rated(town, await decided(town), level, tags=[Rating.TAG_MANY_VISITS])

    follow_up = given.follow_up
    assert (follow_up.state, follow_up.organ, follow_up.due_date) == (PENDING, UNIT, str(LAST_DAY))
    [event] = await town.events(pb.RatingBad)
    assert (event.rating, event.stars, event.unit, event.due_date) == (
        given.name,
        int(level),
        town.unit("village"),
        str(LAST_DAY),
    )
    assert (event.case.case, event.visible_to) == (given.case, common.LEVEL_UNIT)


async def test_before_a_long_holiday_the_last_day_that_is_told_lies_behind_it(town: House) -> None:
    code = await decided(town)
    town.clock.set(overdue_from(date(2026, 9, 29)) + timedelta(hours=9))

    await rated(town, code)

    [event] = await town.events(pb.RatingBad)
    assert event.due_date == "2026-10-13"


async def test_three_stars_open_none_and_need_no_answer(town: House) -> None:
    code = await decided(town)
    given = await rated(town, code, Rating.LEVEL_FAIRLY_SATISFIED)
    before = await written(town)

    assert not given.HasField("follow_up")
    assert await town.events(pb.RatingBad) == []
    with pytest.raises(Refused, match="NOT_BAD"):
        await answered(town, "agent", given)
    with pytest.raises(Refused, match="NOT_BAD"):
        await checked(town, code, given, accepted=True)
    assert await written(town) == before


@pytest.mark.parametrize("login", ["agent", "clerk"])
async def test_people_of_the_point_or_the_centre_answer_and_the_applicant_who_accepts_closes(
    town: House, login: str
) -> None:
    code, given = await bad(town)

    after_answer = await answered(town, login, given, "已向您道歉。")
    assert (after_answer.follow_up.state, after_answer.follow_up.check_date) == (ANSWERED, "2026-09-16")
    [contact, *_] = await followed(town, code)
    assert [answer.text for answer in contact.rating.follow_up.answers] == ["已向您道歉。"]
    after_check = await checked(town, code, given, accepted=True)

    follow_up = after_check.follow_up
    assert (follow_up.state, follow_up.ending, follow_up.late) == (CLOSED, FollowUp.ENDING_ACCEPTED, False)
    [event] = await town.events(pb.RatingFollowUpAnswered)
    assert event.answer.mac
    assert not event.late
    assert len(await town.events(pb.RatingFollowUpClosed)) == 1


async def test_an_answer_that_is_not_accepted_goes_up_level_by_level_and_stands_at_the_highest(town: House) -> None:
    code, given = await bad(town)
    way = [("agent", UNIT), ("clerk", CENTRE), ("discipline", TOWN), ("commission", COUNTY)]

    for place, (login, organ) in enumerate(way):
        pending = (await shown(town, login, given)).follow_up
        assert (pending.state, pending.organ, pending.due_date) == (PENDING, organ, str(LAST_DAY))
        await answered(town, login, given, f"答复{place}")
        await checked(town, code, given, accepted=False, objection=f"理由{place}")

    [contact, *_] = await followed(town, code)
    follow_up = contact.rating.follow_up
    assert (follow_up.state, follow_up.ending) == (CLOSED, FollowUp.ENDING_LAST_ANSWER)
    assert [(each.organ, each.text, each.objection) for each in follow_up.answers] == [
        (organ, f"答复{place}", f"理由{place}") for place, (_, organ) in enumerate(way)
    ]
    escalations = await town.events(pb.RatingEscalated)
    assert [(event.organ, event.visible_to) for event in escalations] == [
        (CENTRE, common.LEVEL_TOWN),
        (TOWN, common.LEVEL_TOWN),
        (COUNTY, common.LEVEL_COUNTY),
    ]
    assert {event.ground for event in escalations} == {FollowUp.GROUND_NOT_ACCEPTED}
    assert all(event.objection.mac for event in escalations)


async def test_without_an_answer_it_goes_up_after_the_fifth_working_day_once(town: House) -> None:
    _, given = await bad(town)

    await sweep_at(town, overdue_from(LAST_DAY) - timedelta(seconds=1))
    assert await town.events(pb.RatingFollowUpOverdue) == []
    for _ in range(2):
        await sweep_at(town, overdue_from(LAST_DAY))

    [overdue] = await town.events(pb.RatingFollowUpOverdue)
    assert (overdue.organ, overdue.due_date) == (UNIT, str(LAST_DAY))
    [escalated] = await town.events(pb.RatingEscalated)
    # From Wednesday the 9th on: five working days end on Wednesday the 16th.
    assert (escalated.organ, escalated.ground, escalated.due_date) == (CENTRE, FollowUp.GROUND_OVERDUE, "2026-09-16")
    follow_up = (await shown(town, "clerk", given)).follow_up
    assert (follow_up.late, follow_up.state, follow_up.organ) == (True, PENDING, CENTRE)


async def test_at_the_highest_level_it_stays_owed_and_is_told_once(town: House) -> None:
    _, given = await bad(town)

    await sweep_at(town, overdue_from(date(2026, 12, 31)))
    for _ in range(10):
        await sweep_at(town, town.clock.now() + timedelta(days=20))

    assert [event.organ for event in await town.events(pb.RatingFollowUpOverdue)] == [UNIT, CENTRE, TOWN, COUNTY]
    assert [event.organ for event in await town.events(pb.RatingEscalated)] == [CENTRE, TOWN, COUNTY]
    after_answer = await answered(town, "commission", given)
    assert (after_answer.follow_up.state, after_answer.follow_up.late) == (ANSWERED, True)


async def test_an_applicant_who_says_nothing_for_fifteen_days_closes(town: House) -> None:
    code, given = await bad(town)
    await answered(town, "agent", given)
    end = after(15, date(2026, 9, 1))

    await sweep_at(town, end - timedelta(seconds=1))
    assert (await shown(town, "agent", given)).follow_up.state == ANSWERED
    await sweep_at(town, end)

    follow_up = (await shown(town, "agent", given)).follow_up
    assert (follow_up.state, follow_up.ending) == (CLOSED, FollowUp.ENDING_SILENCE)
    assert await town.events(pb.RatingFollowUpOverdue) == []
    before = await written(town)
    with pytest.raises(IllegalMove):
        await checked(town, code, given, accepted=False)
    assert await written(town) == before


async def test_what_was_checked_in_time_is_not_closed_by_the_old_deadline(town: House) -> None:
    code, given = await bad(town)
    await answered(town, "agent", given)
    await checked(town, code, given, accepted=False)
    await answered(town, "clerk", given)
    await checked(town, code, given, accepted=True)

    await sweep_at(town, after(60, date(2026, 9, 1)))

    [closed] = await town.events(pb.RatingFollowUpClosed)
    assert closed.ending == FollowUp.ENDING_ACCEPTED


async def test_there_is_nothing_to_check_before_the_answer_and_nothing_to_answer_after_it(town: House) -> None:
    code, given = await bad(town)
    before = await written(town)
    with pytest.raises(IllegalMove):
        await checked(town, code, given, accepted=True)
    assert await written(town) == before
    await answered(town, "agent", given)
    before = await written(town)

    with pytest.raises(IllegalMove):
        await answered(town, "agent", given)

    assert await written(town) == before


@pytest.mark.parametrize(
    ("login", "error"),
    [("neighbour", NotFound), ("window", NotFound), ("discipline", Denied), ("commission", Denied)],
)
async def test_others_do_not_answer(town: House, login: str, error: type[Exception]) -> None:
    _, given = await bad(town)
    before = await written(town)

    with pytest.raises(error):
        await answered(town, login, given)

    assert await written(town) == before


async def test_with_the_code_of_one_case_nothing_is_said_of_another_ones_rating(town: House) -> None:
    _, given = await bad(town)
    await answered(town, "agent", given)
    other = await decided(town)
    before = await written(town)

    with pytest.raises(NotFound):
        await checked(town, other, given, accepted=True)

    assert await written(town) == before


async def test_a_window_of_the_county_answers_in_the_town_and_above_it_is_the_county(town: House) -> None:
    code = await through_county(town)
    given = await rated(town, code, kind=DESK, desk=window(town), comment="窗口没人。")

    assert (await shown(town, "window", given)).comment == "窗口没人。"
    assert (await shown(town, "clerk", given)).comment == ""
    for login, error in (("clerk", Denied), ("finance", NotFound), ("agent", NotFound)):
        with pytest.raises(error):
            await answered(town, login, given)
    await answered(town, "window", given)
    await checked(town, code, given, accepted=False)

    follow_up = (await shown(town, "commission", given)).follow_up
    assert (follow_up.organ, follow_up.state) == (COUNTY, PENDING)
    with pytest.raises(Denied):
        await answered(town, "window", given)


async def test_above_a_towns_centre_is_the_town_discipline_committee(town: House) -> None:
    code = await through_county(town)
    given = await rated(town, code, kind=DESK, desk=f"tenants/{town.town}/units/{town.unit('service-centre')}")
    await answered(town, "clerk", given)

    assert (await checked(town, code, given, accepted=False)).follow_up.organ == TOWN


async def test_words_are_read_by_those_with_whom_it_is_and_what_moved_up_is_hidden_below(town: House) -> None:
    code, given = await bad(town)
    read = {login: (await shown(town, login, given)).comment for login in ("agent", "clerk", "discipline")}
    assert read == {"agent": "跑了三趟。", "clerk": "跑了三趟。", "discipline": ""}
    await answered(town, "agent", given, "内部谈话")
    for _ in range(2):
        await checked(town, code, given, accepted=False, objection="他又骂我")
        if (await shown(town, "discipline", given)).follow_up.organ == CENTRE:
            await answered(town, "clerk", given)

    for login in ("agent", "clerk", "commission"):
        seen = await shown(town, login, given)
        assert (seen.comment, list(seen.follow_up.answers), seen.level) == ("", [], BAD)
    seen = await shown(town, "discipline", given)
    assert (seen.comment, seen.follow_up.answers[0].objection) == ("跑了三趟。", "他又骂我")


async def test_a_snow_day_moves_the_last_day_with_old_new_and_why(town: House) -> None:
    _, given = await bad(town)

    await town.hear_in(town.town, snow(1, date(2026, 9, 7)))
    await sweep_at(town, town.clock.now())

    assert (await shown(town, "agent", given)).follow_up.due_date == "2026-09-09"
    [moved] = await town.events(pb.RatingFollowUpMoved)
    assert (moved.old_date, moved.due_date, moved.why) == (str(LAST_DAY), "2026-09-09", "2026年9月7日雪灾放假（镇）")
    await sweep_at(town, overdue_from(LAST_DAY))
    assert await town.events(pb.RatingFollowUpOverdue) == []
    await sweep_at(town, overdue_from(date(2026, 9, 9)))
    assert len(await town.events(pb.RatingFollowUpOverdue)) == 1


async def test_what_comes_due_by_an_old_calendar_waits_for_its_new_day(town: House) -> None:
    _, given = await bad(town)
    await town.hear_in(town.town, snow(1, date(2026, 9, 7)))
    old = Deadline(ANSWER_DUE, given.name.rpartition("/")[2], overdue_from(LAST_DAY))
    town.clock.set(old.due_time)

    async with town.database.transaction(town.town) as tx:
        await deadlines(town.agency)[ANSWER_DUE](tx, old, town.clock.now())
    assert await town.events(pb.RatingFollowUpOverdue) == []
    await sweep_at(town, overdue_from(date(2026, 9, 9)))

    assert len(await town.events(pb.RatingFollowUpOverdue)) == 1


async def test_a_day_that_no_answer_waits_for_moves_nothing_and_neither_does_one_of_what_is_answered(
    town: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "BATCH", 1)
    for _ in range(2):
        await bad(town)
    _, given = await bad(town)
    await answered(town, "agent", given)

    await town.hear_in(town.town, snow(1, date(2026, 12, 1)))
    await sweep_at(town, town.clock.now())
    assert await town.events(pb.RatingFollowUpMoved) == []
    await town.hear_in(town.town, snow(2, LAST_DAY))
    await sweep_at(town, town.clock.now() + timedelta(minutes=1))

    assert len(await town.events(pb.RatingFollowUpMoved)) == 2
