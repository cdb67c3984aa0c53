"""The table of posts and its queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from services.common.database import Tx
from services.common.organisation.store import UNITS
from services.common.schema import Row, instant, references, tenant_table
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts a list holds; None: no matter."""

    units: Collection[str] | None = None
    """Only those of these units."""
    but_not: Collection[str] = ()
    """None of these units."""
    retired: bool | None = None


def insert(tx: Tx, post: Post) -> None:
    """A new post, as a pending write."""
    tx.insert(
        POSTS,
        unit=post.unit,
        registrar=post.registrar,
        open_time=post.open_time,
        retired=post.retired,
        version=post.version,
    )


def save(tx: Tx, post: Post) -> None:
    """What of a post can change, as a pending write. The row is locked since `lock`."""
    this = sa.update(POSTS).where(_post.tenant == tx.tenant, _post.unit == post.unit)
    tx.write(this.values(registrar=post.registrar, retired=post.retired, version=post.version))


async def load(tx: Tx, unit: str) -> Post | None:
    """The post of a unit, retired or not."""
    row = await tx.row(_by_unit(tx, unit))
    return None if row is None else _of(row)


async def lock(tx: Tx, unit: str) -> Post | None:
    """The same, with its row locked until the transaction ends: what counts people of a post waits for each other."""
    row = await tx.row(_by_unit(tx, unit).with_for_update())
    return None if row is None else _of(row)


async def lock_those(tx: Tx, units: Collection[str]) -> dict[str, Post]:
    """The posts of those of the units that have one, by unit, locked until the transaction ends; in one query."""
    these = sa.select(POSTS).where(_post.tenant == tx.tenant, _post.unit.in_(sorted(units)))
    return {row.unit: _of(row) for row in await tx.rows(these.order_by(_post.unit).with_for_update())}


async def page(tx: Tx, wanted: Wanted, descending: bool, after: str | None, size: int) -> list[Post]:
    """At most `size` posts by unit code, from behind `after` on."""
    chosen = sa.select(POSTS).where(*_conditions(tx, wanted))
    if after is not None:
        chosen = chosen.where(_post.unit < after if descending else _post.unit > after)
    order = _post.unit.desc() if descending else _post.unit
    return [_of(row) for row in await tx.rows(chosen.order_by(order).limit(size))]


async def count(tx: Tx, wanted: Wanted) -> int:
    """How many posts a list holds in all."""
    return await tx.scalar(sa.select(sa.func.count()).select_from(POSTS).where(*_conditions(tx, wanted))) or 0


def _by_unit(tx: Tx, unit: str) -> sa.Select[*tuple[object, ...]]:
    return sa.select(POSTS).where(_post.tenant == tx.tenant, _post.unit == unit)


def _conditions(tx: Tx, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions = [_post.tenant == tx.tenant]
    if wanted.units is not None:
        conditions.append(_post.unit.in_(sorted(wanted.units)))
    if wanted.but_not:
        conditions.append(_post.unit.not_in(sorted(wanted.but_not)))
    if wanted.retired is not None:
        conditions.append(_post.retired.is_(wanted.retired))
    return conditions


def _of(row: Row) -> Post:
    return Post(row.unit, row.registrar, row.open_time, row.retired, row.version)
