"""The order of those who are assessed, and pages of it. Pure: a county has some hundreds of subjects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.agency.assessments.domain import FIGURES, RATES, Assessed
from services.common.errors import Invalid

Place = tuple[float, str]
"""Where a subject stands in an order: its figure, then the subject."""


@dataclass(frozen=True, slots=True)
class Order:
    """By subject, or by a figure or rate."""

    name: str
    descending: bool

    def place(self, each: Assessed) -> Place:
        return (each.figures.value(self.name) if self.name != "subject" else 0.0, each.subject)

    def following(self, assessed: Iterable[Assessed], after: Place | None) -> list[Assessed]:
        """In this order, from behind a place on."""
        ordered = sorted(assessed, key=self.place, reverse=self.descending)
        if after is None:
            return ordered
        return [each for each in ordered if (self.place(each) < after if self.descending else self.place(each) > after)]


def order_of(text: str) -> Order:
    """The order that `order_by` of a request means. Raises Invalid for what is no figure."""
    name, _, direction = (text or "subject").partition(" ")
    if name != "subject" and name not in FIGURES and name not in RATES:
        raise Invalid("order_by", "没有这项考核指标。", reason="UNKNOWN_FIGURE")
    return Order(name, direction == "desc")
