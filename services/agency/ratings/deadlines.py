"""What the deadlines of a follow-up cause: an answer that did not come in time, and an applicant who says nothing."""

from __future__ import annotations

from minshao.agency.v1 import RatingFollowUpOverdue

from services.agency.cases.acting import Acting
from services.agency.ratings import store
from services.agency.ratings.domain.follow_up import Ending, FollowUp, Ground
from services.agency.ratings.domain.rating import Rating
from services.agency.ratings.recording import (
    ANSWER_DUE,
    CHECK_DUE,
    deadlines_of,
    organ_shown,
    record,
    record_end,
    record_escalation,
)
from services.common import deadlines

KINDS = (ANSWER_DUE, CHECK_DUE)


async def fire(acting: Acting, kind: str, id: str) -> None:
    """What the deadline causes, if it still holds. One that another calendar has moved waits for its new time."""
    rating, follow_up = await store.lock(acting.tx, id)
    if follow_up is None:
        return
    counted = follow_up.recounted(acting.dated.calendar)
    if (due := deadlines_of(counted).get(kind)) is None:
        return
    if due > acting.now:
        deadlines.schedule(acting.tx, kind, id, due)
    elif kind == CHECK_DUE:
        await record_end(acting, rating, follow_up, follow_up.closed(Ending.SILENCE), None)
    else:
        await _miss(acting, rating, follow_up)


async def _miss(acting: Acting, rating: Rating, follow_up: FollowUp) -> None:
    event = RatingFollowUpOverdue(organ=organ_shown(follow_up.organ), due_date=str(follow_up.due_date))
    missed = await record(acting, rating, follow_up, follow_up.missed(), event)
    if missed.next_organ is not None:
        escalated = missed.escalated(acting.today, acting.dated.calendar)
        await record_escalation(acting, rating, missed, escalated, Ground.OVERDUE, None)
