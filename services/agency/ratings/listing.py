"""Lists of ratings: what a caller sees, filtered, in two orders."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from services.agency.cases.acting import Acting
from services.agency.ratings.domain.follow_up import Organ, State
from services.agency.ratings.domain.rating import Kind, Satisfaction
from services.agency.ratings.sight import visible
from services.agency.ratings.store import FOLLOW_UPS, RATED, RATINGS, Rated, rated
from services.common.keyset import behind_written

_r, _f = RATINGS.c, FOLLOW_UPS.c

Position = tuple[str, str]
"""Where a rating stands in an order: its value as text, empty where there is none, then its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which ratings a list holds; empty: no matter."""

    unit: str = ""
    item: str = ""
    case: str = ""
    kind: Kind | None = None
    levels: Collection[Satisfaction] = ()
    states: Collection[State] = ()
    organ: Organ | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """By when they were given, or by when they must be answered; those that need not be come last."""

    by_due: bool
    descending: bool

    @staticmethod
    def of(order_by: str) -> Order:
        return Order(order_by == "due_date", order_by in ("", "give_time desc"))

    def position(self, each: Rated) -> Position:
        rating, follow_up = each
        due = follow_up.due_date if follow_up else None
        value = due if self.by_due else rating.give_time
        return (value.isoformat() if value else "", rating.id)


async def list_ratings(acting: Acting, wanted: Filter, order: Order, after: Position | None, limit: int) -> list[Rated]:
    """At most `limit` ratings behind `after`."""
    tx = acting.tx
    chosen = RATED.where(_r.tenant == tx.tenant, visible(acting.actor), *_conditions(wanted))
    column = _f.due_date if order.by_due else _r.give_time
    if after is not None:
        chosen = chosen.where(behind_written(column, _r.id, after, descending=order.descending))
    directed = (column.desc(), _r.id.desc()) if order.descending else (column, _r.id)
    return [rated(tx, row) for row in await tx.rows(chosen.order_by(*directed).limit(limit))]


def _conditions(wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    equal = {_r.unit: wanted.unit, _r.item: wanted.item, _r.case: wanted.case}
    yield from (column == value for column, value in equal.items() if value)
    if wanted.kind:
        yield _r.kind == wanted.kind
    if wanted.organ:
        yield _f.organ == wanted.organ
    if wanted.levels:
        yield _r.level.in_(sorted(wanted.levels))
    if wanted.states:
        yield _f.state.in_(sorted(wanted.states))
