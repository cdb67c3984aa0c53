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
    ["cases", "reports", "riskInformation", "warnings", "oversights", "dispositions"], type_=sa.Text
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
    """Which parts of a thing's matter, of which there are chosen entries, these parts followed from, also by way of a
    rating, which is told with its case."""
    seen, rated = _seen(tx, name, chosen), LINKS.alias("rated")
    # An array is read once, whatever the planner takes the size of a matter to be.
    among = sa.any_(sa.func.array(sa.select(seen.c.matter).scalar_subquery()))
    these = (_l.tenant == tx.tenant, _l.target.in_(sorted(parts)))
    from_part = sa.select(_l.source, _l.target).where(*these, _l.source == among)
    by_rating = sa.and_(rated.c.tenant == tx.tenant, rated.c.target == _l.source, _is_rating(_l.source))
    from_rated = sa.select(rated.c.source, _l.target).join_from(LINKS, rated, by_rating)
    rows = await tx.rows(from_part.union(from_rated.where(*these, rated.c.source == among)))
    return sorted((row.source, row.target) for row in rows)


def _seen(tx: Tx, name: str, chosen: sa.ColumnElement[bool]) -> sa.CTE:
    """The parts of a thing's matter of which there are chosen entries."""
    ahead, behind = (
        _reached(tx, name, chosen, _l.source, _l.target, "ahead"),
        _reached(tx, name, chosen, _l.target, _l.source, "behind"),
    )
    chain = sa.union(sa.select(ahead.c.name), sa.select(behind.c.name)).subquery("chain")
    matter = FEED.c.matter
    course = sa.func.array_position(COURSE, sa.func.split_part(matter, "/", 3))
    parts = sa.select(matter, sa.func.min(FEED.c.time).label("time"), course.label("course"))
    of_chain = parts.select_from(WITH_MATTERS.join(chain, chain.c.name == matter))
    return of_chain.where(FEED.c.tenant == tx.tenant, chosen).group_by(matter).cte("seen")


def _reached(
    tx: Tx, name: str, chosen: sa.ColumnElement[bool], given: sa.Column[str], then: sa.Column[str], called: str
) -> sa.CTE:
    """A thing, and all that one comes to from it link by link: what followed from it, or what came before it; not what
    else followed from what came before, nor what one comes to only by what is hidden."""
    reached = sa.select(sa.literal(name, sa.Text).label("name")).cte(called, recursive=True)
    known = sa.exists().select_from(WITH_MATTERS).where(FEED.c.tenant == tx.tenant, FEED.c.matter == then, chosen)
    leads_on = sa.or_(_is_rating(then), known)
    return reached.union(sa.select(then).where(_l.tenant == tx.tenant, given == reached.c.name, leads_on))


def _is_rating(name: sa.Column[str]) -> sa.ColumnElement[bool]:
    return sa.func.split_part(name, "/", 3) == "ratings"
