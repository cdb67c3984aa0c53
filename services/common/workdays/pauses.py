"""Pauses: time that a clock does not count, with the ground that the law gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from services.common.errors import Invalid

OPEN = date.max.toordinal() + 1
"""Where a pause ends that has no end yet: behind every day."""


class Ground(Enum):
    """Why a clock stands still.

    行政许可法 §45 leaves out the time that hearing, tender, auction, inspection, testing, quarantine, appraisal and
    expert review take; publicity 公示 is left out where a law asks for it. Materials that are asked for after
    acceptance stop the clock for as long as the applicant takes.
    """

    CORRECTION = "补正材料"
    HEARING = "听证"
    TENDER = "招标"
    AUCTION = "拍卖"
    INSPECTION = "检验检测"
    QUARANTINE = "检疫"
    APPRAISAL = "鉴定"
    EXPERT_REVIEW = "专家评审"
    PUBLICITY = "公示"

    @property
    def label(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause takes out the days after `start`, up to and including `end`: none when both are the same day.

    Raises Invalid when it ends before it starts.
    """

    ground: Ground
    start: date
    end: date | None = None
    """None while it lasts."""

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise Invalid("end", "暂停的结束日期不能早于开始日期。")

    @property
    def last(self) -> int:
        """Ordinal of the last day that it takes out, or `OPEN`."""
        return OPEN if self.end is None else self.end.toordinal()


def stretches(pauses: Iterable[Pause], start: int) -> list[tuple[int, int]]:
    """What the pauses take out behind the start, overlaps counted once: after the first, up to the second ordinal."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted((max(pause.start.toordinal(), start), pause.last) for pause in pauses):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        elif first < last:
            merged.append((first, last))
    return merged
