"""Waiting for the meeting of each month: the deadline of one month sets that of the next.

The first month that counts is the first that the post has whole.
"""

from __future__ import annotations

from datetime import datetime

from services.common import deadlines
from services.common.database import Tx
from services.common.periods import local_date, overdue_from
from services.watch.meetings.domain import Month, first_full_month

MEETING_MISSED = "post.meeting_missed"


def start_months(tx: Tx, unit: str, now: datetime) -> None:
    """Begins to wait for the meetings of a post that is opened now."""
    wait_for(tx, unit, first_full_month(local_date(now)))


def wait_for(tx: Tx, unit: str, month: Month) -> None:
    """Has the end of the month looked at."""
    deadlines.schedule(tx, MEETING_MISSED, unit, overdue_from(month.last_day))


def end_months(tx: Tx, unit: str) -> None:
    """Nobody waits for the meetings of a post that was retired."""
    deadlines.cancel(tx, unit, MEETING_MISSED)
