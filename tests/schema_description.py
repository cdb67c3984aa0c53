"""A database's tables in words that two databases can be compared by: columns, constraints, indexes."""

from __future__ import annotations

import asyncpg

DESCRIPTION = """
    SELECT format('%s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
                  ' default ' || pg_get_expr(d.adbin, d.adrelid),
                  CASE a.attidentity WHEN '' THEN '' ELSE ' identity ' || a.attidentity::text END) AS line
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    UNION ALL
    SELECT format('%s: %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"""

VERSIONS = "alembic_version"


async def described(connection: asyncpg.Connection[asyncpg.Record]) -> set[str]:
    """One line for each column, constraint and index of each table but alembic's."""
    return {row["line"] for row in await connection.fetch(DESCRIPTION) if VERSIONS not in row["line"]}
