"""Keeping and forgetting a supervision card: it ends when it comes back, or when its code expires without that."""

from __future__ import annotations

from dataclasses import replace

from services.agency.acting import Acting
from services.agency.cards import store
from services.agency.forgetting import keep, tell_expired

CODE_EXPIRY = "card.code_expiry"


async def expire_code(acting: Acting, id: str) -> None:
    """The code returns nothing any more; a card that has not come back has ended by that."""
    before = await store.ROWS.lock(acting.tx, id)
    if before.code_expire_time is not None:
        return
    store.ROWS.save(acting.tx, before, replace(before, code_hash=None, code_expire_time=acting.now))
    if before.return_time is None:
        await keep(acting.tx, "cards", id, acting.now)
    tell_expired(acting.tx, acting.actor, f"cards/{id}", acting.now)
