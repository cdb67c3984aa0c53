"""Cases with the parts of their routes, the series of their numbers, their sealed texts and their receipts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.agency.cases.domain.case import APPLICANTS, Case, HandIn, Outcome, Part
from services.agency.cases.domain.states import OPEN, State
from services.agency.items.domain import Handling
from services.agency.points.domain import Tier
from services.agency.points.officers import AGENCY_ROLES
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.organisation.store import ACCOUNT_ROLES, ACCOUNTS
from services.common.receipts import Receipts
from services.common.schema import Row, instant, references, tenant_table
from services.common.sealed_texts import SealedTexts
from services.common.series import next_in, series, take_next
from services.common.workdays import Due, Ground, Pause


def _texts() -> postgresql.ARRAY[str]:
    return postgresql.ARRAY(sa.Text, as_tuple=True)


def _dates() -> postgresql.ARRAY[date]:
    return postgresql.ARRAY(sa.Date, as_tuple=True)


CASES = tenant_table(
    "cases",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("item_version", sa.Integer, nullable=False),
    sa.Column("handling", Of(Handling), nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("offered_to", sa.Text),
    sa.Column("receive_time", instant(), nullable=False),
    sa.Column("receive_date", sa.Date, nullable=False),
    sa.Column("complete_date", sa.Date),
    sa.Column("lacking", _texts(), nullable=False),
    sa.Column("owed", _texts(), nullable=False),
    sa.Column("owed_until", sa.Date),
    sa.Column("notices", sa.Integer, nullable=False),
    sa.Column("notify_date", sa.Date),
    sa.Column("handed_in_materials", _texts(), nullable=False, server_default="{}"),
    sa.Column("handed_in_dates", _dates(), nullable=False, server_default="{}"),
    sa.Column("visits", sa.Integer, nullable=False, server_default="1"),
    sa.Column("accept_date", sa.Date),
    sa.Column("pause_starts", _dates(), nullable=False),
    sa.Column("pause_ends", _dates(), nullable=False),
    sa.Column("outcome", Of(Outcome)),
    sa.Column("decide_date", sa.Date),
    sa.Column("tell_date", sa.Date),
    sa.Column("promised_date", sa.Date),
    sa.Column("overdue_date", sa.Date),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("calendar_revision", sa.BigInteger, nullable=False),
    sa.Column("consultation", sa.Text),
    references("points", "point=unit"),
    key=("id",),
    app=("select", "insert", "update"),
)
"""The applicant's pauses are two arrays side by side; an end that is not there yet is NULL. What was promised is kept
with the revision of the calendar by which it was counted, so that what another one would move can be found."""

CASE_PARTS = tenant_table(
    "case_parts",
    metadata,
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("step", sa.SmallInteger, nullable=False),
    sa.Column("place", sa.SmallInteger, nullable=False),
    sa.Column("tier", Of(Tier), nullable=False),
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("days", sa.SmallInteger, nullable=False),
    sa.Column("start_date", sa.Date),
    sa.Column("end_date", sa.Date),
    sa.Column("due_date", sa.Date),
    sa.Column("overdue_date", sa.Date),
    sa.Column("pause_grounds", _texts(), nullable=False),
    sa.Column("pause_starts", _dates(), nullable=False),
    sa.Column("pause_ends", _dates(), nullable=False),
    references("cases", "case=id"),
    key=("case", "step", "place"),
    app=("select", "insert", "update"),
)

CASE_SERIES = series(
    "case_series",
    metadata,
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
)
"""The last number of each point and year."""

NEXT_SERIAL = next_in(CASE_SERIES)

TEXTS = SealedTexts.beside("case_texts", metadata, "case", "cases")
"""Who applied, reasons, how the result was told: each sealed apart under the data key of the case."""

RECEIPTS = Receipts.beside("case_receipts", metadata, "case", "cases")
"""What a case is found by: the hash of its receipt code, and that of its number with the applicant's telephone number,
which shows less. They are under different keys: neither opens what the other does."""

_c, _p = CASES.c, CASE_PARTS.c
sa.Index("cases_receive_time_idx", _c.tenant, _c.receive_time, _c.id)
sa.Index("cases_promised_date_idx", _c.tenant, _c.promised_date, _c.id)
sa.Index("cases_number_key", _c.tenant, _c.number, unique=True)
CLOCKED = (State.RECEIVED, State.HANDLING)
"""The states in which a case has deadlines."""

sa.Index("cases_recount_idx", _c.tenant, _c.calendar_revision, _c.id, postgresql_where=_c.state.in_(CLOCKED))
sa.Index("cases_owner_idx", _c.tenant, _c.owner, _c.id, postgresql_where=_c.state.in_(OPEN))
sa.Index("case_parts_desk_idx", _p.tenant, _p.desk, _p.end_date)
sa.Index("case_parts_due_date_idx", _p.tenant, _p.desk, _p.due_date)
sa.Index("case_receipts_case_idx", RECEIPTS.table.c.tenant, RECEIPTS.table.c.case)
sa.Index("case_parts_department_idx", _p.tenant, _p.start_date, _p.desk, postgresql_where=_p.tier == Tier.COUNTY)

LOAD = sa.select(CASES).where(_c.tenant == sa.bindparam("this_tenant"), _c.id == sa.bindparam("this_id"))
PARTS = (
    sa.select(CASE_PARTS)
    .where(_p.tenant == sa.bindparam("this_tenant"), _p.case == sa.bindparam("this_id"))
    .order_by(_p.step, _p.place)
)


def _promises() -> sa.Update:
    """What the calendar makes of many cases: each list holds one thing of all of them."""
    listed = (
        sa.bindparam("ids", type_=postgresql.ARRAY(sa.Text)),
        sa.bindparam("versions", type_=postgresql.ARRAY(sa.BigInteger)),
        sa.bindparam("dates", type_=postgresql.ARRAY(sa.Date)),
        sa.bindparam("told", type_=postgresql.ARRAY(sa.Date)),
        sa.bindparam("provisional", type_=postgresql.ARRAY(sa.Boolean)),
    )
    columns = ("ids", "versions", "dates", "told", "provisional")
    new = sa.func.unnest(*listed).table_valued(*columns).render_derived(name="new").c
    counted = {"promised_date": new.dates, "overdue_date": new.told, "provisional": new.provisional}
    these = sa.update(CASES).where(_c.tenant == sa.bindparam("this"), _c.id == new.ids)
    return these.values(version=new.versions, **counted, calendar_revision=sa.bindparam("by"))


def _last_days() -> sa.Update:
    """The same of the parts of their routes."""
    listed = (
        sa.bindparam("ids", type_=postgresql.ARRAY(sa.Text)),
        sa.bindparam("steps", type_=postgresql.ARRAY(sa.SmallInteger)),
        sa.bindparam("places", type_=postgresql.ARRAY(sa.SmallInteger)),
        sa.bindparam("dates", type_=postgresql.ARRAY(sa.Date)),
        sa.bindparam("told", type_=postgresql.ARRAY(sa.Date)),
    )
    columns = ("ids", "steps", "places", "dates", "told")
    new = sa.func.unnest(*listed).table_valued(*columns).render_derived(name="new").c
    this = (_p.case == new.ids, _p.step == new.steps, _p.place == new.places)
    these = sa.update(CASE_PARTS).where(_p.tenant == sa.bindparam("this"), *this)
    return these.values(due_date=new.dates, overdue_date=new.told)


PROMISES, LAST_DAYS = _promises(), _last_days()

_PLAIN = (
    *("version", "number", "point", "item", "item_version", "handling", "state", "owner", "offered_to", "receive_time"),
    *("receive_date", "complete_date", "lacking", "owed", "owed_until", "notices", "notify_date", "visits"),
    *("accept_date", "outcome", "decide_date", "tell_date", "promised_date", "overdue_date", "consultation"),
)
"""The columns of a case that are called as the fields are."""


def _new(columns: Mapping[str, object]) -> dict[str, object]:
    """Their values, as SAVE and SAVE_PART take them."""
    return {f"new_{name}": value for name, value in columns.items()}


def _setting(table: sa.Table, *these: sa.ColumnElement[bool], but: Collection[str]) -> sa.Update:
    """Sets all columns but these of one row. Made once: to build it takes longer than to send it."""
    new = {
        column: sa.bindparam(f"new_{column.name}", type_=column.type) for column in table.c if column.name not in but
    }
    return sa.update(table).where(*these).values(new)


SAVE = _setting(CASES, _c.tenant == sa.bindparam("this_tenant"), _c.id == sa.bindparam("this_id"), but=("tenant", "id"))
SAVE_PART = _setting(
    CASE_PARTS,
    _p.tenant == sa.bindparam("this_tenant"),
    _p.case == sa.bindparam("this_id"),
    _p.step == sa.bindparam("this_step"),
    _p.place == sa.bindparam("this_place"),
    but=("tenant", "case", "step", "place"),
)


def insert(tx: Tx, case: Case, revision: int) -> None:
    """PENDING: a new case, with its parts."""
    tx.insert(CASES, id=case.id, **_columns(case), provisional=False, calendar_revision=revision)
    for part in case.parts:
        tx.insert(CASE_PARTS, case=case.id, step=part.step, place=part.place, **_part_columns(part))


def save(tx: Tx, before: Case, after: Case, due: Due | None, revision: int, *, behind: bool = False) -> None:
    """PENDING: what changed between the two, and what is promised by this revision of the calendar; or by one before,
    where that is `behind`, and recounting is still to come."""
    counted = {"provisional": bool(due and due.provisional), "calendar_revision": revision - behind}
    this = {"this_tenant": tx.tenant, "this_id": after.id}
    tx.write(SAVE, {**this, **_new(_columns(after) | counted)})
    for old, new in zip(before.parts, after.parts, strict=True):
        if old != new:
            place = {"this_step": new.step, "this_place": new.place}
            tx.write(SAVE_PART, {**this, **place, **_new(_part_columns(new))})


async def load(tx: Tx, id: str) -> Case:
    """The case with this id, whoever looks. Raises NotFound."""
    return await _load(tx, LOAD, id)


async def lock(tx: Tx, id: str) -> Case:
    """The same, locked until the transaction ends: moves of one case wait for each other."""
    return await _load(tx, LOAD.with_for_update(), id)


async def behind(tx: Tx, revision: int, limit: int, id: str = "") -> list[tuple[Case, int]]:
    """Some of the cases with clocks that were counted by an earlier revision of the calendar, locked, with that one; or
    the one with this id, if it is among them."""
    counted = sa.select(CASES).where(_c.tenant == tx.tenant, _c.state.in_(CLOCKED), _c.calendar_revision < revision)
    if id:
        counted = counted.where(_c.id == id)
    rows = await tx.rows(counted.order_by(_c.calendar_revision, _c.id).limit(limit).with_for_update())
    return list(zip(await cases_of(tx, rows), (row.calendar_revision for row in rows), strict=True))


async def cases_of(tx: Tx, rows: Sequence[Row]) -> list[Case]:
    """The cases of these rows, with their parts, in one query more."""
    if not rows:
        return []
    parts: dict[str, list[Part]] = {row.id: [] for row in rows}
    found = sa.select(CASE_PARTS).where(_p.tenant == tx.tenant, _p.case.in_(sorted(parts)))
    for row in await tx.rows(found.order_by(_p.step, _p.place)):
        parts[row.case].append(_part(row))
    return [_case(tx, row, parts[row.id]) for row in rows]


async def count_behind(tx: Tx, revision: int) -> int:
    """How many of them there are."""
    these = (_c.tenant == tx.tenant, _c.state.in_(CLOCKED), _c.calendar_revision < revision)
    return await tx.scalar(sa.select(sa.func.count()).select_from(CASES).where(*these)) or 0


def save_promises(tx: Tx, counted: Sequence[tuple[Case, Due | None]], revision: int) -> None:
    """PENDING: what is promised for each of these by this revision of the calendar, as their new version; in one
    statement for all."""
    cases = [case for case, _ in counted]
    promised = {
        "ids": [case.id for case in cases],
        "versions": [case.version for case in cases],
        "dates": [case.promised_date for case in cases],
        "told": [case.overdue_date for case in cases],
        "provisional": [bool(due and due.provisional) for _, due in counted],
    }
    tx.write(PROMISES, {**promised, "by": revision, "this": tx.tenant})


def save_last_days(tx: Tx, parts: Sequence[tuple[str, Part]]) -> None:
    """PENDING: the last days of desks, each with the id of its case; in one statement for all."""
    each = [part for _, part in parts]
    days = {
        "ids": [id for id, _ in parts],
        "steps": [part.step for part in each],
        "places": [part.place for part in each],
        "dates": [part.due_date for part in each],
        "told": [part.overdue_date for part in each],
    }
    tx.write(LAST_DAYS, {**days, "this": tx.tenant})


def save_revision(tx: Tx, ids: Collection[str], revision: int) -> None:
    """PENDING: these were counted by this revision, and what was promised stays."""
    these = sa.update(CASES).where(_c.tenant == tx.tenant, _c.id.in_(sorted(ids)))
    tx.write(these.values(calendar_revision=revision))


async def open_of(tx: Tx, owner: str) -> list[Case]:
    """The open cases for which an account answers, locked."""
    return await _locked(tx, _c.owner == owner)


async def unowned(tx: Tx, limit: int) -> list[Case]:
    """At most so many of the open cases for which nobody answers who still works here, locked."""
    return await _locked(tx, no_ones(), limit=limit)


def no_ones() -> sa.ColumnElement[bool]:
    """That nobody answers for a case who still works here: its owner's account, which is known, was disabled or has no
    role in the agency any more. The other way round it is found by few accounts, not by all cases."""
    account, granted = ACCOUNTS.c, ACCOUNT_ROLES.c
    in_agency = sa.exists().where(
        granted.tenant == account.tenant, granted.account == account.name, granted.role.in_(AGENCY_ROLES)
    )
    gone = sa.select(account.name).where(account.tenant == _c.tenant, sa.or_(account.disabled, ~in_agency))
    return sa.and_(_c.state.in_(OPEN), _c.owner.in_(gone))


async def next_serial(tx: Tx, point: str, year: int) -> int:
    """The next number of a point and year. Holds the series until the transaction ends: call it last."""
    return await take_next(tx, NEXT_SERIAL, point=point, year=year)


async def _locked(tx: Tx, *conditions: sa.ColumnElement[bool], limit: int | None = None) -> list[Case]:
    these = sa.select(CASES).where(_c.tenant == tx.tenant, _c.state.in_(OPEN), *conditions)
    return await cases_of(tx, await tx.rows(these.order_by(_c.id).limit(limit).with_for_update(of=CASES)))


async def _load(tx: Tx, statement: sa.Select[*tuple[object, ...]], id: str) -> Case:
    this = {"this_tenant": tx.tenant, "this_id": id}
    if (row := await tx.row(statement, this)) is None:
        raise NotFound("代理件", f"tenants/{tx.tenant}/cases/{id}", reason="NO_CASE")
    return _case(tx, row, [_part(each) for each in await tx.rows(PARTS, this)])


def _case(tx: Tx, row: Row, parts: Iterable[Part]) -> Case:
    grounds = [APPLICANTS] * len(row.pause_starts)
    plain = {name: getattr(row, name) for name in _PLAIN}
    pauses = _pauses(grounds, row.pause_starts, row.pause_ends)
    handed_in = tuple(HandIn(*each) for each in zip(row.handed_in_materials, row.handed_in_dates, strict=True))
    return Case(tenant=tx.tenant, id=row.id, parts=tuple(parts), pauses=pauses, handed_in=handed_in, **plain)


def _columns(case: Case) -> dict[str, object]:
    plain = {name: getattr(case, name) for name in _PLAIN}
    return {
        **plain,
        "pause_starts": _starts(case.pauses),
        "pause_ends": _ends(case.pauses),
        "handed_in_materials": tuple(each.material for each in case.handed_in),
        "handed_in_dates": tuple(each.on for each in case.handed_in),
    }


def _part_columns(part: Part) -> dict[str, object]:
    return {
        "tier": part.tier,
        "desk": part.desk,
        "days": part.days,
        "start_date": part.start,
        "end_date": part.end,
        "due_date": part.due_date,
        "overdue_date": part.overdue_date,
        "pause_grounds": tuple(pause.ground.name for pause in part.pauses),
        "pause_starts": _starts(part.pauses),
        "pause_ends": _ends(part.pauses),
    }


def _part(row: Row) -> Part:
    grounds = [Ground[name] for name in row.pause_grounds]
    part = Part(step=row.step, place=row.place, tier=row.tier, desk=row.desk, days=row.days)
    pauses = _pauses(grounds, row.pause_starts, row.pause_ends)
    days = {"due_date": row.due_date, "overdue_date": row.overdue_date}
    return replace(part, start=row.start_date, end=row.end_date, pauses=pauses, **days)


def _pauses(grounds: Iterable[Ground], starts: Iterable[date], ends: Iterable[date | None]) -> tuple[Pause, ...]:
    return tuple(Pause(*each) for each in zip(grounds, starts, ends, strict=True))


def _starts(pauses: Sequence[Pause]) -> tuple[date, ...]:
    return tuple(pause.start for pause in pauses)


def _ends(pauses: Sequence[Pause]) -> tuple[date | None, ...]:
    return tuple(pause.end for pause in pauses)
