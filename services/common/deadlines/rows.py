"""Setting and lifting deadlines, in the transaction of what they are set for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.foundation import DEADLINES


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is due for one thing. A thing has at most one deadline of a kind."""

    kind: str
    """Such as `report.overdue`; names the handler that fires it."""
    owner: str
    """The thing that it is for, as its handler knows it: an id, or a resource name."""
    due_time: datetime
    """The instant from which it fires (domain time, UTC)."""


_rows = DEADLINES.c
_these = (
    _rows.tenant == sa.bindparam("this_tenant"),
    _rows.owner == sa.bindparam("this_owner"),
    _rows.kind == sa.any_(sa.bindparam("these_kinds", type_=postgresql.ARRAY(sa.Text))),
)
_free = sa.select(_rows.owner, _rows.kind).where(*_these).with_for_update(skip_locked=True)
LIFT = sa.delete(DEADLINES).where(*_these, sa.tuple_(_rows.owner, _rows.kind).in_(_free))
"""Made once: to build it takes longer than to send it."""


def schedule(tx: Tx, kind: str, owner: str, due: datetime) -> None:
    """PENDING: sets the owner's deadline of this kind, or moves it. One that lies in the past fires at once."""
    tx.upsert(DEADLINES, ("owner", "kind"), owner=owner, kind=kind, due_time=due, attempts=0, not_before=None)


async def set_for(tx: Tx, owners: Collection[str]) -> list[Deadline]:
    """What is still to come for these."""
    theirs = sa.select(_rows.kind, _rows.owner, _rows.due_time).where(
        _rows.tenant == tx.tenant, _rows.owner.in_(sorted(owners))
    )
    return [Deadline(*row) for row in await tx.rows(theirs)]


def cancel(tx: Tx, owner: str, *kinds: str) -> None:
    """PENDING: lifts the owner's deadlines of these kinds.

    One that is firing at this moment is let through: to wait for it, with the owner's row locked, while its handler
    waits for that row, would be a deadlock. The handler sees the owner as this transaction leaves it.
    """
    tx.write(LIFT, {"this_tenant": tx.tenant, "this_owner": owner, "these_kinds": kinds})
