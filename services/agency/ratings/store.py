"""Ratings, which are written once, and their follow-ups."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.agency.ratings.domain.follow_up import Ending, FollowUp, Organ, State
from services.agency.ratings.domain.rating import Kind, Rating, Satisfaction, Tag
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.schema import Row, instant, references, tenant_table

RATINGS = tenant_table(
    "ratings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("case_number", sa.Text, nullable=False),
    sa.Column("kind", Of(Kind), nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("level", Of(Satisfaction), nullable=False),
    sa.Column("tags", postgresql.ARRAY(sa.SmallInteger, as_tuple=True), nullable=False),
    sa.Column("give_time", instant(), nullable=False),
    sa.Column("give_date", sa.Date, nullable=False),
    references("cases", "case=id"),
    key=("id",),
    app=("select", "insert"),
)

FOLLOW_UPS = tenant_table(
    "rating_follow_ups",
    metadata,
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("organ", Of(Organ), nullable=False),
    sa.Column("start_date", sa.Date, nullable=False),
    sa.Column("due_date", sa.Date),
    sa.Column("answer_date", sa.Date),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("answered", sa.Boolean, nullable=False),
    sa.Column("ending", Of(Ending)),
    sa.Column("calendar_revision", sa.BigInteger, nullable=False),
    references("ratings", "rating=id"),
    key=("rating",),
    app=("select", "insert", "update"),
)
"""The last day is kept with the revision of the calendar by which it was counted."""

_r, _f = RATINGS.c, FOLLOW_UPS.c
sa.Index("ratings_case_key", _r.tenant, _r.case, _r.kind, _r.unit, unique=True)
sa.Index("ratings_give_time_idx", _r.tenant, _r.give_time, _r.id)
sa.Index("ratings_unit_idx", _r.tenant, _r.unit, _r.give_time, _r.id)
sa.Index("ratings_give_date_idx", _r.tenant, _r.kind, _r.give_date)
sa.Index("rating_follow_ups_due_idx", _f.tenant, _f.due_date, _f.rating)
AWAITED = _f.state == State.PENDING
sa.Index("rating_follow_ups_recount_idx", _f.tenant, _f.calendar_revision, _f.rating, postgresql_where=AWAITED)

JOINED = RATINGS.outerjoin(FOLLOW_UPS, sa.and_(_f.tenant == _r.tenant, _f.rating == _r.id))

_RATING = tuple(field.name for field in fields(Rating) if field.name != "tenant")
_FOLLOW_UP = tuple(field.name for field in fields(FollowUp) if field.name not in ("tenant", "rating", "unit"))

Rated = tuple[Rating, FollowUp | None]
"""A rating with its follow-up; None for three stars and more."""

RATED = sa.select(*(_r[name] for name in _RATING), *(_f[name] for name in _FOLLOW_UP)).select_from(JOINED)


def insert(tx: Tx, rating: Rating) -> None:
    """PENDING."""
    tx.insert(RATINGS, **{name: getattr(rating, name) for name in _RATING})


def insert_follow_up(tx: Tx, follow_up: FollowUp, revision: int) -> None:
    """PENDING: a new follow-up, with its last day by this revision of the calendar."""
    tx.insert(FOLLOW_UPS, rating=follow_up.rating, unit=follow_up.unit, **_columns(follow_up, revision))


def save_follow_up(tx: Tx, follow_up: FollowUp, revision: int) -> None:
    """PENDING. The row is locked since `lock_follow_up`."""
    this = (_f.tenant == tx.tenant, _f.rating == follow_up.rating)
    tx.write(sa.update(FOLLOW_UPS).where(*this).values(**_columns(follow_up, revision)))


def save_revision(tx: Tx, ratings: Collection[str], revision: int) -> None:
    """PENDING: these were counted by this revision, and their last day stays."""
    these = (_f.tenant == tx.tenant, _f.rating.in_(sorted(ratings)))
    tx.write(sa.update(FOLLOW_UPS).where(*these).values(calendar_revision=revision))


async def load(tx: Tx, id: str) -> Rated:
    """The rating with this id, whoever looks. Raises NotFound."""
    row = await tx.row(RATED.where(_r.tenant == tx.tenant, _r.id == id))
    if row is None:
        raise NotFound("评价", f"tenants/{tx.tenant}/ratings/{id}", reason="NO_RATING")
    return rated(tx, row)


async def lock(tx: Tx, id: str) -> Rated:
    """The same, with its follow-up locked until the transaction ends."""
    await tx.row(sa.select(_f.version).where(_f.tenant == tx.tenant, _f.rating == id).with_for_update())
    return await load(tx, id)


async def of_case(tx: Tx, case: str) -> list[Rated]:
    """The ratings of a case."""
    return [rated(tx, row) for row in await tx.rows(RATED.where(_r.tenant == tx.tenant, _r.case == case))]


async def behind(tx: Tx, revision: int, limit: int) -> list[tuple[FollowUp, int]]:
    """Some of the follow-ups that await an answer counted by an earlier revision of the calendar, locked, with it."""
    counted = sa.select(FOLLOW_UPS).where(_f.tenant == tx.tenant, AWAITED, _f.calendar_revision < revision)
    rows = await tx.rows(counted.order_by(_f.calendar_revision, _f.rating).limit(limit).with_for_update())
    return [(_follow_up(tx, row, row.rating, row.unit), row.calendar_revision) for row in rows]


def rated(tx: Tx, row: Row) -> Rated:
    """A row of `RATED`."""
    plain = {name: getattr(row, name) for name in _RATING}
    rating = Rating(tenant=tx.tenant, **{**plain, "tags": tuple(Tag(tag) for tag in row.tags)})
    return rating, None if row.state is None else _follow_up(tx, row, row.id, row.unit)


def _columns(follow_up: FollowUp, revision: int) -> dict[str, object]:
    plain = {name: getattr(follow_up, name) for name in _FOLLOW_UP}
    return {**plain, "calendar_revision": revision}


def _follow_up(tx: Tx, row: Row, rating: str, unit: str) -> FollowUp:
    plain = {name: getattr(row, name) for name in _FOLLOW_UP}
    return FollowUp(tenant=tx.tenant, rating=rating, unit=unit, **plain)
