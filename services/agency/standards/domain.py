"""The standards of agency points 六有、十个一 (domain §3, Points and people): two lists that the county publishes.

A published version never changes; an inspection keeps the version that it was held against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.agency.points.domain import Tier
from services.common.errors import InvalidFields, Violation

SIX, TEN = 6, 10
"""The lists are called by how many checks they have, so they have as many."""

CHECKED = frozenset({Tier.VILLAGE, Tier.TOWN})
"""The points of which the standards speak: rooms and centres, not the windows in the county's hall."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that an inspection looks at."""

    code: str
    title: str
    looked_at: str


@dataclass(frozen=True, slots=True)
class Content:
    """What one version says."""

    six_haves: tuple[Check, ...]
    ten_ones: tuple[Check, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        return (*self.six_haves, *self.ten_ones)


@dataclass(frozen=True, slots=True)
class Standards:
    """A published version."""

    version: int
    """From 1, without gaps."""
    content: Content
    publish_time: datetime


def check_content(content: Content) -> None:
    """Raises InvalidFields with everything that is wrong."""
    if wrong := [*_violations(content)]:
        raise InvalidFields(wrong)


def _violations(content: Content) -> Iterator[Violation]:
    lists = (
        ("content.six_haves", "六有", content.six_haves, SIX),
        ("content.ten_ones", "十个一", content.ten_ones, TEN),
    )
    for field, title, checks, size in lists:
        if len(checks) != size:
            yield Violation(field, f"“{title}”应当正好{size}项，现有{len(checks)}项。", "CHECK_COUNT")
    times = Counter(check.code for check in content.checks)
    for field, _, checks, _ in lists:
        for index, check in enumerate(checks):
            if times[check.code] > 1:
                yield Violation(f"{field}[{index}].code", "同一编码只能用一次。", "CODE_TWICE")
