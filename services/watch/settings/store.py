"""The table of the towns' settings; a town without a row has the defaults."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.schema import tenant_table
from services.watch.settings.domain import TownSettings
from services.watch.tables import metadata

TOWN_SETTINGS = tenant_table(
    "town_settings",
    metadata,
    sa.Column("receipt_days", sa.Integer, nullable=False),
    sa.Column("retention_years", sa.Integer, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    app=("select", "insert", "update"),
)


async def town_settings(tx: Tx) -> TownSettings:
    """What holds in the town of the transaction."""
    row = await tx.row(sa.select(TOWN_SETTINGS).where(TOWN_SETTINGS.c.tenant == tx.tenant))
    return TownSettings() if row is None else TownSettings(row.receipt_days, row.retention_years, row.version)


def save(tx: Tx, settings: TownSettings) -> None:
    """Sets what holds from now on, as a pending write."""
    values = {
        "receipt_days": settings.receipt_days,
        "retention_years": settings.retention_years,
        "version": settings.version,
    }
    new = postgresql.insert(TOWN_SETTINGS).values(tenant=tx.tenant, **values)
    tx.write(new.on_conflict_do_update(index_elements=[TOWN_SETTINGS.c.tenant], set_=values))
