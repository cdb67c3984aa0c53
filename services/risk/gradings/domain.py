"""What meetings of leaderships decide on the grades of powers (domain §1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """What a meeting decided on the grade of a power; never changed."""

    id: str
    power: str
    meeting: str
    grade: int
    proposed_grade: int
    """What the rule proposed then."""
    grade_before: int
    """What counted before."""
    reason: str
    """Empty where it set the proposed one and gave none."""
    record_time: datetime
