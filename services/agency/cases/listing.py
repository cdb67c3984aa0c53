"""Lists of cases: what a caller sees, filtered, by receipt or by what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from services.agency.cases.acting import Acting
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.states import OPEN, State
from services.agency.cases.sight import OVERSEEING
from services.agency.cases.store import CASE_PARTS, CASES, cases_of, no_ones
from services.common.access import Actor, Role
from services.common.errors import Invalid
from services.common.keyset import behind_written

_c, _p = CASES.c, CASE_PARTS.c

Position = tuple[str, str]
"""Where a case stands in an order: its value as text, empty where there is none, then its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which cases a list holds; empty: no matter."""

    point: str = ""
    desk: str = ""
    states: Collection[State] = ()
    open: bool = False
    overdue: bool = False
    item: str = ""
    number: str = ""
    mine: bool = False
    unowned: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """By receipt, or by what is due first: the promise, or a desk's own; those without such a day come last."""

    by_day: bool = False
    descending: bool = False
    at_desk: str = ""
    """Code of the desk whose last days it is by."""

    @staticmethod
    def of(order_by: str, desk: str) -> Order:
        """Raises Invalid where it is by a desk's last days, and no desk is named."""
        if order_by == "due_date" and not desk:
            raise Invalid("order_by", "按窗口期限排序应指定窗口（filter.desk）。", reason="NO_DESK")
        at_desk = desk if order_by == "due_date" else ""
        return Order(order_by in ("promised_date", "due_date"), order_by in ("", "receive_time desc"), at_desk)

    @property
    def column(self) -> sa.Column[date] | sa.Column[datetime]:
        if self.at_desk:
            return _p.due_date
        return _c.promised_date if self.by_day else _c.receive_time

    def position(self, case: Case) -> Position:
        value = case.promised_date if self.by_day else case.receive_time
        if self.at_desk:
            value = case.running_at(self.at_desk).due_date
        return (value.isoformat() if value else "", case.id)


async def list_cases(acting: Acting, wanted: Filter, order: Order, after: Position | None, limit: int) -> list[Case]:
    """At most `limit` cases behind `after`."""
    tx = acting.tx
    chosen = sa.select(CASES).where(
        _c.tenant == tx.tenant, visible(acting.actor, tx.tenant), *_conditions(acting, wanted)
    )
    if wanted.desk:
        chosen = chosen.join(CASE_PARTS, sa.and_(_p.tenant == _c.tenant, _p.case == _c.id))
        chosen = chosen.where(_p.desk == wanted.desk, _p.start_date.is_not(None), _p.end_date.is_(None))
    column = order.column
    if after is not None:
        chosen = chosen.where(behind_written(column, _c.id, after, descending=order.descending))
    directed = (column.desc(), _c.id.desc()) if order.descending else (column, _c.id)
    return await cases_of(tx, await tx.rows(chosen.order_by(*directed).limit(limit)))


def visible(actor: Actor, tenant: str) -> sa.ColumnElement[bool]:
    """`sight.sees` as SQL."""
    if actor.has(*OVERSEEING):
        return sa.true()
    units = sorted(actor.scopes(Role.AGENT, Role.WINDOW_CLERK))
    there = CASE_PARTS.alias("there").c
    at_desk = sa.exists().where(there.tenant == tenant, there.case == _c.id, there.desk.in_(units))
    concerned = sa.or_(_c.owner == actor.name, _c.offered_to == actor.name)
    return sa.or_(concerned, _c.point.in_(units), at_desk)


def _conditions(acting: Acting, wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    equal = {_c.point: wanted.point, _c.item: wanted.item, _c.number: wanted.number}
    yield from (column == value for column, value in equal.items() if value)
    if wanted.states:
        yield _c.state.in_(sorted(wanted.states))
    if wanted.open or wanted.overdue:
        yield _c.state.in_(sorted(OPEN))
    if wanted.overdue:
        yield (_p.due_date if wanted.desk else _c.promised_date) < acting.today
    if wanted.mine:
        yield sa.or_(_c.owner == acting.actor.name, _c.offered_to == acting.actor.name)
    if wanted.unowned:
        yield no_ones()
