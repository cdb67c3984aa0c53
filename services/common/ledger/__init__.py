"""The ledger: one entry per state change, which is audit trail, timeline, outbox and evidence at once."""

from services.common.ledger.entries import Entry, append, timeline

__all__ = ["Entry", "append", "timeline"]
