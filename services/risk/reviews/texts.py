"""What a person wrote to a risk review: sealed, since it may name people."""

from __future__ import annotations

from dataclasses import fields

from minshao.risk.v1 import RiskReviewPublished, TextEvidence

from services.common.sealed_texts import last
from services.risk.acting import Acting
from services.risk.reviews.domain import Texts
from services.risk.reviews.sight import reads_written
from services.risk.reviews.store import TEXTS, Review

ROLES = tuple(each.name for each in fields(Texts))


async def put(acting: Acting, review: Review, texts: Texts, told: RiskReviewPublished) -> None:
    """PENDING: seals what was written, and gives the event its evidence."""
    key = await acting.risk.sealer.new_key(acting.tx, review.id)
    for role in ROLES:
        if text := getattr(texts, role):
            id, mac = TEXTS.put(acting.tx, key, role, text, acting.actor.name, acting.now)
            getattr(told, role).CopyFrom(TextEvidence(id=id, mac=mac))


async def opened(acting: Acting, review: Review) -> Texts:
    """What was written, for whom it is meant."""
    if not reads_written(acting.actor, acting.tx.tenant):
        return Texts()
    found = await TEXTS.read(acting.tx, acting.risk.sealer, review.id, ROLES)
    return Texts(**{role: last(found, role) for role in ROLES})
