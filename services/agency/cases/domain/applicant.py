"""The applicant 申办人 of a case: whose numbers are checked when they are typed, and sealed then."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from services.common.errors import Invalid

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}[0-9]{7,8}")
_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SEPARATORS = {ord(character): None for character in " -–—()（）"}
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
    """The digits of a telephone number; separators and full-width digits are fine. Raises Invalid."""
    phone = unicodedata.normalize("NFKC", typed).translate(_SEPARATORS)
    if not (_MOBILE.fullmatch(phone) or _LANDLINE.fullmatch(phone)):
        raise Invalid(field, "应为 11 位手机号码，或带区号的固定电话。", reason="PHONE")
    return phone


def read_identity_number(field: str, typed: str) -> str:
    """Eighteen places with the right check digit (GB 11643). Raises Invalid, which does not repeat what was typed."""
    number = unicodedata.normalize("NFKC", typed).strip().upper()
    if not _IDENTITY.fullmatch(number):
        raise Invalid(field, "公民身份号码为 18 位。", reason="IDENTITY_NUMBER")
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    if _CHECK_DIGITS[weighted % 11] != number[-1]:
        raise Invalid(field, "公民身份号码的校验码不对，请核对。", reason="CHECK_DIGIT")
    return number
