"""The editions of the rules, and what subjects have by them, added up by the database."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from services.common.database import Tx
from services.common.organisation.lookup import in_county
from services.common.schema import Row, instant, tenant_table
from services.risk.analysis.domain import DEFAULT, Rule, Rules
from services.risk.tables import metadata

ANALYSIS_RULES = tenant_table(
    "analysis_rules",
    metadata,
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    key=("number",),
    app=("select", "insert"),
)

_r = ANALYSIS_RULES.c


def insert(tx: Tx, rules: Rules) -> None:
    """PENDING."""
    written = msgspec.json.encode(rules.rules).decode()
    values = {"number": rules.number, "rules": written, "author": rules.author, "create_time": rules.create_time}
    tx.insert(ANALYSIS_RULES, **values)


async def in_force(tx: Tx) -> Rules:
    """The edition of the county that counts in the tenant."""
    [latest] = await page(tx, None, 1)
    return latest


async def edition(tx: Tx, number: int) -> Rules | None:
    """An edition of the county."""
    if number == DEFAULT.number:
        return DEFAULT
    async with in_county(tx):
        row = await tx.row(sa.select(ANALYSIS_RULES).where(_r.tenant == tx.tenant, _r.number == number))
    return None if row is None else _rules(row)


async def page(tx: Tx, after: int | None, limit: int) -> list[Rules]:
    """At most `limit` editions of the county behind `after`, the latest first; the last one is what it did not set."""
    async with in_county(tx):
        chosen = sa.select(ANALYSIS_RULES).where(_r.tenant == tx.tenant)
        if after is not None:
            chosen = chosen.where(_r.number < after)
        rows = await tx.rows(chosen.order_by(_r.number.desc()).limit(limit))
    found = [_rules(row) for row in rows]
    return found if len(found) == limit or after == DEFAULT.number else [*found, DEFAULT]


def _rules(row: Row) -> Rules:
    rules = msgspec.json.decode(row.rules, type=tuple[Rule, ...])
    return Rules(id=str(row.number), rules=rules, author=row.author, create_time=row.create_time)
