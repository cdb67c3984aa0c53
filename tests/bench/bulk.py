"""Registers as they are after years: made by the superuser, whom no row security binds, from one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg

YEAR = 2000
"""The year of the numbers that are made up here, so that they meet none that a service has given."""

ID = "lpad({n}::text, 32, '0')"
"""The id of the n-th report of a tenant."""


async def fill_register(
    connection: asyncpg.Connection, tenants: Sequence[str], count: int, *, still_open: bool = False
) -> None:
    """Adds so many reports, the n-th to the tenant n modulo their number: one a minute back from now, in forty units;
    half of them the units' own matters, half the town's; all of them still open, or one in twenty."""
    tenant = f"(ARRAY[{', '.join(repr(each) for each in tenants)}])[1 + n % {len(tenants)}]"
    time = "now() - n * interval '1 minute'"
    unit = f"{tenant} || '.u' || (n % 40)"
    made: Mapping[str, str] = {
        "tenant": tenant,
        "id": ID.format(n="n"),
        "number": "'景村监〔' || 2000 || '〕' || n || '号'",
        "register": tenant,
        "year": str(YEAR),
        "serial": "n",
        "unit": unit,
        "level": "1 + n % 2",
        "organ": f"CASE n % 2 WHEN 0 THEN {unit} ELSE {tenant} || '.discipline' END",
        "state": "1" if still_open else "CASE n % 20 WHEN 0 THEN 1 ELSE 5 END",
        "receive_time": time,
        "register_time": time,
        "period_start": time,
        "first_due_time": f"{time} + interval '8 days'",
        "due_time": f"{time} + interval '8 days'",
    }
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'reports' ORDER BY ordinal_position"
    )
    names = [row[0] for row in rows]
    values = ", ".join(made.get(name, f"sample.{name}") for name in names)
    async with connection.transaction():
        indexes = await _take_indexes_away(connection) if count > 100_000 else []
        await connection.execute(
            f"INSERT INTO reports ({', '.join(names)}) SELECT {values}"
            f" FROM generate_series(1, {count}) AS n, (SELECT * FROM reports LIMIT 1) AS sample"
        )
        for index in indexes:
            await connection.execute(index)
    await connection.execute("ANALYZE reports")


async def _take_indexes_away(connection: asyncpg.Connection) -> list[str]:
    """Drops the indexes of reports but the primary key, and returns what makes them again: that is much faster than to
    fill them row by row."""
    rows = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'reports' AND indexname <> 'reports_pkey'"
    )
    for name, _ in rows:
        await connection.execute(f"DROP INDEX {name}")
    return [definition for _, definition in rows]
