"""The ledger: one entry per state change, which is audit trail, timeline, outbox and evidence at once."""

from services.common.ledger.entries import Actor, Entry, append, timeline
from services.common.ledger.numbering import Deposed, NumberedEntry, mark_published, number_pending, unpublished
from services.common.ledger.verification import Broken, Fault, Verdict, verify

__all__ = [
    "Actor",
    "Broken",
    "Deposed",
    "Entry",
    "Fault",
    "NumberedEntry",
    "Verdict",
    "append",
    "mark_published",
    "number_pending",
    "timeline",
    "unpublished",
    "verify",
]
