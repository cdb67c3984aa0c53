"""Tables and queries of rosters and absences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.agency.duty.domain.absence import Absence
from services.agency.duty.domain.presence import Presence
from services.agency.duty.domain.roster import Roster, Shift, State
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows
from services.common.schema import Row, instant, references, tenant_table
from services.common.sealed_texts import SealedTexts

ROSTERS = tenant_table(
    "rosters",
    metadata,
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    references("points", "point=unit"),
    key=("point", "day"),
    app=("select", "insert", "update"),
)

SHIFTS = tenant_table(
    "shifts",
    metadata,
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("officer", sa.Text, nullable=False),
    sa.Column("planned", sa.Boolean, nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("check_in_time", instant()),
    sa.Column("check_out_time", instant()),
    sa.Column("closed_by_midnight", sa.Boolean, nullable=False),
    references("rosters", "point", "day"),
    key=("point", "day", "officer"),
)

ABSENCES = tenant_table(
    "absences",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("officer", sa.Text, nullable=False),
    sa.Column("deputy", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("return_day", sa.Date),
    sa.Column("points", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("declarer", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    key=("id",),
    app=("select", "insert", "update"),
)

ABSENCE_ROWS = Rows(ABSENCES, Absence, "请假", unknown="NO_ABSENCE")
TEXTS = SealedTexts.beside("absence_texts", metadata, "absence", "absences")
REASON = "reason"

_r, _s, _a = ROSTERS.c, SHIFTS.c, ABSENCES.c
sa.Index("rosters_day_idx", _r.tenant, _r.day, _r.point)
sa.Index("absences_first_day_idx", _a.tenant, _a.first_day, _a.id)
sa.Index("absences_officer_idx", _a.tenant, _a.officer, _a.last_day)

_SHIFT = tuple(field.name for field in fields(Shift))


async def roster(tx: Tx, point: str, day: date) -> Roster:
    """The roster of a point and day; an empty one, of version 0, where there is none.

    Whoever changes it has locked the point before.
    """
    row = await tx.row(sa.select(ROSTERS).where(_r.tenant == tx.tenant, _r.point == point, _r.day == day))
    return Roster(point=point, day=day) if row is None else (await rosters_of(tx, [row]))[0]


async def rosters_of(tx: Tx, rows: Sequence[Row]) -> list[Roster]:
    """The rosters of these rows, with their shifts, in one query more."""
    shifts: dict[tuple[str, date], list[Shift]] = {(row.point, row.day): [] for row in rows}
    found = sa.select(SHIFTS).where(_s.tenant == tx.tenant, sa.tuple_(_s.point, _s.day).in_(sorted(shifts)))
    for row in await tx.rows(found.order_by(_s.officer)):
        shifts[row.point, row.day].append(Shift(**{name: getattr(row, name) for name in _SHIFT}))
    return [
        Roster(point=row.point, day=row.day, version=row.version, shifts=tuple(shifts[row.point, row.day]))
        for row in rows
    ]


def save_roster(tx: Tx, before: Roster, after: Roster) -> None:
    """PENDING: what changed between the two."""
    key = {"point": after.point, "day": after.day}
    tx.upsert(ROSTERS, ("point", "day"), **key, version=after.version)
    gone = {shift.officer for shift in before.shifts} - {shift.officer for shift in after.shifts}
    if gone:
        of_day = (_s.tenant == tx.tenant, _s.point == after.point, _s.day == after.day)
        tx.write(sa.delete(SHIFTS).where(*of_day, _s.officer.in_(sorted(gone))))
    for shift in after.shifts:
        if shift not in before.shifts:
            values = {name: getattr(shift, name) for name in _SHIFT}
            tx.upsert(SHIFTS, ("point", "day", "officer"), **key, **values)


async def presence(tx: Tx, point: str, officers: Collection[str], day: date) -> Presence:
    """What is known of these officers at the point on the day."""
    shifts = sa.select(_s.officer, _s.planned, _s.state).where(_s.tenant == tx.tenant, _s.point == point, _s.day == day)
    rows = await tx.rows(shifts)
    return Presence(
        planned={row.officer for row in rows if row.planned},
        on_duty={row.officer for row in rows if row.state is State.ON_DUTY},
        expected={row.officer for row in rows if row.state is State.PLANNED},
        absent=await absent(tx, officers, day),
    )


async def absent(tx: Tx, officers: Collection[str], first_day: date, last_day: date | None = None) -> set[str]:
    """Those of the officers who are absent on the day or, with a last day, on any from the one to the other."""
    till = first_day if last_day is None else last_day
    found = sa.select(_a.officer).where(_a.tenant == tx.tenant, _a.officer.in_(sorted(officers)))
    ended = sa.func.coalesce(_a.return_day > sa.func.greatest(_a.first_day, first_day), sa.true())
    return {row.officer for row in await tx.rows(found.where(_a.first_day <= till, _a.last_day >= first_day, ended))}
