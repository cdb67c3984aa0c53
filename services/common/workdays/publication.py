"""The file with which a year's arrangement is published: the notice of the State Council, line by line.

    # 2026 国办发明电〔2025〕7号 2025-11-04
    date,kind,reason
    2026-01-01,放假,元旦
    2026-01-02,放假,元旦调休放假
    2026-01-04,上班,元旦调休上班

The first line names the year and, where they are known, the number and the date of the notice. Then each day that the
notice sets, in any order, as comma-separated values: `放假` or `上班`, and the reason as people will read it. A
weekend day off may stand in it, as it does in the notice, or be left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from services.common.errors import InvalidFields, Violation
from services.common.workdays.days import WEEKDAYS, Kind, SetDay

HEADER = ["date", "kind", "reason"]
LONGEST_REASON = 40

FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Holidays by law on fixed days, since 2025 (全国年节及纪念日放假办法 §2). No notice makes one a working day."""

_TITLE = re.compile(r"#\s*([0-9]{4})(?:\s+([^\s,]{1,40}))?(?:\s+([0-9]{4}-[0-9]{2}-[0-9]{2}))?[\s,]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice that publishes a year: `国务院办公厅关于…年部分节假日安排的通知`."""

    year: int
    number: str = ""
    """Such as `国办发明电〔2025〕7号`; empty where it is not known."""
    issued: date | None = None
    """The day on which it was issued; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a notice sets: days of its year, and of the December before."""

    notice: Notice
    days: tuple[SetDay, ...]
    """By date, each once, all national."""


def read_arrangement(text: str) -> Arrangement:
    """The arrangement in the file.

    Raises InvalidFields naming each line that is wrong: a day twice; a day that a notice of this year cannot set, which
    is any but those of the year and of the December before; a working day from Monday to Friday, since such a day is
    worked anyway and the date must be a slip; a holiday that the law fixes and that is not off, so that half a file
    does not pass for a year.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    notice = _notice(lines[0])
    wrong: list[Violation] = []
    days: dict[date, tuple[int, SetDay]] = {}
    for number, line in _rows(lines):
        try:
            each = _set_day(number, line, notice.year)
            if each.day in days:
                raise _violation(number, "date", f"与第 {days[each.day][0]} 行是同一天", "day.twice")
            days[each.day] = (number, each)
        except InvalidFields as error:
            wrong += error.violations
    if wrong or (wrong := _missing({day for day, (_, each) in days.items() if each.kind is Kind.OFF}, notice.year)):
        raise InvalidFields(wrong)
    return Arrangement(notice, tuple(days[day][1] for day in sorted(days)))


def write_arrangement(arrangement: Arrangement) -> str:
    """The file of the arrangement; reading it gives the arrangement again."""
    notice = arrangement.notice
    file = io.StringIO()
    file.write(" ".join(str(part) for part in ("#", notice.year, notice.number, notice.issued) if part) + "\n")
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(HEADER)
    rows.writerows((each.day, each.kind.label, each.reason) for each in arrangement.days)
    return file.getvalue()


def _notice(line: str) -> Notice:
    if (title := _TITLE.fullmatch(line)) is None or not (title[2] or "").isprintable():
        raise _violation(1, "notice", "应写明通知，如 # 2026 国办发明电〔2025〕7号 2025-11-04", "notice")
    year, number, issued = title.groups()
    if not date.min.year < int(year) < date.max.year:
        raise _violation(1, "notice", "年份不对", "notice.year")
    return Notice(int(year), number or "", _date(1, "notice", issued) if issued else None)


def _rows(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines behind the header that are not blank, with their numbers. Raises InvalidFields without header."""
    filled = [(number, line) for number, line in enumerate(lines[1:], 2) if line.strip(" ,\t")]
    if not filled or _fields(*filled[0]) != HEADER:
        raise _violation(filled[0][0] if filled else 2, "header", f"表头应为 {','.join(HEADER)}", "header")
    yield from filled[1:]


def _fields(number: int, line: str) -> list[str]:
    try:
        return [field.strip() for field in next(csv.reader([line], strict=True))]
    except csv.Error as error:
        raise _violation(number, "", "不是逗号分隔的文本", "line") from error


def _set_day(number: int, line: str, year: int) -> SetDay:
    fields = _fields(number, line)
    if len(fields) != len(HEADER):
        raise _violation(number, "", f"应有 {len(HEADER)} 列", "columns")
    written, kind, reason = fields
    day = _date(number, "date", written)
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        raise _violation(number, "date", f"{year} 年的通知只能安排 {year} 年和 {year - 1} 年 12 月的日子", "day.year")
    if kind not in {each.label for each in Kind}:
        raise _violation(number, "kind", "只能是“放假”或“上班”", "kind")
    # Characters that nobody can see, or that turn the direction of writing, are not printable.
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise _violation(number, "reason", f"应写明原因，不超过 {LONGEST_REASON} 个字，不含看不见的字符", "reason")
    if kind == Kind.WORKING.label and day.weekday() < 5:
        raise _violation(number, "date", f"{WEEKDAYS[day.weekday()]}本来就上班，日期可能有误", "day.weekday")
    return SetDay(day, Kind(kind), reason)


def _missing(off: set[date], year: int) -> list[Violation]:
    """The holidays that the law fixes, lie on a weekday, and are not off."""
    fixed = [date(year, month, day) for month, day in FIXED_HOLIDAYS] if year >= 2025 else []
    missing = [day for day in fixed if day.weekday() < 5 and day not in off]
    return [Violation("file", f"缺少法定假日 {day.month}月{day.day}日", "holiday.missing") for day in missing]


def _date(number: int, name: str, written: str) -> date:
    # Python reads more forms than this one, such as weeks.
    if _DAY.fullmatch(written):
        with suppress(ValueError):
            return date.fromisoformat(written)
    raise _violation(number, name, "日期应写成 2026-01-01 的样子，并且是存在的日子", "date")


def _violation(number: int, name: str, description: str, reason: str) -> InvalidFields:
    return InvalidFields([Violation(f"lines[{number}]{'.' if name else ''}{name}", description, reason)])
