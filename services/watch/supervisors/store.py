"""Tables and queries of supervisors and of the numbers of their work cards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.common.database import Tx
from services.common.keyset import following
from services.common.schema import Row, instant, references, tenant_table
from services.common.series import next_in, series, take_next
from services.common.terms import Term
from services.watch.supervisors.domain.supervisor import Card, Supervisor
from services.watch.tables import metadata

SUPERVISORS = tenant_table(
    "supervisors",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("account", sa.Text),
    sa.Column("card_number", sa.Text, nullable=False),
    sa.Column("card_year", sa.SmallInteger, nullable=False),
    sa.Column("card_serial", sa.Integer, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("nomination", sa.Text, nullable=False),
    sa.Column("appoint_time", instant(), nullable=False),
    sa.Column("end_reason", sa.Text, nullable=False),
    sa.Column("end_time", instant()),
    sa.Column("version", sa.BigInteger, nullable=False),
    references("posts", "unit"),
    references("nominations", "nomination=id"),
    key=("id",),
    app=("select", "insert", "update (account, end_reason, end_time, version)"),
)
"""`end_time` is that of an early end; whether a term has expired follows from its last day."""

CARD_SERIES = series("card_series", metadata, sa.Column("year", sa.SmallInteger, nullable=False))
"""The last number of each year's work cards."""

NEXT_SERIAL = next_in(CARD_SERIES)

_s = SUPERVISORS.c
_place = (_s.unit, _s.card_year, _s.card_serial)
sa.Index("supervisors_card_key", _s.tenant, _s.card_year, _s.card_serial, unique=True)
sa.Index("supervisors_unit_idx", _s.tenant, *_place)
sa.Index("supervisors_account_idx", _s.tenant, _s.account, _s.last_day)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which supervisors a list holds; None: no matter."""

    units: Collection[str] | None = None
    in_office: date | None = None
    """Only those in office on this day."""
    card_number: str | None = None


def insert(tx: Tx, supervisor: Supervisor) -> None:
    """A new supervisor, as a pending write."""
    tx.insert(
        SUPERVISORS,
        id=supervisor.id,
        unit=supervisor.unit,
        person=supervisor.person,
        account=supervisor.account,
        card_number=supervisor.card.number,
        card_year=supervisor.card.year,
        card_serial=supervisor.card.serial,
        first_day=supervisor.term.first_day,
        last_day=supervisor.term.last_day,
        nomination=supervisor.nomination,
        appoint_time=supervisor.appoint_time,
        end_reason=supervisor.end_reason,
        end_time=supervisor.end_time,
        version=supervisor.version,
    )


def save(tx: Tx, supervisor: Supervisor) -> None:
    """What of a supervisor can change, as a pending write. The row is locked since `lock`."""
    this = sa.update(SUPERVISORS).where(_s.tenant == tx.tenant, _s.id == supervisor.id)
    end = {"end_reason": supervisor.end_reason, "end_time": supervisor.end_time}
    tx.write(this.values(account=supervisor.account, **end, version=supervisor.version))


async def load(tx: Tx, id: str) -> Supervisor | None:
    """The supervisor with this id."""
    row = await tx.row(sa.select(SUPERVISORS).where(_s.tenant == tx.tenant, _s.id == id))
    return None if row is None else _of(row)


async def lock(tx: Tx, id: str) -> Supervisor | None:
    """The same, with its row locked until the transaction ends."""
    row = await tx.row(sa.select(SUPERVISORS).where(_s.tenant == tx.tenant, _s.id == id).with_for_update())
    return None if row is None else _of(row)


async def not_over(tx: Tx, unit: str, today: date) -> list[Supervisor]:
    """The supervisors of a unit who are in office or have been appointed for a term to come."""
    left = (_s.tenant == tx.tenant, _s.unit == unit, _s.last_day >= today, _s.end_time.is_(None))
    return [_of(row) for row in await tx.rows(sa.select(SUPERVISORS).where(*left))]


async def units_of(tx: Tx, account: str, today: date) -> frozenset[str]:
    """The units whose supervisor the account's holder is on a day."""
    mine = sa.select(_s.unit).where(*_in_office(tx, today), _s.account == account)
    return frozenset(row.unit for row in await tx.rows(mine))


async def counts(tx: Tx, today: date) -> dict[str, int]:
    """How many supervisors are in office on a day, by unit; units without any are not in it. One query."""
    number = sa.func.count().label("number")
    rows = await tx.rows(sa.select(_s.unit, number).where(*_in_office(tx, today)).group_by(_s.unit))
    return {row.unit: row.number for row in rows}


async def page(tx: Tx, wanted: Wanted, after: tuple[str, int, int] | None, limit: int) -> list[Supervisor]:
    """At most `limit` supervisors by unit and card, from behind the one with this unit, year and serial on."""
    chosen = sa.select(SUPERVISORS).where(_s.tenant == tx.tenant)
    if wanted.units is not None:
        chosen = chosen.where(_s.unit.in_(sorted(wanted.units)))
    if wanted.in_office is not None:
        chosen = chosen.where(*_in_office(tx, wanted.in_office))
    if wanted.card_number is not None:
        chosen = chosen.where(_s.card_number == wanted.card_number)
    return [_of(row) for row in await tx.rows(following(chosen, _place, after, limit, descending=False))]


async def next_serial(tx: Tx, year: int) -> int:
    """The next number of the year's work cards. Holds the series until the transaction ends: call it last."""
    return await take_next(tx, NEXT_SERIAL, year=year)


def _in_office(tx: Tx, day: date) -> tuple[sa.ColumnElement[bool], ...]:
    return _s.tenant == tx.tenant, _s.first_day <= day, _s.last_day >= day, _s.end_time.is_(None)


def _of(row: Row) -> Supervisor:
    return Supervisor(
        id=row.id,
        unit=row.unit,
        person=row.person,
        account=row.account,
        card=Card(row.card_number, row.card_year, row.card_serial),
        term=Term(row.first_day, row.last_day),
        nomination=row.nomination,
        appoint_time=row.appoint_time,
        version=row.version,
        end_reason=row.end_reason,
        end_time=row.end_time,
    )
