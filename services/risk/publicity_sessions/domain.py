"""Publicity 宣传 that leading groups hold for the control of risks (domain §1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.words import Word


class Kind(Word):
    MEETING = 1, "会议"
    COLUMN = 2, "专栏"
    LOCAL_NETWORK = 3, "局域网"
    BRIEFING = 4, "简报"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Publicity that was held on a day."""

    id: str
    risk_group: str
    kind: Kind
    date: date
    reach_count: int
    """How many people it reached."""
    sealed_note: bytes | None = None
    recorder: str
    record_time: datetime
