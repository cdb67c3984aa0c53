"""Counting again until when bad ratings must be answered, when the calendar has changed: as for cases, in batches."""

from __future__ import annotations

from minshao.agency.v1 import RatingFollowUpMoved

from services.agency.calendars.store import changes_after, why_since
from services.agency.cases.acting import Acting
from services.agency.cases.recounting import BATCH
from services.agency.ratings import store
from services.agency.ratings.recording import organ_shown, record


async def recount(acting: Acting) -> bool:
    """Counts a batch again; whether there may be more."""
    tx, revision = acting.tx, acting.dated.revision
    found = await store.behind(tx, revision, BATCH)
    changes = await changes_after(tx, min(counted for _, counted in found)) if found else []
    stayed = []
    for follow_up, counted in found:
        after = follow_up.recounted(acting.dated.calendar)
        if after == follow_up:
            stayed.append(follow_up.rating)
            continue
        rating, _ = await store.load(tx, follow_up.rating)
        event = RatingFollowUpMoved(
            organ=organ_shown(after.organ),
            due_date=str(after.due_date),
            old_date=str(follow_up.due_date),
            why=why_since(changes, counted),
        )
        await record(acting, rating, follow_up, after, event)
    if stayed:
        store.save_revision(tx, stayed, revision)
    return len(found) == BATCH
