"""The table of nominations and its queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.common.columns import Of
from services.common.database import Tx
from services.common.keyset import following
from services.common.schema import Row, instant, references, tenant_table
from services.watch.persons import person_key
from services.watch.supervisors.domain.nomination import OPEN_STATES, Nomination, NominationState
from services.watch.tables import metadata

NOMINATIONS = tenant_table(
    "nominations",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("person_key", sa.Text, nullable=False),
    sa.Column("account", sa.Text),
    sa.Column("meeting_date", sa.Date, nullable=False),
    sa.Column("meeting_record", sa.Text, nullable=False),
    sa.Column("state", Of(NominationState), nullable=False),
    sa.Column("examination", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    sa.Column("decide_time", instant()),
    sa.Column("renews", sa.Text),
    sa.Column("version", sa.BigInteger, nullable=False),
    references("posts", "unit"),
    key=("id",),
    app=("select", "insert", "update (state, examination, decide_time, version)"),
)

_n = NOMINATIONS.c
_open = _n.state.in_([int(state) for state in OPEN_STATES])

ONE_OPEN_PER_PERSON = sa.Index(
    "nominations_open_person_key", _n.tenant, _n.person_key, unique=True, postgresql_where=_open
)
ONE_OPEN_PER_ACCOUNT = sa.Index(
    "nominations_open_account_key", _n.tenant, _n.account, unique=True, postgresql_where=_open
)
sa.Index("nominations_newest_idx", _n.tenant, _n.create_time.desc(), _n.id.desc())
sa.Index("nominations_unit_idx", _n.tenant, _n.unit, _n.create_time.desc(), _n.id.desc())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which nominations a list holds; None: no matter."""

    units: Collection[str] | None = None
    state: NominationState | None = None


def insert(tx: Tx, nomination: Nomination) -> None:
    """A new nomination, as a pending write. Sent, it raises UniqueViolation where one of the person is open."""
    tx.insert(
        NOMINATIONS,
        id=nomination.id,
        unit=nomination.unit,
        person=nomination.person,
        person_key=person_key(nomination.person),
        account=nomination.account,
        meeting_date=nomination.meeting_date,
        meeting_record=nomination.meeting_record,
        state=nomination.state,
        examination=nomination.examination,
        create_time=nomination.create_time,
        decide_time=nomination.decide_time,
        renews=nomination.renews,
        version=nomination.version,
    )


def save(tx: Tx, nomination: Nomination) -> None:
    """What of a nomination can change, as a pending write. The row is locked since `lock`."""
    this = sa.update(NOMINATIONS).where(_n.tenant == tx.tenant, _n.id == nomination.id)
    tx.write(
        this.values(
            state=nomination.state,
            examination=nomination.examination,
            decide_time=nomination.decide_time,
            version=nomination.version,
        )
    )


async def load(tx: Tx, id: str) -> Nomination | None:
    """The nomination with this id."""
    row = await tx.row(sa.select(NOMINATIONS).where(_n.tenant == tx.tenant, _n.id == id))
    return None if row is None else _of(row)


async def lock(tx: Tx, id: str) -> Nomination | None:
    """The same, with its row locked until the transaction ends."""
    row = await tx.row(sa.select(NOMINATIONS).where(_n.tenant == tx.tenant, _n.id == id).with_for_update())
    return None if row is None else _of(row)


async def open_at(tx: Tx, unit: str) -> list[Nomination]:
    """The nominations of a unit that are on their way."""
    rows = await tx.rows(sa.select(NOMINATIONS).where(_n.tenant == tx.tenant, _n.unit == unit, _open))
    return [_of(row) for row in rows]


async def page(tx: Tx, wanted: Wanted, after: tuple[datetime, str] | None, limit: int) -> list[Nomination]:
    """At most `limit` nominations, newest first, from behind the one with this time and id on."""
    chosen = sa.select(NOMINATIONS).where(_n.tenant == tx.tenant)
    if wanted.units is not None:
        chosen = chosen.where(_n.unit.in_(sorted(wanted.units)))
    if wanted.state is not None:
        chosen = chosen.where(_n.state == wanted.state)
    rows = await tx.rows(following(chosen, (_n.create_time, _n.id), after, limit, descending=True))
    return [_of(row) for row in rows]


def _of(row: Row) -> Nomination:
    return Nomination(
        id=row.id,
        unit=row.unit,
        person=row.person,
        account=row.account,
        meeting_date=row.meeting_date,
        meeting_record=row.meeting_record,
        state=row.state,
        create_time=row.create_time,
        version=row.version,
        examination=row.examination,
        decide_time=row.decide_time,
        renews=row.renews,
    )
