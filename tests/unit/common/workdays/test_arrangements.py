"""The published years against what two packages know of them, and against what we claim of the notices."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar

from deploy import arrangements
from services.common.workdays import NOTICES, Kind, calendar_of
from services.common.workdays.arrangements import FILES, LAW, shipped
from services.common.workdays.calendar import DECEMBER_OPENS

CHINA = calendar_of()
ONE_DAY = timedelta(days=1)

DIFFERENCES = {
    # 国办发明电〔2005〕35号: "将12月31日（星期六）、1月1日（星期日）两个公休日调至1月2日、3日，12月31日（星期六）上班".
    # chinesecalendar has the days off of 2 and 3 January 2006, but not the Saturday before that was worked for them.
    date(2005, 12, 31): Kind.WORKING,
}
"""The days of which chinesecalendar says the opposite, and what the notice makes them."""


def test_every_day_of_2004_to_2026_is_what_chinesecalendar_says_but_for_those_where_the_notice_is_on_our_side() -> None:
    days = [date(2004, 1, 1) + n * ONE_DAY for n in range((date(2027, 1, 1) - date(2004, 1, 1)).days)]

    different = {
        day: CHINA.day(day).kind
        for day in days
        if (CHINA.day(day).kind is Kind.WORKING) != chinese_calendar.is_workday(day)
    }

    assert different == DIFFERENCES


def test_the_files_are_what_the_package_of_holidays_says() -> None:
    written = {path.relative_to(LAW.parent).as_posix(): path.read_text() for path in (*FILES.iterdir(), LAW)}

    assert written == arrangements.files(), "run: python -m deploy.arrangements, and look"


def test_the_published_years_are_listed_without_gap_and_each_notice_is_older_than_its_year() -> None:
    assert [notice.year for notice in NOTICES] == list(range(2004, 2027))
    assert all(notice.issued is None or notice.issued.year == notice.year - 1 for notice in NOTICES)
    assert [each.notice for each in shipped()] == list(NOTICES)


def test_no_notice_has_set_a_day_of_the_december_before_that_was_earlier_than_the_29th() -> None:
    before = [day.day for each in shipped() for day in each.days if day.day.year < each.notice.year]

    assert min(day.day for day in before) == 29
    assert DECEMBER_OPENS < 29


def test_no_worked_weekend_lies_further_from_its_holiday_than_eleven_days() -> None:
    far = {
        worked.day: min(
            abs((worked.day - off.day).days)
            for off in each.days
            if off.kind is Kind.OFF and off.reason[:2] == worked.reason[:2]
        )
        for each in shipped()
        for worked in each.days
        if worked.kind is Kind.WORKING
    }

    assert max(far.items(), key=lambda item: item[1]) == (date(2026, 9, 20), 11)


def test_each_worked_weekend_is_paid_for_by_a_weekday_off_under_the_same_name() -> None:
    for each in shipped():
        if each.notice.year == 2020:
            continue  # the extension of Spring Festival took back a worked Saturday
        shifted = [day.reason.removesuffix("调休上班") for day in each.days if day.kind is Kind.WORKING]
        off = [day.reason.removesuffix("调休放假") for day in each.days if day.reason.endswith("调休放假")]
        assert sorted(shifted) == sorted(off)


def test_the_days_of_a_notice_are_in_order() -> None:
    for each in shipped():
        assert all(before.day < after.day for before, after in pairwise(each.days))
