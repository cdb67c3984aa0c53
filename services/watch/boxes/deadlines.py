"""A box that nobody has opened is announced, once per lapse."""

from __future__ import annotations

from datetime import datetime

from minshao.watch.v1 import BoxForgotten
from minshao.watch.v1 import BoxOpening as Opening

from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.deadlines import Deadline
from services.common.periods import local_date, overdue_from
from services.watch.boxes import store
from services.watch.boxes.domain import last_day_to_open
from services.watch.boxes.lapses import box_of
from services.watch.posts import store as posts
from services.watch.posts.use_cases import record


async def box_forgotten(tx: Tx, deadline: Deadline, now: datetime) -> None:
    """Announces that nobody has opened a box for fourteen days; the next opening starts the next lapse."""
    unit, box = box_of(deadline.owner)
    post = await posts.ROWS.lock(tx, unit)
    if post.retired:
        return
    since = local_date(await store.last_opening(tx, unit, box) or post.open_time)
    if overdue_from(last_day_to_open(since)) <= now:
        event = BoxForgotten(unit=unit, box=Opening.Box.ValueType(box), since=str(since))
        record(tx, SYSTEM("watch"), post, post, event, now)
