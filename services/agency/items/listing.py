"""Which items of a catalogue are shown, and in which order. Pure: a catalogue is some dozens of items, read whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.agency.items.domain import Category, Handling, Offering, taken_at
from services.agency.points.domain import Tier

Place = tuple[int, str]
"""Where an item stands in an order: the days where it is by days, then the code."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is of; None: whatever it is."""

    category: Category | None
    handling: Handling | None
    point: Tier | None
    """The tier of a point that takes it."""
    withdrawn: bool
    """Whether the withdrawn are shown too."""
    retired: bool
    window: str = ""
    """Code of a county department that has a part in it; empty: whichever."""

    def holds(self, offer: Offering) -> bool:
        item = offer.published.item
        return (
            self.category in (None, item.category)
            and self.handling in (None, item.handling)
            and (self.point is None or taken_at(item, self.point))
            and (not self.window or self.window in item.departments)
            and (self.withdrawn or not offer.terms.withdrawn)
            and (self.retired or not offer.published.retired)
        )


@dataclass(frozen=True, slots=True)
class Order:
    """By code, or by what the whole route promises."""

    by_days: bool
    descending: bool

    def place(self, offer: Offering) -> Place:
        item = offer.item
        return (item.days if self.by_days else 0, item.code)

    def following(self, offers: Iterable[Offering], after: Place | None) -> list[Offering]:
        """In this order, from behind a place on."""
        ordered = sorted(offers, key=self.place, reverse=self.descending)
        if after is None:
            return ordered
        return [each for each in ordered if (self.place(each) < after if self.descending else self.place(each) > after)]


def order_of(text: str) -> Order:
    """The order that `order_by` of a request means. The contract has checked the text."""
    name, _, direction = text.partition(" ")
    return Order(name == "days", direction == "desc")
