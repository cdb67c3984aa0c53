"""Tables and queries of sessions and of the counters that guard the sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.database import Tx
from services.common.schema import Row, instant, references, tenant_table
from services.gateway.sessions.domain import Session
from services.gateway.sessions.guards import FORGOTTEN_AFTER, Counter, Guard, Guards
from services.gateway.tables import metadata

SESSIONS = tenant_table(
    "sessions",
    metadata,
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("start_time", instant(), nullable=False),
    sa.Column("refresh_time", instant(), nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("end_time", instant()),
    references("accounts", "login"),
    key=("id",),
)

sa.Index("sessions_login_idx", SESSIONS.c.tenant, SESSIONS.c.login)

SIGN_IN_GUARDS = tenant_table(
    "sign_in_guards",
    metadata,
    sa.Column("counter", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_time", instant(), nullable=False),
    sa.Column("closed_until", instant()),
    key=("counter",),
)

sa.Index("sign_in_guards_last_time_idx", SIGN_IN_GUARDS.c.tenant, SIGN_IN_GUARDS.c.last_time)

FORGOTTEN_AT_ONCE = 100
"""How many counters of the past a try clears away at most, so that none has to wait for a heap of them."""


def add(tx: Tx, session: Session) -> None:
    """PENDING."""
    tx.insert(SESSIONS, **asdict(session))


def save(tx: Tx, session: Session) -> None:
    """PENDING: the session as it is now."""
    tx.upsert(SESSIONS, ("id",), **asdict(session))


async def lock(tx: Tx, id: UUID) -> Session | None:
    chosen = sa.select(SESSIONS).where(SESSIONS.c.tenant == tx.tenant, SESSIONS.c.id == id)
    row = await tx.row(chosen.with_for_update())
    if row is None:
        return None
    _, *values = row
    return Session(*values)


async def count_open(tx: Tx, login: str, epoch: int) -> int:
    """How many sessions of the account have not been ended; some of them may have expired since."""
    session = SESSIONS.c
    these = (session.tenant == tx.tenant, session.login == login, session.epoch == epoch, session.end_time.is_(None))
    return await tx.scalar(sa.select(sa.func.count()).where(*these)) or 0


def drop_started_before(tx: Tx, login: str, instant: datetime) -> None:
    """PENDING: forgets sessions of the account that can no longer be open."""
    session = SESSIONS.c
    old = (session.tenant == tx.tenant, session.login == login, session.start_time < instant)
    tx.write(sa.delete(SESSIONS).where(*old))


async def lock_guards(tx: Tx, keys: Mapping[Counter, str], now: datetime) -> dict[Counter, Guard]:
    """The counters under these keys, which nobody else changes until the transaction ends; new ones stand at zero."""
    # Written first, since a row that is not there cannot be locked; sorted, so that two tries never wait crosswise.
    fresh = [{"tenant": tx.tenant, "counter": key, "failures": 0, "last_time": now} for key in sorted(keys.values())]
    tx.write(insert(SIGN_IN_GUARDS).values(fresh).on_conflict_do_nothing())
    guard = SIGN_IN_GUARDS.c
    chosen = sa.select(SIGN_IN_GUARDS).where(guard.tenant == tx.tenant, guard.counter.in_(list(keys.values())))
    rows = {row.counter: row for row in await tx.rows(chosen.order_by(guard.counter).with_for_update())}
    return {counter: _guard(rows[key]) for counter, key in keys.items()}


def save_guards(tx: Tx, keys: Mapping[Counter, str], guards: Guards, now: datetime) -> None:
    """PENDING: the counters as they are now."""
    for counter, guard in guards.items():
        values = {**asdict(guard), "last_time": guard.last_time or now}
        tx.upsert(SIGN_IN_GUARDS, ("counter",), counter=keys[counter], **values)


def forget_guards(tx: Tx, now: datetime) -> None:
    """PENDING: clears away counters that count for nothing any more."""
    guard = SIGN_IN_GUARDS.c
    old = sa.select(guard.counter).where(guard.tenant == tx.tenant, guard.last_time < now - FORGOTTEN_AFTER)
    some = old.limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
    tx.write(sa.delete(SIGN_IN_GUARDS).where(guard.tenant == tx.tenant, guard.counter.in_(some)))


def _guard(row: Row) -> Guard:
    return Guard(row.failures, row.last_time, row.closed_until)
