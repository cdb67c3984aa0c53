"""Lists that are ordered by some columns without ties, from behind a place on: what `paging` needs of a query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

Ts = TypeVarTuple("Ts")


def following(
    chosen: sa.Select[*Ts],
    place: Sequence[ColumnElement[object]],
    after: Sequence[object] | None,
    limit: int,
    *,
    descending: bool,
) -> sa.Select[*Ts]:
    """At most `limit` rows in the order of the columns of `place`, from behind the row that has these values."""
    if after is not None:
        here, there = sa.tuple_(*place), sa.tuple_(*map(sa.literal, after))
        chosen = chosen.where(here < there if descending else here > there)
    return chosen.order_by(*(column.desc() if descending else column for column in place)).limit(limit)
