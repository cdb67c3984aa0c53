"""The explanation of a deadline: agrees with it, and says of each day what people need to know."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.common.workdays import Ground, Kind, Level, Pause, SetDay, calendar_of, deadline, explain
from tests.unit.common.workdays import model

CHINA = calendar_of()


@given(model.STARTS, model.DAYS, model.set_days(), model.PAUSES, st.sets(st.sampled_from([2025, 2026, 2027])))
def test_an_explanation_counts_the_days_that_lead_to_the_deadline(
    start: date, days: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause], published: set[int]
) -> None:
    calendar = model.calendar(set_days, published)

    explanation = explain(start, days, calendar, pauses)

    walked = model.walk(start, days, set_days, pauses)
    counted = [each.day for each in explanation.days if each.counted]
    assert explanation.due == deadline(start, days, calendar, pauses)
    assert counted == walked.counted
    assert (explanation.due is None) == bool(explanation.stopped_by) == (walked.last_day is None)
    if explanation.due and days:
        assert len(counted) == days
        assert counted[-1] == explanation.days[-1].day == explanation.due.last_day


@given(model.STARTS, model.DAYS, model.set_days(), model.PAUSES)
def test_an_explanation_leaves_out_no_day(
    start: date, days: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause]
) -> None:
    explained = explain(start, days, model.calendar(set_days), pauses).days

    assert [each.day for each in explained] == [start + timedelta(days=n) for n in range(len(explained))]


@given(model.STARTS, model.DAYS, st.sets(st.sampled_from([2025, 2026, 2027])))
def test_an_explanation_marks_the_days_that_make_its_deadline_provisional(
    start: date, days: int, published: set[int]
) -> None:
    explanation = explain(start, days, model.calendar({}, published))

    assert explanation.due
    led_to_it = explanation.days[1:] or explanation.days
    assert explanation.due.provisional == any(each.provisional for each in led_to_it)


@given(model.STARTS, model.DAYS, st.sets(st.sampled_from([2025, 2026, 2027])), model.PAUSES)
def test_an_explanation_calls_provisional_what_the_calendar_calls_so(
    start: date, days: int, published: set[int], pauses: list[Pause]
) -> None:
    calendar = model.calendar({}, published)

    for each in explain(start, days, calendar, pauses).days:
        assert each.provisional == calendar.provisional(each.day)


def test_national_day_and_its_worked_saturday_are_told_day_by_day() -> None:
    assert list(explain(date(2026, 9, 30), 3, CHINA).lines()) == [
        "2026年9月30日（周三，起算当日）不计",
        "10月1日（周四，国庆节）不计",
        "10月2日（周五，国庆节）不计",
        "10月3日（周六，国庆节）不计",
        "10月4日（周日）不计",
        "10月5日（周一，国庆补假）不计",
        "10月6日（周二，国庆调休放假）不计",
        "10月7日（周三，国庆调休放假）不计",
        "10月8日（周四）计 1 天",
        "10月9日（周五）计 1 天",
        "10月10日（周六，国庆调休上班）计 1 天",
    ]


def test_local_days_and_pauses_are_told_with_whose_they_are_and_their_grounds() -> None:
    town = calendar_of(
        own=[
            SetDay(date(2026, 3, 3), Kind.OFF, "雪灾放假", Level.TOWN),
            SetDay(date(2026, 3, 7), Kind.WORKING, "补班", Level.COUNTY),
        ]
    )
    pauses = [
        Pause(Ground.HEARING, date(2026, 3, 4), date(2026, 3, 6)),
        Pause(Ground.EXPERT_REVIEW, date(2026, 3, 5), date(2026, 3, 8)),
    ]

    assert list(explain(date(2026, 3, 2), 2, town, pauses).lines()) == [
        "2026年3月2日（周一，起算当日）不计",
        "3月3日（周二，雪灾放假（镇））不计",
        "3月4日（周三）计 1 天",
        "3月5日（周四，听证暂停）不计",
        "3月6日（周五，听证、专家评审暂停）不计",
        "3月7日（周六，补班（县），专家评审暂停）不计",
        "3月8日（周日）不计",
        "3月9日（周一）计 1 天",
    ]


def test_a_new_year_is_named_where_it_begins_and_open_days_are_called_provisional() -> None:
    assert list(explain(date(2026, 12, 30), 2, CHINA).lines()) == [
        "2026年12月30日（周三，起算当日）不计（暂定）",
        "12月31日（周四）计 1 天（暂定）",
        "2027年1月1日（周五，元旦）不计（暂定）",
        "1月2日（周六）不计（暂定）",
        "1月3日（周日）不计（暂定）",
        "1月4日（周一）计 1 天（暂定）",
    ]


def test_a_period_that_a_pause_keeps_open_is_told_up_to_where_it_stopped() -> None:
    explanation = explain(date(2026, 3, 2), 5, CHINA, [Pause(Ground.CORRECTION, date(2026, 3, 4))])

    assert explanation.due is None
    assert list(explanation.lines()) == [
        "2026年3月2日（周一，起算当日）不计",
        "3月3日（周二）计 1 天",
        "3月4日（周三）计 1 天",
        "补正材料暂停中，期限待恢复后确定",
    ]
