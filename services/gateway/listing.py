"""Pages by key: each continues after the last row of the one before, however many rows come and go in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.common.paging import not_of_this_query


@dataclass(frozen=True, slots=True)
class Order:
    """Columns that together tell every row from every other, all in one direction."""

    columns: tuple[sa.Column[Any], ...]
    descending: bool = False

    def position(self, item: object) -> tuple[str, ...]:
        """The values of the columns in a thing of the domain, whose attributes are called alike."""
        return tuple(getattr(item, column.key) for column in self.columns)


def order_of(text: str, default: str, orders: Mapping[str, tuple[sa.Column[Any], ...]]) -> Order:
    """The order that `order_by` of a request means, such as `code desc`. The contract has checked the text."""
    name, _, direction = (text or default).partition(" ")
    return Order(orders[name], direction == "desc")


def following(
    chosen: sa.Select[*tuple[Any, ...]], order: Order, after: Sequence[object] | None, limit: int
) -> sa.Select[*tuple[Any, ...]]:
    """The chosen rows after the one with these values in the order's columns; from the first without any."""
    if after is not None:
        if len(after) != len(order.columns):
            raise not_of_this_query()
        key, last = sa.tuple_(*order.columns), sa.tuple_(*map(sa.literal, after))
        chosen = chosen.where(key < last if order.descending else key > last)
    directed = [column.desc() for column in order.columns] if order.descending else order.columns
    return chosen.order_by(*directed).limit(limit)
