"""Receipts, found by the keyed hash of their code."""

from __future__ import annotations

import sqlalchemy as sa

from services.common.receipts import Receipts
from services.watch.tables import metadata

RECEIPTS = Receipts.beside("receipts", metadata, "report", "reports")

_r = RECEIPTS.table.c
sa.Index("receipts_report_idx", _r.tenant, _r.report)
