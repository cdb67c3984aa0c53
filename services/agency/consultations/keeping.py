"""Keeping and forgetting a consultation: it ends when it is answered, or becomes a case."""

from __future__ import annotations

from datetime import datetime

from services.agency.acting import Acting
from services.agency.consultations import store
from services.agency.forgetting import keep, keep_receipt, tell_expired
from services.common.database import Tx

RECEIPT_EXPIRY = "consultation.receipt_expiry"


async def keep_ended(tx: Tx, id: str, ended: datetime) -> None:
    """Sets when the receipt, and what was asked and answered, come to their end."""
    await keep(tx, "consultations", id, ended)
    await keep_receipt(tx, RECEIPT_EXPIRY, id, ended)


async def expire_receipt(acting: Acting, id: str) -> None:
    """The receipt code opens nothing any more."""
    if await store.RECEIPTS.forget(acting.tx, id):
        tell_expired(acting.tx, acting.actor, f"consultations/{id}", acting.now)
