"""The collections of tables that the risk service has; every feature's `store.py` adds to its own one."""

from __future__ import annotations

from services.common import schema
from services.common.foundation import FOUNDATION
from services.common.organisation.store import ORGANISATION
from services.common.receipts.tries import RECEIPTS

metadata = schema.metadata()

COLLECTIONS = (FOUNDATION, ORGANISATION, RECEIPTS, metadata)
