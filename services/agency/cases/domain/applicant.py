"""The applicant 申办人 of a case: whose numbers are checked when they are typed, and sealed then."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from services.common.errors import Invalid

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}[0-9]{7,8}")
OLDEST = 150
_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CHINA = re.compile(r"(?:\+|00)86|86(?=1[3-9][0-9]{9}$)")
_SEPARATORS = re.compile(r"[\s\-‐–—−()]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
"""GB 11643-1999: the check digit by the weighted sum modulo 11."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies."""

    name: str
    phone: str
    identity_number: str = ""
    """公民身份号码; empty where it was not given."""


def read_phone(field: str, typed: str) -> str:
    """The digits of a telephone number as one dials it in China, so that each number has one spelling; separators,
    full-width digits and `+86` are fine. Raises Invalid."""
    phone = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))
    if code := _CHINA.match(phone):
        phone = phone[code.end() :]
        if not _MOBILE.fullmatch(phone):
            phone = "0" + phone.removeprefix("0")
    if not (_MOBILE.fullmatch(phone) or _LANDLINE.fullmatch(phone)):
        raise Invalid(field, "应为 11 位手机号码，或带区号的固定电话。", reason="PHONE")
    return phone


def read_identity_number(field: str, typed: str, today: date) -> str:
    """Eighteen places with a day of birth and the right check digit (GB 11643). Raises Invalid, which does not repeat
    what was typed."""
    number = unicodedata.normalize("NFKC", typed).strip().upper()
    if not _IDENTITY.fullmatch(number):
        raise Invalid(field, "公民身份号码为 18 位。", reason="IDENTITY_NUMBER")
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    if _CHECK_DIGITS[weighted % 11] != number[-1]:
        raise Invalid(field, "公民身份号码的校验码不对，请核对。", reason="CHECK_DIGIT")
    if not _is_birth(number[6:14], today):
        raise Invalid(field, "公民身份号码中的出生日期不对，请核对。", reason="BIRTH_DATE")
    return number


def _is_birth(digits: str, today: date) -> bool:
    """Whether it is a day on which somebody who lives today can have been born."""
    try:
        born = date.fromisoformat(digits)
    except ValueError:
        return False
    return today.year - born.year <= OLDEST and born <= today
