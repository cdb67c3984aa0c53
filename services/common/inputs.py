"""What people typed, as values of the domain: names, texts, days. What is wrong is told with the field.

Control characters never get here: the chain of every call refuses them.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from services.common.characters import printable, without_invisible
from services.common.errors import Invalid
from services.common.periods import local_date


def read_name(field: str, typed: str) -> str:
    """The name of a person, without blanks around it, with single ones in it, and without what nobody sees."""
    name = " ".join(unicodedata.normalize("NFC", without_invisible(typed)).split())
    if not any(character.isalpha() for character in name):
        raise Invalid(field, "请填写姓名。")
    return name


def read_text(field: str, typed: str) -> str:
    """A text that says something, without blanks around it."""
    if not (text := typed.strip()):
        raise Invalid(field, "内容不能为空。")
    return text


def read_title(field: str, typed: str) -> str:
    """A title as it is printed, on one line and without what nobody sees: no two of them look alike."""
    return read_text(field, printable(typed))


YEARS = range(1900, 2200)
"""Days and instants outside of these years are slips of the pen; some could not even be counted from."""


def read_day(field: str, typed: str) -> date:
    """A day of the calendar, written as `2026-09-01`."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise Invalid(field, "没有这一天，日期应形如 2026-09-01。") from None
    if day.year not in YEARS:
        raise Invalid(field, "年份不在允许的范围内。")
    return day


def read_past_day(field: str, typed: str, now: datetime) -> date:
    """A day that is not in the future in Asia/Shanghai; today is none of the future."""
    if (day := read_day(field, typed)) > local_date(now):
        raise Invalid(field, "日期不能晚于今天。")
    return day


def read_instant(field: str, given: Timestamp) -> datetime:
    """An instant in UTC, to the microsecond."""
    try:
        instant = given.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Invalid(field, "没有这个时间。") from None
    if instant.year not in YEARS:
        raise Invalid(field, "年份不在允许的范围内。")
    return instant


def read_past_instant(field: str, given: Timestamp, now: datetime) -> datetime:
    """An instant in UTC that is not in the future, to the microsecond."""
    if (instant := read_instant(field, given)) > now:
        raise Invalid(field, "时间不能晚于现在。")
    return instant


def local_id(field: str, name: str, tenant: str) -> str:
    """The last part of a resource name of the tenant, such as a unit's code. Empty for an empty name."""
    if name and name.split("/")[1] != tenant:
        raise Invalid(field, f"应当属于 tenants/{tenant}。", reason="OTHER_TENANT")
    return name.rpartition("/")[2]
