"""The table of posts and its queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from services.common.database import Tx
from services.common.organisation.store import UNITS
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.watch.posts.domain import Post
from services.watch.tables import metadata

POSTS = tenant_table(
    "posts",
    metadata,
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("registrar", sa.Text),
    sa.Column("open_time", instant(), nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    references(UNITS, "unit=code"),
    key=("unit",),
    app=("select", "insert", "update"),
)

_post = POSTS.c

ROWS = Rows(POSTS, Post, "监督哨", "posts")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts a list holds; None: no matter."""

    units: Collection[str] | None = None
    """Only those of these units."""
    but_not: Collection[str] = ()
    """None of these units."""
    retired: bool | None = None


async def lock_those(tx: Tx, units: Collection[str]) -> dict[str, Post]:
    """The posts of those of the units that have one, by unit, locked until the transaction ends; in one query."""
    return {each.unit: each for each in await ROWS.lock_all(tx, _post.unit.in_(sorted(units)))}


async def page(tx: Tx, wanted: Wanted, descending: bool, after: tuple[str] | None, size: int) -> list[Post]:
    """At most `size` posts by unit code, from behind `after` on."""
    return await ROWS.page(tx, _conditions(wanted), (_post.unit,), after, size, descending=descending)


async def count(tx: Tx, wanted: Wanted) -> int:
    """How many posts a list holds in all."""
    chosen = (_post.tenant == tx.tenant, *_conditions(wanted))
    return await tx.scalar(sa.select(sa.func.count()).select_from(POSTS).where(*chosen)) or 0


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions = of_units(_post.unit, wanted.units)
    if wanted.but_not:
        conditions.append(_post.unit.not_in(sorted(wanted.but_not)))
    if wanted.retired is not None:
        conditions.append(_post.retired.is_(wanted.retired))
    return conditions
