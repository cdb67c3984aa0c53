"""The sweeper: fires what is due. Any number of them may run, in any number of processes.

The sweeper's own role, which spans tenants, only lists what is due. The application role then takes each row in a
transaction of its tenant: locks it if nobody else has, looks again whether it is due, deletes it, and calls the
handler. All of it is committed together or not at all, so that each deadline fires once, however many sweepers there
are and whenever one of them dies.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
import structlog
from prometheus_client import Counter, Gauge

from services.common.backoff import Backoff, finish
from services.common.clock import Clock
from services.common.database import Database, Tx, Unreachable
from services.common.deadlines.rows import Deadline
from services.common.foundation import DEADLINES
from services.common.tracing import working

Handler = Callable[[Tx, Deadline, datetime], Awaitable[None]]
"""What a deadline causes, given the transaction and the present instant.

It looks again whether what the deadline was set for still holds, under a lock of the owner's row: a use case may
have changed it in between. It raises when it cannot do its work; then nothing has happened, and it is tried again.
"""

LISTED = 1000
"""How many due rows are looked at in one sweep, oldest first."""
TOGETHER = 50
"""How many deadlines of a tenant fire in one transaction; their owners stay locked until it ends."""
TENANTS_AT_ONCE = 4

QUIET_ATTEMPTS = 3
PATIENCE = "300ms"
"""How long a handler waits for a lock. A use case that holds it may itself be waiting to move the deadline that is
firing; the sweeper gives way before PostgreSQL finds the deadlock and picks a victim."""

FIRED = Counter("minshao_deadlines_fired_total", "Deadlines fired, by kind.", ["kind"])
FAILED = Counter("minshao_deadlines_failed_total", "Failed tries to fire a deadline, by kind.", ["kind"])
LAG = Gauge("minshao_sweeper_lag_seconds", "Domain time since the oldest deadline that is due and has not fired.")
SWEPT = Gauge("minshao_sweeper_swept_until_seconds", "Domain time up to which every deadline has fired.")

log = structlog.get_logger(__name__)

rows = DEADLINES.c
rested = sa.func.coalesce(rows.not_before, sa.func.now()) <= sa.func.now()

TAKE = sa.text(
    """
    DELETE FROM deadlines d USING (
        SELECT owner, kind FROM deadlines
        JOIN unnest(CAST(:owners AS text[]), CAST(:kinds AS text[])) AS wanted (owner, kind) USING (owner, kind)
        WHERE tenant = :tenant AND due_time <= :now AND (not_before IS NULL OR not_before <= now())
        FOR UPDATE OF deadlines SKIP LOCKED
    ) AS free
    WHERE d.tenant = :tenant AND d.owner = free.owner AND d.kind = free.kind
    RETURNING d.kind, d.owner, d.due_time, set_config('lock_timeout', :patience, true)
    """
)


class Sweeper:
    """Fires the deadlines whose kinds have a handler; others are left to the version of the program that knows them."""

    def __init__(
        self,
        database: Database,
        sweeper_database: Database,
        handlers: Mapping[str, Handler],
        clock: Clock,
        pause: float = 0.25,
    ) -> None:
        """`database` connects as the application, `sweeper_database` as the sweeper. `pause` is in seconds."""
        self._database = database
        self._listing = sweeper_database
        self._handlers = handlers
        self._clock = clock
        self._pause = pause
        self._room = asyncio.Semaphore(TENANTS_AT_ONCE)

    async def run(self) -> None:
        """Sweeps until it is cancelled; a sweep that has begun is finished. Survives the loss of PostgreSQL."""
        backoff = Backoff()
        while True:
            try:
                fired = await finish(self.sweep())
            except Exception as error:  # noqa: BLE001 - whatever it was, what is due stays due
                log.warning("sweep_broke_off", error=error)
                await backoff.wait()
            else:
                backoff.reset()
                if not fired:
                    await asyncio.sleep(self._pause)

    async def sweep(self) -> int:
        """Fires what is due now, the oldest first, and returns how many; there may be more.

        Raises Unreachable, alone or in groups, when the database is lost.
        """
        now = self._clock.now()
        tenants = await self._due(now)
        async with asyncio.TaskGroup() as group:
            sweeps = [group.create_task(self._fire_all(tenant, due, now)) for tenant, due in tenants.items()]
        await self._measure(now)
        return sum(sweep.result() for sweep in sweeps)

    async def _due(self, now: datetime) -> Mapping[str, list[Deadline]]:
        """What is due, oldest first, by tenant."""
        kinds = rows.kind.in_(self._handlers)
        query = sa.select(rows.tenant, rows.kind, rows.owner, rows.due_time).where(rows.due_time <= now, kinds, rested)
        due: defaultdict[str, list[Deadline]] = defaultdict(list)
        async with self._listing.platform() as tx:
            for tenant, *deadline in await tx.rows(query.order_by(rows.due_time).limit(LISTED)):
                due[tenant].append(Deadline(*deadline))
        return due

    async def _fire_all(self, tenant: str, due: Sequence[Deadline], now: datetime) -> int:
        fired, rest = 0, iter(due)
        async with self._room:
            while batch := list(islice(rest, TOGETHER)):
                fired += await self._fire(tenant, batch, now)
        return fired

    async def _fire(self, tenant: str, batch: Sequence[Deadline], now: datetime) -> int:
        """Fires together; if one fails, each by itself, so that it holds up no other."""
        try:
            async with self._database.transaction(tenant) as tx:
                taken = await take(tx, batch, now)
                for deadline in taken:
                    await self._call(tx, deadline, now)
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001 - a handler may fail in any way; it is logged once it is alone
            if len(batch) > 1:
                return sum([await self._fire(tenant, [deadline], now) for deadline in batch])
            await self._put_off(tenant, batch[0], error)
            return 0
        for deadline in taken:
            FIRED.labels(deadline.kind).inc()
        return len(taken)

    async def _call(self, tx: Tx, deadline: Deadline, now: datetime) -> None:
        with working("") as work:
            tx.trace = work.trace
            await self._handlers[deadline.kind](tx, deadline, now)

    async def _put_off(self, tenant: str, deadline: Deadline, error: Exception) -> None:
        """Tries again after 1, 2, 4 … 256 seconds of real time: what is broken does not mend when domain time moves."""
        FAILED.labels(deadline.kind).inc()
        this = (rows.tenant == tenant, rows.owner == deadline.owner, rows.kind == deadline.kind)
        wait = sa.func.power(2, sa.func.least(rows.attempts, 8)) * sa.text("interval '1 second'")
        later = sa.update(DEADLINES).where(*this).values(attempts=rows.attempts + 1, not_before=sa.func.now() + wait)
        async with self._database.transaction(tenant) as tx:
            attempts = await tx.scalar(later.returning(rows.attempts))
        # A lock that a use case held too long is nothing to wake anybody for; what goes on failing is.
        report = log.error if attempts and attempts > QUIET_ATTEMPTS else log.warning
        report("deadline_failed", kind=deadline.kind, owner=deadline.owner, tenant=tenant, error=error)

    async def _measure(self, now: datetime) -> None:
        oldest = sa.select(sa.func.min(rows.due_time)).where(rows.due_time <= now, rows.kind.in_(self._handlers))
        async with self._listing.platform() as tx:
            due = await tx.scalar(oldest)
        LAG.set((now - due).total_seconds() if due else 0)
        if due is None:
            SWEPT.set(now.timestamp())


async def take(tx: Tx, batch: Sequence[Deadline], now: datetime) -> list[Deadline]:
    """Those of the batch that are still due and that nobody else has taken, deleted, oldest first."""
    wanted = {"owners": [deadline.owner for deadline in batch], "kinds": [deadline.kind for deadline in batch]}
    taken: Sequence[sa.Row[Any]] = await tx.rows(
        TAKE, {**wanted, "tenant": tx.tenant, "now": now, "patience": PATIENCE}
    )
    return sorted((Deadline(row.kind, row.owner, row.due_time) for row in taken), key=lambda each: each.due_time)
