"""The file of a published year: what it says is read, and a file with a slip is refused as a whole."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidFields
from services.common.workdays import Arrangement, Kind, Notice, SetDay, read_arrangement
from services.common.workdays.publication import write_arrangement

LAW = ("2027-01-01,放假,元旦", "2027-10-01,放假,国庆节")
"""The holidays that the law fixes and that lie on a weekday of 2027."""


def file(*lines: str, title: str = "# 2027 国办发明电〔2026〕9号 2026-11-05", header: str = "date,kind,reason") -> str:
    return "\n".join([title, header, *LAW, *lines, ""])


def refusals(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFields) as refused:
        read_arrangement(text)
    return [(each.field, each.reason) for each in refused.value.violations]


def test_a_file_gives_notice_and_days_by_date() -> None:
    arrangement = read_arrangement(file("2027-02-06,放假,春节", "2026-12-26,上班,元旦调休上班"))

    assert arrangement.notice == Notice(2027, "国办发明电〔2026〕9号", date(2026, 11, 5))
    assert arrangement.days == (
        SetDay(date(2026, 12, 26), Kind.WORKING, "元旦调休上班"),
        SetDay(date(2027, 1, 1), Kind.OFF, "元旦"),
        SetDay(date(2027, 2, 6), Kind.OFF, "春节"),
        SetDay(date(2027, 10, 1), Kind.OFF, "国庆节"),
    )


def test_number_and_date_of_the_notice_may_be_unknown() -> None:
    assert read_arrangement(file(title="# 2027")).notice == Notice(2027)
    assert read_arrangement(file(title="# 2027 国办发明电〔2026〕9号")).notice == Notice(2027, "国办发明电〔2026〕9号")


def test_a_file_that_a_spreadsheet_saved_is_read_the_same() -> None:
    saved = "\ufeff# 2027 国办发明电〔2026〕9号 2026-11-05,,\r\ndate,kind,reason\r\n"
    saved += "".join(f"{line}\r\n" for line in LAW) + ",,\r\n\r\n"

    assert read_arrangement(saved) == read_arrangement(file())


@given(
    st.dictionaries(
        st.dates(date(2025, 12, 1), date(2026, 12, 31)).filter(
            lambda day: (day.month, day.day) not in {(1, 1), (5, 1), (10, 1), (10, 2)}
        ),
        st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40),
        max_size=20,
    )
)
def test_what_is_written_is_read_again(reasons: dict[date, str]) -> None:
    law = {date(2026, month, day): "法定" for month, day in ((1, 1), (5, 1), (10, 1), (10, 2))}
    days = tuple(
        SetDay(day, Kind.WORKING if day.weekday() >= 5 else Kind.OFF, reason)
        for day, reason in sorted((law | reasons).items())
    )
    arrangement = Arrangement(Notice(2026, "国办发明电〔2025〕7号", date(2025, 11, 4)), days)

    assert read_arrangement(write_arrangement(arrangement)) == arrangement


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("2027-01-01,放假,元旦", ("lines[5].date", "day.twice")),
        ("2028-01-01,放假,元旦", ("lines[5].date", "day.year")),
        ("2026-11-30,放假,元旦", ("lines[5].date", "day.year")),
        ("2025-12-31,放假,元旦", ("lines[5].date", "day.year")),
        ("2027-03-01,上班,春节调休上班", ("lines[5].date", "day.weekday")),
        ("2027-02-29,放假,春节", ("lines[5].date", "date")),
        ("2027/2/6,放假,春节", ("lines[5].date", "date")),
        ("2027-W05-6,放假,春节", ("lines[5].date", "date")),
        ("2027-02-06,off,春节", ("lines[5].kind", "kind")),
        ("2027-02-06,放假,", ("lines[5].reason", "reason")),
        ("2027-02-06,放假," + "长" * 41, ("lines[5].reason", "reason")),
        ("2027-02-06,放假,春\u202e节", ("lines[5].reason", "reason")),
        ("2027-02-06,放假", ("lines[5]", "columns")),
        ('2027-02-06,放假,"春节', ("lines[5]", "line")),
    ],
)
def test_a_line_with_a_slip_is_refused_by_its_number(line: str, refusal: tuple[str, str]) -> None:
    assert refusals(file(line)) == [refusal]


def test_every_slip_is_named_at_once() -> None:
    assert refusals(file("2027-01-01,上班,元旦", "2030-01-01,放假,元旦")) == [
        ("lines[5].date", "day.weekday"),
        ("lines[6].date", "day.year"),
    ]


def test_a_day_twice_says_where_it_stood_before() -> None:
    with pytest.raises(InvalidFields, match="与第 3 行是同一天"):
        read_arrangement(file("2027-01-01,放假,元旦"))


def test_half_a_file_does_not_pass_for_a_year() -> None:
    half = file().replace(f"{LAW[1]}\n", "")

    with pytest.raises(InvalidFields, match="缺少法定假日 10月1日"):
        read_arrangement(half)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "date,kind,reason",
        "# 27 某号 2026-11-05",
        "# 2027 某号 2026年11月5日",
        "# 0001",
        f"# 2027 {'号' * 41}",
        "# 2027 某\u202e号",
    ],
)
def test_a_file_without_the_year_of_its_notice_is_refused(title: str) -> None:
    assert [field for field, _ in refusals(file(title=title))] == ["lines[1].notice"]


@pytest.mark.parametrize("text", ["", "# 2027", "# 2027\n\n\n", "# 2027\n2027-01-01,放假,元旦"])
def test_a_file_without_header_is_refused(text: str) -> None:
    assert [field for field, _ in refusals(text)] in (["lines[1].notice"], ["lines[2].header"])
