"""Lists that are ordered by some columns without ties, from behind a place on: what `paging` needs of a query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from services.common.paging import not_of_this_query, read_day_of, read_instant_of

Ts = TypeVarTuple("Ts")


def following(
    chosen: sa.Select[*Ts],
    place: Sequence[ColumnElement[object]],
    after: Sequence[object] | None,
    limit: int,
    *,
    descending: bool,
) -> sa.Select[*Ts]:
    """At most `limit` rows in the order of the columns of `place`, from behind the row that has these values. Raises
    Invalid where they are none of this order."""
    if after is not None:
        if len(after) != len(place):
            raise not_of_this_query()
        here, there = sa.tuple_(*place), sa.tuple_(*map(_literal, after, place))
        chosen = chosen.where(here < there if descending else here > there)
    return chosen.order_by(*(column.desc() if descending else column for column in place)).limit(limit)


def behind_written(
    column: sa.Column[date] | sa.Column[datetime], id: sa.Column[str], after: tuple[str, str], *, descending: bool
) -> ColumnElement[bool]:
    """What stands behind a place that holds the column's value as text, empty where there is none, and then the id.
    Days may be missing, and come last. Raises Invalid for a text that is no such value."""
    written, last = after
    if not written:
        return sa.and_(column.is_(None), id > last)
    is_day = isinstance(column.type, sa.Date)
    value = read_day_of(written) if is_day else read_instant_of(written)
    if descending:
        return sa.or_(column < value, sa.and_(column == value, id < last))
    further = sa.or_(column > value, sa.and_(column == value, id > last))
    return sa.or_(further, column.is_(None)) if is_day else further


def _literal(value: object, column: ColumnElement[object]) -> sa.BindParameter[object]:
    return sa.literal(value, column.type)
