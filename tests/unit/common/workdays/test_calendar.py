"""The calendar of a tenant: what each day is, why, who set it, and whether it may still be set."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given

from services.common.errors import Invalid
from services.common.workdays import Arrangement, Calendar, Kind, Level, Notice, SetDay, calendar_of
from tests.unit.common.workdays import model

CHINA = calendar_of()
MONDAY, SATURDAY = date(2026, 3, 2), date(2026, 3, 7)


@pytest.mark.parametrize(
    ("day", "kind", "words"),
    [
        ("2026-10-09", Kind.WORKING, "周五"),
        ("2026-10-10", Kind.WORKING, "周六，国庆调休上班"),
        ("2026-10-11", Kind.OFF, "周日"),
        ("2026-09-25", Kind.OFF, "周五，中秋节"),
        ("2025-01-28", Kind.OFF, "周二，除夕"),
        ("2023-10-06", Kind.OFF, "周五，国庆调休放假"),
        ("2020-10-01", Kind.OFF, "周四，中秋节、国庆节"),
        ("2020-01-31", Kind.OFF, "周五，春节延长假期"),
        ("2015-09-06", Kind.WORKING, "周日，抗战胜利纪念日调休上班"),
        ("2018-12-29", Kind.WORKING, "周六，元旦调休上班"),
    ],
)
def test_a_day_says_what_it_is_and_why(day: str, kind: Kind, words: str) -> None:
    found = CHINA.day(date.fromisoformat(day))

    assert (found.kind, found.words) == (kind, words)


@given(model.set_days())
def test_of_several_who_set_a_day_the_closest_stands(set_days: dict[tuple[date, Level], Kind]) -> None:
    calendar = model.calendar(set_days)

    for day, _ in set_days:
        assert (calendar.day(day).kind is Kind.WORKING) == model.works(day, set_days)
        assert calendar.day(day).level == max(level for set_day, level in set_days if set_day == day)


def test_a_local_reason_shows_whose_it_is() -> None:
    calendar = calendar_of(
        own=[
            SetDay(MONDAY, Kind.OFF, "雪灾放假", Level.TOWN),
            SetDay(SATURDAY, Kind.WORKING, "补班", Level.COUNTY),
        ]
    )

    assert calendar.day(MONDAY).words == "周一，雪灾放假（镇）"
    assert calendar.day(SATURDAY).words == "周六，补班（县）"


def test_a_day_that_nobody_set_has_no_level() -> None:
    assert CHINA.day(MONDAY).level is None
    assert CHINA.day(date(2026, 10, 10)).level is Level.NATIONAL


@pytest.mark.parametrize(
    ("day", "provisional"),
    [
        ("2003-12-31", True),
        ("2004-01-01", False),
        ("2025-12-31", False),
        ("2026-12-17", False),
        ("2026-12-18", True),
        ("2026-12-31", True),
        ("2027-01-01", True),
        ("2099-12-31", True),
        ("2150-05-01", True),
    ],
)
def test_years_without_a_notice_and_the_december_before_one_are_provisional(day: str, provisional: bool) -> None:
    assert CHINA.provisional(date.fromisoformat(day)) == provisional


def test_a_year_without_a_notice_has_the_holidays_of_the_law_and_no_shifted_weekends() -> None:
    year = [CHINA.day(date(2027, 1, 1) + timedelta(days=n)) for n in range(365)]

    off = {day.day for day in year if day.kind is Kind.OFF and day.day.weekday() < 5}
    assert {date(2027, 1, 1), date(2027, 2, 5), date(2027, 10, 1)} <= off
    assert not [day for day in year if day.kind is Kind.WORKING and day.day.weekday() >= 5]
    # 13 holidays, each on a weekday or made up for on one.
    assert len(off) == 13


def test_an_imported_year_takes_the_place_of_the_law_and_settles_the_december_before() -> None:
    notice = Arrangement(
        Notice(2027, "国办发明电〔2026〕9号", date(2026, 11, 5)),
        (
            SetDay(date(2026, 12, 26), Kind.WORKING, "元旦调休上班"),
            SetDay(date(2027, 1, 1), Kind.OFF, "元旦"),
            SetDay(date(2027, 10, 1), Kind.OFF, "国庆节"),
        ),
    )

    calendar = calendar_of([notice])

    assert calendar.day(date(2026, 12, 26)).words == "周六，元旦调休上班"
    assert calendar.day(date(2026, 10, 10)).kind is Kind.WORKING
    assert calendar.day(date(2027, 2, 5)).kind is Kind.WORKING
    assert not calendar.provisional(date(2026, 12, 31))
    assert not calendar.provisional(date(2027, 12, 17))
    assert calendar.provisional(date(2027, 12, 18))


def test_an_amended_notice_takes_the_place_of_the_one_of_its_year() -> None:
    amended = Arrangement(Notice(2026), (SetDay(date(2026, 10, 1), Kind.OFF, "国庆节"),))

    calendar = calendar_of([amended])

    assert calendar.day(date(2026, 10, 10)).kind is Kind.OFF
    assert calendar.day(date(2025, 10, 11)).kind is Kind.WORKING


def test_one_level_cannot_set_a_day_twice() -> None:
    with pytest.raises(ValueError, match="2026-03-02"):
        Calendar([SetDay(MONDAY, Kind.OFF, "雪灾放假"), SetDay(MONDAY, Kind.WORKING, "补班")], ())


def test_a_day_cannot_be_set_without_a_reason() -> None:
    with pytest.raises(Invalid) as refused:
        SetDay(MONDAY, Kind.OFF, " ")

    assert [violation.field for violation in refused.value.violations] == ["reason"]
