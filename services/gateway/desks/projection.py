"""What events make of the desks: each event of a case says anew which windows have it, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from minshao.agency import v1 as agency

from services.common.events import event_type
from services.common.understanding import NotUnderstood, day, own
from services.gateway.desks.domain import Entry
from services.gateway.feed.references import Happening, case_of

OF_CASES = "agency.case."
"""What other events say of a case, such as those of its rating, comes in no order with these."""


@dataclass
class Desks:
    """All desks, as far as they were told."""

    cases: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    """By resource name of the case."""

    def take(self, happening: Happening) -> None:
        """Goes on by one event, which must come after those before it of the same case."""
        self.cases |= told(happening)
        for case in [case for case in told(happening) if not self.cases[case]]:
            del self.cases[case]


def told(happening: Happening) -> dict[str, tuple[Entry, ...]]:
    """What an event says of the entries of its case: all of them, which are none once there is an outcome. Nothing for
    an event that says nothing of them, or that is not understood."""
    case = case_of(happening.message)
    if case is None or not event_type(happening.message).startswith(OF_CASES):
        return {}
    try:
        return {own(happening.tenant, case.case, "代理件"): tuple(_entries(happening, case))}
    except NotUnderstood:
        return {}


def _entries(happening: Happening, case: agency.CaseReference) -> Iterable[Entry]:
    return (
        Entry(
            desk=window.desk,
            case=case.case,
            step=window.step,
            town=happening.tenant,
            number=case.number,
            unit=case.unit,
            item=case.item,
            state=case.state,
            start_date=_day(window.start_date),
            due_date=_day(window.due_date),
            promised_date=_day(case.promised_date),
        )
        for window in case.windows
    )


def told_last(happenings: Iterable[Happening]) -> dict[str, tuple[Entry, ...]]:
    """What several events say in the end."""
    known: dict[str, tuple[Entry, ...]] = {}
    for each in happenings:
        known |= told(each)
    return known


def _day(text: str) -> date | None:
    return day(text, "日期") if text else None
