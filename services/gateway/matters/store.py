"""The table of what followed from what, for each observer. It can be dropped and rebuilt from the feed at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.keyset import following
from services.common.schema import tenant_table
from services.gateway.feed.store import FEED, WITH_MATTERS
from services.gateway.matters.projection import Link
from services.gateway.tables import metadata

LINKS = tenant_table(
    "matter_links",
    metadata,
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    key=("source", "target"),
    app=("select", "insert", "delete"),
)

_l = LINKS.c
sa.Index("matter_links_target_idx", _l.tenant, _l.target)

COURSE = postgresql.array(
    ["reports", "cases", "riskInformation", "warnings", "oversights", "dispositions"], type_=sa.Text
)
"""The collections of parts, in the order in which one act brings them about."""

Place = tuple[datetime, int, str]
"""When a part began, the place of its collection, and its name."""


def _noting() -> sa.Insert:
    """Links that are not known yet, in two arrays: thousands may follow from one event."""
    arrays = [sa.bindparam(name, type_=postgresql.ARRAY(sa.Text)) for name in ("sources", "targets")]
    given = sa.func.unnest(*arrays).table_valued("source", "target", name="given").render_derived()
    rows = sa.select(sa.bindparam("observer", type_=sa.Text), *given.c)
    return postgresql.insert(LINKS).from_select(["tenant", "source", "target"], rows).on_conflict_do_nothing()


NOTE = _noting()


def put(tx: Tx, links: Iterable[Link]) -> None:
    """PENDING: notes what is not known yet."""
    if known := sorted(links):
        sources, targets = zip(*known, strict=True)
        tx.write(NOTE, {"observer": tx.tenant, "sources": list(sources), "targets": list(targets)})


def clear(tx: Tx) -> None:
    """PENDING."""
    tx.write(sa.delete(LINKS).where(_l.tenant == tx.tenant))


async def page(tx: Tx, name: str, chosen: sa.ColumnElement[bool], after: Place | None, limit: int) -> list[Place]:
    """At most `limit` of the parts of a thing's matter of which there are chosen entries, in the order in which they
    began."""
    seen = _seen(tx, name, chosen)
    place = (seen.c.time, seen.c.course, seen.c.matter)
    rows = await tx.rows(following(sa.select(*place), place, after, limit, descending=False))
    return [(row.time, row.course, row.matter) for row in rows]


async def links_to(tx: Tx, name: str, chosen: sa.ColumnElement[bool], parts: Collection[str]) -> list[Link]:
    """Which parts of a thing's matter, of which there are chosen entries, these parts followed from."""
    seen = _seen(tx, name, chosen)
    found = sa.select(_l.source, _l.target).join_from(LINKS, seen, seen.c.matter == _l.source)
    rows = await tx.rows(
        found.where(_l.tenant == tx.tenant, _l.target.in_(sorted(parts))).order_by(_l.source, _l.target)
    )
    return [(row.source, row.target) for row in rows]


def _seen(tx: Tx, name: str, chosen: sa.ColumnElement[bool]) -> sa.Subquery:
    """The parts of a thing's matter of which there are chosen entries."""
    ahead, behind = (
        _reached(tx, name, _l.source, _l.target, "ahead"),
        _reached(tx, name, _l.target, _l.source, "behind"),
    )
    chain = sa.union(sa.select(ahead.c.name), sa.select(behind.c.name)).subquery("chain")
    matter = FEED.c.matter
    course = sa.func.array_position(COURSE, sa.func.split_part(matter, "/", 3))
    parts = sa.select(matter, sa.func.min(FEED.c.time).label("time"), course.label("course"))
    of_chain = parts.select_from(WITH_MATTERS.join(chain, chain.c.name == matter))
    return of_chain.where(FEED.c.tenant == tx.tenant, chosen).group_by(matter).subquery("seen")


def _reached(tx: Tx, name: str, given: sa.Column[str], then: sa.Column[str], called: str) -> sa.CTE:
    """A thing, and all that one comes to from it link by link: what followed from it, or what came before it; not what
    else followed from what came before."""
    reached = sa.select(sa.literal(name, sa.Text).label("name")).cte(called, recursive=True)
    return reached.union(sa.select(then).where(_l.tenant == tx.tenant, given == reached.c.name))
