"""Counting ratings: one query over their rows, as a whole and by unit or by item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from services.agency.ratings.domain.figures import Figures, Period
from services.agency.ratings.domain.follow_up import Ending
from services.agency.ratings.domain.rating import Kind, Satisfaction
from services.agency.ratings.store import FOLLOW_UPS, JOINED, RATINGS
from services.common.database import Tx
from services.common.schema import Row
from services.common.words import Word

_r, _f = RATINGS.c, FOLLOW_UPS.c


class Grouping(Word):
    """By what is counted."""

    NOTHING = 0, "合计"
    UNIT = 1, "按代理点（窗口）"
    ITEM = 2, "按事项"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Which ratings are counted; empty: no matter."""

    period: Period
    kind: Kind
    unit: str
    item: str


_COUNTS = (
    _r.level,
    sa.func.count().label("ratings"),
    sa.func.count().filter(_f.answered).label("answered"),
    sa.func.count().filter(_f.answered, _f.late.is_(False)).label("in_time"),
    sa.func.count().filter(_f.ending == Ending.ACCEPTED).label("accepted"),
)


async def count(tx: Tx, counted: Counted, grouping: Grouping) -> tuple[Figures, dict[str, Figures]]:
    """The figures of all, and those of each unit or item that was rated, by its code, in order."""
    columns = {Grouping.UNIT: _r.unit, Grouping.ITEM: _r.item}
    group = columns.get(grouping, sa.literal("")).label("group_key")
    these = sa.select(group, *_COUNTS).select_from(JOINED).where(*_conditions(tx, counted))
    rows = await tx.rows(these.group_by(sa.text("group_key"), _r.level))
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.group_key].append(row)
    by_key = {key: _figures(groups[key]) for key in sorted(groups)} if grouping else {}
    return _figures(rows), by_key


def _conditions(tx: Tx, counted: Counted) -> Iterable[sa.ColumnElement[bool]]:
    yield from (_r.tenant == tx.tenant, _r.kind == counted.kind)
    yield _r.give_date.between(counted.period.first, counted.period.last)
    if counted.unit:
        yield _r.unit == counted.unit
    if counted.item:
        yield _r.item == counted.item


def _figures(rows: Iterable[Row]) -> Figures:
    """The figures of these rows, of which several may be of one level."""
    levels: dict[Satisfaction, int] = defaultdict(int)
    answered = in_time = accepted = 0
    for row in rows:
        levels[row.level] += row.ratings
        answered, in_time, accepted = answered + row.answered, in_time + row.in_time, accepted + row.accepted
    return Figures(levels, answered, in_time, accepted)
