"""The collections of tables that the gateway has; every feature's `store.py` adds to its own one."""

from __future__ import annotations

from services.common import schema
from services.common.foundation import FOUNDATION

metadata = schema.metadata()

COLLECTIONS = (FOUNDATION, metadata)
