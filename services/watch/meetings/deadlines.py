"""A month that ended without a meeting is announced, once per post and month."""

from __future__ import annotations

from datetime import datetime, timedelta

from minshao.watch.v1 import MeetingMissed

from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.deadlines import Deadline
from services.common.periods import local_date
from services.watch.meetings import store
from services.watch.meetings.domain import Month
from services.watch.meetings.months import wait_for
from services.watch.posts import store as posts
from services.watch.posts.use_cases import record


async def month_ended(tx: Tx, deadline: Deadline, now: datetime) -> None:
    """Announces the month that has ended if nobody met in it, and waits for the next. Late sweeps leave none out."""
    unit = deadline.owner
    month = Month.of(local_date(deadline.due_time) - timedelta(days=1))
    post = await posts.ROWS.lock(tx, unit)
    if post.retired:
        return
    wait_for(tx, unit, month.next)
    if not await store.held_in(tx, unit, month):
        record(tx, SYSTEM("watch"), post, post, MeetingMissed(unit=unit, month=str(month)), now)
