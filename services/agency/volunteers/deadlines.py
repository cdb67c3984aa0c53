"""What the calendar does to volunteers. Rights end by the date itself; these only announce it, each once."""

from __future__ import annotations

from datetime import datetime

from minshao.agency.v1 import VolunteerExpired, VolunteerTermEnding

from services.agency.volunteers.use_cases import lock_volunteer, record
from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.deadlines import Deadline


async def term_ending(tx: Tx, deadline: Deadline, now: datetime) -> None:
    """Announces that a term ends within 30 days."""
    volunteer = await lock_volunteer(tx, deadline.owner)
    if volunteer.end_time is None:
        record(tx, SYSTEM("agency"), volunteer, VolunteerTermEnding(), now)


async def term_expired(tx: Tx, deadline: Deadline, now: datetime) -> None:
    """Announces that a term has ended."""
    volunteer = await lock_volunteer(tx, deadline.owner)
    if volunteer.end_time is None:
        record(tx, SYSTEM("agency"), volunteer, VolunteerExpired(), now)
