"""Why there is a reward or a penalty, and who decided it: sealed, since it may name people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from minshao.agency.v1 import TextEvidence

from services.agency.assessments.store import TEXTS
from services.common.database import Tx
from services.common.sealing import DataKey, Sealer

GROUND = "ground"
DECIDER = "decider"


@dataclass(frozen=True, slots=True)
class Opened:
    """The texts of one consequence; empty once they were shredded."""

    ground: str = ""
    decider: str = ""


def put(tx: Tx, key: DataKey, role: str, text: str, author: str, now: datetime) -> TextEvidence:
    """PENDING: seals a text; returns what the ledger may hold of it."""
    id, mac = TEXTS.put(tx, key, role, text, author, now)
    return TextEvidence(id=id, mac=mac)


async def opened(tx: Tx, sealer: Sealer, ids: Collection[str]) -> dict[str, Opened]:
    """The texts of these consequences, by id, in two queries."""
    if not ids:
        return {}
    t = TEXTS.table.c
    keys = await sealer.keys(tx, ids)
    rows = await tx.rows(sa.select(TEXTS.table).where(t.tenant == tx.tenant, t.consequence.in_(sorted(keys))))
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.consequence, {})[row.role] = keys[row.consequence].open(t.sealed, row.id, row.sealed)
    return {id: Opened(found.get(id, {}).get(GROUND, ""), found.get(id, {}).get(DECIDER, "")) for id in ids}
