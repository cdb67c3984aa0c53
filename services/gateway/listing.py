"""The orders of lists: what `keyset` and `paging` need of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.common.keyset import following


@dataclass(frozen=True, slots=True)
class Order:
    """Columns that together tell every row from every other, all in one direction."""

    columns: tuple[sa.Column[Any], ...]
    descending: bool = False

    def position(self, item: object) -> tuple[str, ...]:
        """The values of the columns in a thing of the domain, whose attributes are called alike."""
        return tuple(getattr(item, column.key) for column in self.columns)

    def following(
        self, chosen: sa.Select[*tuple[Any, ...]], after: Sequence[object] | None, limit: int
    ) -> sa.Select[*tuple[Any, ...]]:
        """At most `limit` of the chosen rows in this order, from behind the one with these values on."""
        return following(chosen, self.columns, after, limit, descending=self.descending)


def order_of(text: str, default: str, orders: Mapping[str, tuple[sa.Column[Any], ...]]) -> Order:
    """The order that `order_by` of a request means, such as `code desc`. The contract has checked the text."""
    name, _, direction = (text or default).partition(" ")
    return Order(orders[name], direction == "desc")
