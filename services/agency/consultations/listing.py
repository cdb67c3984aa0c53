"""Lists of consultations: what a caller sees, filtered, by when they were asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.agency.cases.acting import Acting
from services.agency.consultations.domain import Channel, Consultation, State
from services.agency.consultations.sight import visible
from services.agency.consultations.store import CONSULTATIONS, ROWS
from services.common.keyset import following

_c = CONSULTATIONS.c

Position = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which consultations a list holds; empty: no matter."""

    point: str = ""
    states: Collection[State] = ()
    channel: Channel | None = None
    item: str = ""
    number: str = ""
    mine: bool = False


async def list_consultations(
    acting: Acting, wanted: Filter, descending: bool, after: Position | None, limit: int
) -> list[Consultation]:
    """At most `limit` consultations behind `after`."""
    tx = acting.tx
    chosen = sa.select(CONSULTATIONS).where(_c.tenant == tx.tenant, visible(acting.actor), *_conditions(acting, wanted))
    place = (_c.ask_time, _c.id)
    return await ROWS.of(tx, following(chosen, place, after, limit, descending=descending))


def _conditions(acting: Acting, wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    owner = acting.actor.name if wanted.mine else ""
    equal = {_c.point: wanted.point, _c.item: wanted.item, _c.number: wanted.number, _c.owner: owner}
    yield from (column == value for column, value in equal.items() if value)
    if wanted.channel:
        yield _c.channel == wanted.channel
    if wanted.states:
        yield _c.state.in_(sorted(wanted.states))
