"""What people typed, read as values of the domain."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from services.common.errors import Invalid
from services.common.inputs import (
    local_id,
    read_day,
    read_name,
    read_past_day,
    read_past_instant,
    read_text,
    read_title,
)
from services.common.instants import stamp
from services.watch.persons import person_key
from tests.unit.watch.reports.builders import TOWN, local

NOW = local(2026, 9, 3, 0, 30).astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("王磊", "王磊"), ("  王磊\u3000", "王磊"), ("王\u3000 磊", "王 磊"), ("买买提·艾力", "买买提·艾力")],
)
def test_a_name_is_read_without_needless_blanks(typed: str, name: str) -> None:
    assert read_name("person", typed) == name


@pytest.mark.parametrize("typed", ["", "  ", "\u3000", "12", "·", "'; --"])
def test_what_has_no_letter_is_no_name(typed: str) -> None:
    with pytest.raises(Invalid, match="person"):
        read_name("person", typed)


def test_a_name_that_looks_like_sql_is_just_a_name() -> None:
    assert read_name("person", "'; drop table supervisors; --") == "'; drop table supervisors; --"


@pytest.mark.parametrize("other", ["王 磊", "王　磊", " 王磊 ", "王磊"])
def test_spellings_of_one_name_are_one_person(other: str) -> None:
    assert person_key(other) == person_key("王磊")


@pytest.mark.parametrize(
    ("one", "other"), [("买买提·艾力", "买买提•艾力"), ("买买提·艾力", "买买提・艾力"), ("ＬＩ　Ｗｅｉ", "li wei")]
)
def test_dots_width_and_case_tell_no_two_people_apart(one: str, other: str) -> None:
    assert person_key(one) == person_key(other)


def test_a_mark_behind_the_name_tells_namesakes_apart() -> None:
    assert person_key("王磊（上村）") != person_key("王磊")
    assert person_key("王磊（上村）") == person_key("王磊(上村)")


@pytest.mark.parametrize("typed", ["2026-02-29", "2026-13-01", "0000-01-01", "2026-9-1", "'; drop"])
def test_a_day_that_is_not_in_the_calendar_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="date"):
        read_day("date", typed)


def test_today_is_not_in_the_future_by_the_clocks_of_shanghai() -> None:
    assert read_past_day("date", "2026-09-03", NOW) == date(2026, 9, 3)
    with pytest.raises(Invalid, match="date"):
        read_past_day("date", "2026-09-04", NOW)


def test_an_instant_is_not_in_the_future() -> None:
    assert read_past_instant("open_time", stamp(NOW), NOW) == NOW
    with pytest.raises(Invalid, match="open_time"):
        read_past_instant("open_time", stamp(NOW + timedelta(seconds=1)), NOW)


@pytest.mark.parametrize("seconds", [10**15, -(10**15)])
def test_an_instant_beyond_the_calendar_is_refused(seconds: int) -> None:
    with pytest.raises(Invalid, match="open_time"):
        read_past_instant("open_time", Timestamp(seconds=seconds), NOW)


def test_a_text_of_blanks_says_nothing() -> None:
    assert read_text("reason", " 因故\n辞去。 ") == "因故\n辞去。"
    with pytest.raises(Invalid, match="reason"):
        read_text("reason", " \n\u3000")


def test_a_name_of_another_tenant_is_refused() -> None:
    assert local_id("unit", f"tenants/{TOWN}/units/{TOWN}.finance", TOWN) == f"{TOWN}.finance"
    assert local_id("unit", "", TOWN) == ""
    with pytest.raises(Invalid, match="OTHER_TENANT"):
        local_id("unit", "tenants/611021102/units/611021102.finance", TOWN)


@pytest.mark.parametrize(
    "other",
    [
        "会\u200b计",
        "会\u00ad计",
        "会计\ufe0f",
        "会\U000e0100计",
        "\u2060会计",
        "会\u3164计",
        "会计\u0332",
        " 会计\u3000",
    ],
)
def test_titles_that_print_alike_are_one(other: str) -> None:
    assert read_title("title", other) == "会计"


@pytest.mark.parametrize("title", ["会计", "𠮷野", "㐂", "a b", "café", "会 计（一）", "ＡＢ·丙"])
def test_a_title_that_is_printed_as_it_is_written_stays_so(title: str) -> None:
    assert read_title("title", title) == title


def test_a_title_of_which_nothing_is_printed_says_nothing() -> None:
    with pytest.raises(Invalid, match="title"):
        read_title("title", "\u200b \ufe0f")
