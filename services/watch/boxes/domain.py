"""Rules of the boxes: complaint box 投诉箱 and opinion box 征求意见箱, each opened by two people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.errors import Invalid
from services.common.words import Word
from services.watch.persons import person_key

FORGOTTEN_DAYS = 14


class Box(Word):
    """Which box, numbered as in `minshao.watch.v1.BoxOpening.Box`."""

    COMPLAINT = 1, "投诉箱"
    OPINION = 2, "征求意见箱"


@dataclass(frozen=True, slots=True)
class BoxOpening:
    """One opening of a box."""

    id: str
    unit: str
    box: Box
    open_time: datetime
    openers: tuple[str, str]
    letter_count: int
    recorder: str
    """Resource name of the account that logged it."""
    registered_count: int = 0
    """How many of the letters have become reports."""


def last_day_to_open(since: date) -> date:
    """The fourteenth day after the last opening, or after the post's own: with its end the box is forgotten."""
    return since + timedelta(days=FORGOTTEN_DAYS)


def check_openers(openers: tuple[str, str]) -> None:
    """A box is opened by two people. Raises Invalid where both names are those of one."""
    if person_key(openers[0]) == person_key(openers[1]):
        raise Invalid("openers", "开箱须由两个不同的人共同进行。", reason="SAME_PERSON")
