"""The reports that the risk service has heard of, and from whom what comes of each is kept by now."""

from __future__ import annotations

import json
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.columns import Of
from services.common.database import Tx
from services.common.schema import tenant_table
from services.risk.kept import KeptFrom, in_order
from services.risk.levels import Level
from services.risk.tables import metadata

ORIGINS = tenant_table(
    "origins",
    metadata,
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("cadres", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("accounts", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("units", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False, server_default="{}"),
    key=("name",),
    app=("select", "insert", "update (level, cadres, accounts, units)"),
)

_KNOW = sa.text(
    """
    INSERT INTO origins AS known (tenant, name, level, cadres, accounts, units)
    SELECT :this_tenant, said.name, said.level, said.cadres, said.accounts, said.units
    FROM jsonb_to_recordset(CAST(:said AS jsonb))
        AS said (name text, level smallint, cadres text[], accounts text[], units text[])
    ORDER BY said.name
    ON CONFLICT (tenant, name) DO UPDATE SET
        level = greatest(known.level, excluded.level),
        cadres = ARRAY(SELECT DISTINCT unnest(known.cadres || excluded.cadres)),
        accounts = ARRAY(SELECT DISTINCT unnest(known.accounts || excluded.accounts)),
        units = ARRAY(SELECT DISTINCT unnest(known.units || excluded.units))
    RETURNING name, level, cadres, accounts, units
    """
)


async def know(tx: Tx, said: Mapping[str, KeptFrom]) -> dict[str, KeptFrom]:
    """Adds what is said of reports, by their resource names, to what is known of them, and returns that. Holds them
    until the transaction ends: who collects of a report and who restricts what came of it wait for each other."""
    rows = [
        {
            "name": name,
            "level": each.level,
            "cadres": in_order(each.cadres),
            "accounts": in_order(each.accounts),
            "units": in_order(each.units),
        }
        for name, each in said.items()
    ]
    known = await tx.rows(_KNOW, {"this_tenant": tx.tenant, "said": json.dumps(rows)})
    return {
        row.name: KeptFrom(Level(row.level), frozenset(row.cadres), frozenset(row.accounts), frozenset(row.units))
        for row in known
    }
