"""What the calendar does to supervisors. Rights end by the date itself; these only announce it, each once."""

from __future__ import annotations

from datetime import datetime

from minshao.watch.v1 import SupervisorExpired, SupervisorTermEnding

from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.deadlines import Deadline
from services.watch.supervisors.use_cases import lock_supervisor, record


async def term_ending(tx: Tx, deadline: Deadline, now: datetime) -> None:
    """Announces that a term ends within 30 days."""
    supervisor = await lock_supervisor(tx, deadline.owner)
    if supervisor.end_time is None:
        record(tx, SYSTEM("watch"), supervisor, SupervisorTermEnding(), now)


async def term_expired(tx: Tx, deadline: Deadline, now: datetime) -> None:
    """Announces that a term has ended."""
    supervisor = await lock_supervisor(tx, deadline.owner)
    if supervisor.end_time is None:
        record(tx, SYSTEM("watch"), supervisor, SupervisorExpired(), now)
