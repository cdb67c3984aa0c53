"""The words of the contract's enums, as the domain uses them: with their number, and as people read them."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class Word(IntEnum):
    """A word with its number in the contract and its Chinese name: `VILLAGE = 5, "村"`."""

    label: str

    def __new__(cls, number: int, label: str = "") -> Self:
        member = int.__new__(cls, number)
        member._value_ = number
        member.label = label
        return member
