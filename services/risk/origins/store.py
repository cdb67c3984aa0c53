"""The reports that the risk service has heard of, and from whom what comes of each is kept by now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

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
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("cadres", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("accounts", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("units", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False, server_default="{}"),
    key=("name",),
    app=("select", "insert", "update (version, level, cadres, accounts, units)"),
)
"""`version` is that of the report when the level was said; by name it is kept from all from whom it ever was."""

_KNOW = sa.text(
    """
    INSERT INTO origins AS known (tenant, name, version, level, cadres, accounts, units)
    SELECT :this_tenant, said.name, said.version, said.level, said.cadres, said.accounts, said.units
    FROM jsonb_to_recordset(CAST(:said AS jsonb))
        AS said (name text, version bigint, level smallint, cadres text[], accounts text[], units text[])
    ORDER BY said.name
    ON CONFLICT (tenant, name) DO UPDATE SET
        version = greatest(known.version, excluded.version),
        level = CASE WHEN excluded.version >= known.version THEN excluded.level ELSE known.level END,
        cadres = ARRAY(SELECT DISTINCT unnest(known.cadres || excluded.cadres)),
        accounts = ARRAY(SELECT DISTINCT unnest(known.accounts || excluded.accounts)),
        units = ARRAY(SELECT DISTINCT unnest(known.units || excluded.units))
    RETURNING name, level, cadres, accounts, units
    """
)


@dataclass(frozen=True, slots=True)
class Said:
    """From whom a report is kept, as events say, up to this version of it."""

    version: int
    kept_from: KeptFrom
    trace: str
    """The `traceparent` of what told it last."""

    def and_then(self, other: Said) -> Said:
        """With what came later: kept from all from whom either says; the level is that of the later version."""
        level = max(self, other, key=lambda each: each.version).kept_from.level
        kept_from = replace(self.kept_from.and_from(other.kept_from), level=level)
        return Said(max(self.version, other.version), kept_from, other.trace)


async def know(tx: Tx, said: Mapping[str, Said]) -> dict[str, KeptFrom]:
    """Adds what is said of reports, by their resource names, to what is known of them, and returns that. Holds them
    until the transaction ends: who collects of a report and who restricts what came of it wait for each other."""
    rows = [
        {
            "name": name,
            "version": each.version,
            "level": each.kept_from.level,
            "cadres": in_order(each.kept_from.cadres),
            "accounts": in_order(each.kept_from.accounts),
            "units": in_order(each.kept_from.units),
        }
        for name, each in said.items()
    ]
    known = await tx.rows(_KNOW, {"this_tenant": tx.tenant, "said": json.dumps(rows)})
    return {
        row.name: KeptFrom(Level(row.level), frozenset(row.cadres), frozenset(row.accounts), frozenset(row.units))
        for row in known
    }
