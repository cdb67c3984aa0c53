"""Tables and queries of volunteer supervisors, of their points and of the numbers of their letters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.agency.tables import metadata
from services.agency.volunteers.domain import Letter, Standing, Volunteer
from services.common.columns import Of
from services.common.database import Tx
from services.common.keyset import following
from services.common.schema import Row, instant, references, tenant_table
from services.common.sealed_texts import SealedTexts
from services.common.series import next_in, series, take_next
from services.common.terms import Term

VOLUNTEERS = tenant_table(
    "volunteers",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("letter_number", sa.Text, nullable=False),
    sa.Column("letter_year", sa.SmallInteger, nullable=False),
    sa.Column("letter_serial", sa.Integer, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("standing", Of(Standing), nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("appoint_time", instant(), nullable=False),
    sa.Column("end_time", instant()),
    sa.Column("version", sa.BigInteger, nullable=False),
    key=("id",),
    app=("select", "insert", "update (end_time, version)"),
)
"""`end_time` is that of a dismissal; whether a term has expired follows from its last day."""

VOLUNTEER_POINTS = tenant_table(
    "volunteer_points",
    metadata,
    sa.Column("volunteer", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    references("volunteers", "volunteer=id"),
    references("points", "point=unit"),
    key=("volunteer", "point"),
    app=("select", "insert"),
)

LETTER_SERIES = series("volunteer_letters", metadata, sa.Column("year", sa.SmallInteger, nullable=False))
"""The last number of each year's letters of appointment."""

NEXT_SERIAL = next_in(LETTER_SERIES)

TEXTS = SealedTexts.beside("volunteer_texts", metadata, "volunteer", "volunteers")
"""Why somebody was dismissed."""

_v, _p = VOLUNTEERS.c, VOLUNTEER_POINTS.c
sa.Index("volunteers_letter_key", _v.tenant, _v.letter_year, _v.letter_serial, unique=True)
sa.Index("volunteers_account_idx", _v.tenant, _v.account, _v.last_day)
sa.Index("volunteers_first_day_idx", _v.tenant, _v.first_day, _v.id)
sa.Index("volunteers_last_day_idx", _v.tenant, _v.last_day, _v.id)
sa.Index("volunteer_points_point_idx", _p.tenant, _p.point)

Position = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which volunteers a list holds, and in which order; None: no matter."""

    points: Collection[str] | None = None
    in_office: date | None = None
    """Only those in office on this day."""
    standing: Standing | None = None
    by_last_day: bool = False
    descending: bool = True

    def position(self, volunteer: Volunteer) -> Position:
        term = volunteer.term
        return (term.last_day if self.by_last_day else term.first_day, volunteer.id)


def insert(tx: Tx, volunteer: Volunteer) -> None:
    """PENDING: a new appointment, with its points."""
    tx.insert(
        VOLUNTEERS,
        id=volunteer.id,
        letter_number=volunteer.letter.number,
        letter_year=volunteer.letter.year,
        letter_serial=volunteer.letter.serial,
        person=volunteer.person,
        standing=volunteer.standing,
        account=volunteer.account,
        first_day=volunteer.term.first_day,
        last_day=volunteer.term.last_day,
        appoint_time=volunteer.appoint_time,
        end_time=volunteer.end_time,
        version=volunteer.version,
    )
    for point in volunteer.points:
        tx.insert(VOLUNTEER_POINTS, volunteer=volunteer.id, point=point)


def save(tx: Tx, volunteer: Volunteer) -> None:
    """PENDING: what of an appointment can change. The row is locked since `lock`."""
    this = sa.update(VOLUNTEERS).where(_v.tenant == tx.tenant, _v.id == volunteer.id)
    tx.write(this.values(end_time=volunteer.end_time, version=volunteer.version))


async def load(tx: Tx, id: str) -> Volunteer | None:
    """The appointment with this id."""
    return await _one(tx, sa.select(VOLUNTEERS).where(_v.tenant == tx.tenant, _v.id == id))


async def lock(tx: Tx, id: str) -> Volunteer | None:
    """The same, with its row locked until the transaction ends."""
    return await _one(tx, sa.select(VOLUNTEERS).where(_v.tenant == tx.tenant, _v.id == id).with_for_update())


async def in_office(tx: Tx, account: str, today: date) -> list[Volunteer]:
    """The appointments with which the account's holder is in office on a day, the oldest first."""
    mine = sa.select(VOLUNTEERS).where(*_in_office(tx, today), _v.account == account)
    return await _with_points(tx, await tx.rows(mine.order_by(_v.first_day, _v.id)))


async def overlapping(tx: Tx, account: str, term: Term) -> list[Volunteer]:
    """The account's appointments for some days of a term that were not ended early."""
    days = (_v.first_day <= term.last_day, _v.last_day >= term.first_day, _v.end_time.is_(None))
    rows = await tx.rows(sa.select(VOLUNTEERS).where(_v.tenant == tx.tenant, _v.account == account, *days))
    return await _with_points(tx, rows)


async def page(tx: Tx, wanted: Wanted, after: Position | None, limit: int) -> list[Volunteer]:
    """At most `limit` appointments."""
    chosen = sa.select(VOLUNTEERS).where(_v.tenant == tx.tenant)
    if wanted.points is not None:
        theirs = (_p.tenant == tx.tenant, _p.volunteer == _v.id, _p.point.in_(sorted(wanted.points)))
        chosen = chosen.where(sa.exists().where(*theirs))
    if wanted.in_office is not None:
        chosen = chosen.where(*_in_office(tx, wanted.in_office))
    if wanted.standing is not None:
        chosen = chosen.where(_v.standing == wanted.standing)
    place = (_v.last_day if wanted.by_last_day else _v.first_day, _v.id)
    ordered = following(chosen, place, after, limit, descending=wanted.descending)
    return await _with_points(tx, await tx.rows(ordered))


async def next_serial(tx: Tx, year: int) -> int:
    """The next number of the year's letters. Holds the series until the transaction ends: call it last."""
    return await take_next(tx, NEXT_SERIAL, year=year)


def _in_office(tx: Tx, day: date) -> tuple[sa.ColumnElement[bool], ...]:
    return _v.tenant == tx.tenant, _v.first_day <= day, _v.last_day >= day, _v.end_time.is_(None)


async def _one(tx: Tx, chosen: sa.Select[*tuple[object, ...]]) -> Volunteer | None:
    return next(iter(await _with_points(tx, await tx.rows(chosen))), None)


async def _with_points(tx: Tx, rows: Sequence[Row]) -> list[Volunteer]:
    """The appointments of these rows, with their points, in one query more."""
    if not rows:
        return []
    points: dict[str, list[str]] = {row.id: [] for row in rows}
    theirs = sa.select(VOLUNTEER_POINTS).where(_p.tenant == tx.tenant, _p.volunteer.in_(sorted(points)))
    for row in await tx.rows(theirs.order_by(_p.point)):
        points[row.volunteer].append(row.point)
    return [_of(row, points[row.id]) for row in rows]


def _of(row: Row, points: Iterable[str]) -> Volunteer:
    return Volunteer(
        id=row.id,
        letter=Letter(row.letter_number, row.letter_year, row.letter_serial),
        person=row.person,
        standing=row.standing,
        account=row.account,
        points=tuple(points),
        term=Term(row.first_day, row.last_day),
        appoint_time=row.appoint_time,
        version=row.version,
        end_time=row.end_time,
    )
