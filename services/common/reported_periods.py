"""Periods that are reported on: years, quarters, months, or any days; as people write and read them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.errors import Invalid
from services.common.inputs import read_day
from services.common.periods import in_words, start_of_day


@dataclass(frozen=True, slots=True)
class Period:
    """Days of Shanghai, both included."""

    first: date
    last: date
    written: str
    """As it was asked for."""
    title: str
    """As people read it."""

    @property
    def start(self) -> datetime:
        """The midnight with which it begins."""
        return start_of_day(self.first)

    @property
    def end(self) -> datetime:
        """The midnight that ends it."""
        return start_of_day(self.last + timedelta(days=1))

    @property
    def months(self) -> list[str]:
        """The months of which a day lies in it, each as `2026-09`."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return [each.written for each in months_up_to(self.last, count)]

    def check_since(self, began: date) -> None:
        """Raises Invalid where it was over before there was anything to report."""
        if self.last < began:
            raise Invalid("period", f"{in_words(began)}才开始登记，没有可报告的内容。", reason="PERIOD_TOO_EARLY")

    def check_over(self, today: date) -> None:
        """Raises Invalid where it has not ended before today."""
        if self.last >= today:
            raise Invalid("period", "这段时间尚未结束，不能发布。", reason="PERIOD_NOT_OVER")


_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
_WRITTEN = re.compile(r"([1-9][0-9]{3})(?:Q([1-4])|-(0[1-9]|1[0-2]))?")


def read_period(field: str, written: str) -> Period:
    """A year `2026`, a quarter `2026Q3` or a month `2026-09`. Raises Invalid."""
    return _of_calendar(field, written, "应形如 2026、2026Q3 或 2026-09。")


def read_period_or_days(field: str, written: str) -> Period:
    """The same, or two days `2026-09-01/2026-09-30`. Raises Invalid."""
    if "/" not in written:
        return _of_calendar(field, written, "应形如 2026、2026Q3、2026-09 或 2026-09-01/2026-09-30。")
    first, last = (read_day(field, day) for day in written.split("/"))
    if last < first:
        raise Invalid(field, "结束日期不能早于开始日期。", reason="PERIOD_BACKWARDS")
    return Period(first, last, written, f"{in_words(first)}至{in_words(last)}")


def _of_calendar(field: str, written: str, expected: str) -> Period:
    if (match := _WRITTEN.fullmatch(written)) is None:
        raise Invalid(field, expected, reason="PERIOD")
    year, quarter, month = match.groups()
    if quarter:
        title, start, months = f"{year}年{_QUARTERS[int(quarter) - 1]}", 3 * int(quarter) - 2, 3
    elif month:
        title, start, months = f"{year}年{int(month)}月", int(month), 1
    else:
        title, start, months = f"{year}年", 1, 12
    first = read_day(field, f"{year}-{start:02}-01")
    return Period(first, _months_later(first, months) - timedelta(days=1), written, title)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.month - 1 + months, 12)
    return date(first.year + year, month + 1, 1)


def months_up_to(day: date, count: int) -> list[Period]:
    """So many months, the oldest first, of which the day lies in the last."""
    firsts = [_months_later(day.replace(day=1), -back) for back in range(count)]
    return [read_period("period", f"{first:%Y-%m}") for first in reversed(firsts)]
