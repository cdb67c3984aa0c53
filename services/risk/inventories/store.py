"""The table of inventories and its queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.organisation.store import UNITS
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table
from services.risk.inventories.domain import Inventory
from services.risk.tables import metadata

INVENTORIES = tenant_table(
    "inventories",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("key_areas", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("open_time", instant(), nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.Column("moment", instant(), nullable=False),
    references(UNITS, "id=code"),
    key=("id",),
    app=("select", "insert", "update (version, key_areas, retired, moment)"),
)

ROWS = Rows(INVENTORIES, Inventory, "权力清单")

_i = INVENTORIES.c


def open_at(tenant: sa.Column[str], unit: sa.Column[str]) -> sa.ColumnElement[bool]:
    """That the inventory of the unit in a row is not retired."""
    return sa.exists().where(_i.tenant == tenant, _i.id == unit, _i.retired.is_(False))


async def first_opened(tx: Tx) -> datetime | None:
    """When the first inventory of the tenant was opened."""
    return await tx.scalar(sa.select(sa.func.min(_i.open_time)).where(_i.tenant == tx.tenant))


async def lock_those(tx: Tx, units: Collection[str]) -> dict[str, Inventory]:
    """The inventories of those of the units that have one, by unit, locked until the transaction ends."""
    return {each.id: each for each in await ROWS.lock_all(tx, _i.id.in_(sorted(units)))}


async def page(
    tx: Tx, units: Collection[str] | None, show_retired: bool, descending: bool, after: tuple[str] | None, limit: int
) -> list[Inventory]:
    """At most `limit` inventories of these units behind `after`, by unit; None for every unit."""
    conditions = [] if show_retired else [_i.retired.is_(False)]
    if units is not None:
        conditions.append(_i.id.in_(sorted(units)))
    return await ROWS.page(tx, conditions, (_i.id,), after, limit, descending=descending)
