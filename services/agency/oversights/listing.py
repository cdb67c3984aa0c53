"""Lists of urgings and oversights: what exists for the caller, filtered, in two orders."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.agency.cases.acting import Acting
from services.agency.oversights import store
from services.agency.oversights.domain.oversight import CaseOversight, Kind, Level, Overseer, State
from services.agency.oversights.sight import in_sight
from services.agency.oversights.store import CASE_OVERSIGHTS
from services.common.keyset import behind_written, following
from services.common.paging import read_instant_of

_o = CASE_OVERSIGHTS.c
BY_TIME = (_o.create_time, _o.id)

Position = tuple[str, str]
"""Where a record stands in an order: its value as text, empty where there is none, then its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which records a list holds; empty: no matter."""

    case: str = ""
    kind: Kind | None = None
    states: Collection[State] = ()
    open: bool = False
    level: Level | None = None
    desk: str = ""
    late: bool = False


def position(order_by: str, oversight: CaseOversight) -> Position:
    value = oversight.last_day if order_by == "last_day" else oversight.create_time
    return (value.isoformat() if value else "", oversight.id)


async def list_oversights(
    acting: Acting, wanted: Filter, order_by: str, after: Position | None, limit: int
) -> list[CaseOversight]:
    """At most `limit` records behind `after`."""
    tenant = acting.tx.tenant
    chosen = sa.select(CASE_OVERSIGHTS).where(_o.tenant == tenant, in_sight(acting.actor, tenant), *_conditions(wanted))
    match order_by:
        case "last_day":
            if after is not None:
                chosen = chosen.where(behind_written(_o.last_day, _o.id, after, descending=False))
            chosen = chosen.order_by(_o.last_day, _o.id)
        case "create_time":
            chosen = following(chosen, BY_TIME, _instant(after), limit, descending=False)
        case _:
            chosen = following(chosen, BY_TIME, _instant(after), limit, descending=True)
    return await store.ROWS.of(acting.tx, chosen.limit(limit))


def _conditions(wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    equal = {_o.case: wanted.case, _o.desk: wanted.desk, _o.kind: wanted.kind}
    yield from (column == value for column, value in equal.items() if value)
    if wanted.states:
        yield _o.state.in_(sorted(wanted.states))
    if wanted.open:
        yield _o.state == State.OPEN
    if wanted.level:
        yield _o.overseer.in_([each for each in Overseer if each.level is wanted.level])
    if wanted.late:
        yield _o.late


def _instant(after: Position | None) -> tuple[datetime, str] | None:
    return (read_instant_of(after[0]), after[1]) if after else None
