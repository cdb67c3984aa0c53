"""Deadlines fire once, in order, when they are due; what fails waits and holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.common import deadlines
from services.common.clock import FixedClock
from services.common.database import Database, Tx
from services.common.deadlines import Deadline, Handler, Sweeper
from services.common.foundation import DEADLINES, INBOX
from tests.messaging import eventually, figure, running
from tests.sample_events import START

HOUR = timedelta(hours=1)


class Fired:
    """A handler that notes what it was called with, in memory and in the transaction."""

    def __init__(self) -> None:
        self.owners: list[str] = []
        self.tenants: set[str] = set()

    async def __call__(self, tx: Tx, deadline: Deadline, now: datetime) -> None:
        assert now >= deadline.due_time
        self.owners.append(deadline.owner)
        self.tenants.add(tx.tenant)
        # Any table with a unique key will do: a second firing of the same owner violates it.
        tx.insert(INBOX, consumer=deadline.kind, event_id=uuid4(), time=now)


class Broken(Exception):
    pass


async def broken(tx: Tx, deadline: Deadline, now: datetime) -> None:
    tx.insert(INBOX, consumer="broken", event_id=uuid4(), time=now)
    raise Broken


async def plan(database: Database, tenant: str, owners: Mapping[str, datetime], kind: str = "overdue") -> None:
    async with database.transaction(tenant) as tx:
        for owner, due in owners.items():
            deadlines.schedule(tx, kind, owner, due)


async def open_deadlines(database: Database, tenant: str) -> int:
    async with database.transaction(tenant) as tx:
        return await tx.scalar(sa.select(sa.func.count()).select_from(DEADLINES)) or 0


async def effects(database: Database, tenant: str, kind: str = "overdue") -> int:
    count = sa.select(sa.func.count()).select_from(INBOX).where(INBOX.c.consumer == kind)
    async with database.transaction(tenant) as tx:
        return await tx.scalar(count) or 0


@pytest.fixture
def fired() -> Fired:
    return Fired()


@pytest.fixture
def sweeper(database: Database, sweeper_database: Database, fired: Fired, clock: FixedClock) -> Sweeper:
    handlers: dict[str, Handler] = {"overdue": fired, "broken": broken}
    return Sweeper(database, sweeper_database, handlers, clock)


async def test_what_is_due_fires_oldest_first_and_what_is_not_stays(
    database: Database, sweeper: Sweeper, fired: Fired, tenant: str
) -> None:
    await plan(database, tenant, {"b": START - HOUR, "a": START - 2 * HOUR, "c": START, "later": START + HOUR})

    await sweeper.sweep()

    assert fired.owners == ["a", "b", "c"]
    assert await open_deadlines(database, tenant) == 1


async def test_a_late_start_catches_up_with_everything(
    database: Database, sweeper: Sweeper, fired: Fired, clock: FixedClock, tenant: str
) -> None:
    await plan(database, tenant, {f"{day:03}": START + timedelta(days=day) for day in range(120)})
    clock.set(START + timedelta(days=365))

    await sweeper.sweep()

    assert fired.owners == sorted(fired.owners)
    assert len(fired.owners) == await effects(database, tenant) == 120


async def test_each_tenant_s_deadlines_fire_in_that_tenant(database: Database, sweeper: Sweeper, fired: Fired) -> None:
    towns = {f"6110211{town:02}" for town in range(6)}
    for town in towns:
        await plan(database, town, {"report": START})

    await sweeper.sweep()

    assert fired.tenants == towns
    assert [await effects(database, town) for town in towns] == [1] * 6


async def test_a_deadline_that_is_set_again_moves(
    database: Database, sweeper: Sweeper, fired: Fired, tenant: str
) -> None:
    await plan(database, tenant, {"report": START})
    await plan(database, tenant, {"report": START + HOUR})

    await sweeper.sweep()

    assert fired.owners == []
    assert await open_deadlines(database, tenant) == 1


async def test_a_deadline_that_is_lifted_does_not_fire(
    database: Database, sweeper: Sweeper, fired: Fired, tenant: str
) -> None:
    await plan(database, tenant, {"report": START, "other": START})
    async with database.transaction(tenant) as tx:
        deadlines.cancel(tx, "report", "overdue", "due-soon")

    await sweeper.sweep()

    assert fired.owners == ["other"]


async def test_lifting_and_setting_in_one_transaction_sets(
    database: Database, sweeper: Sweeper, fired: Fired, tenant: str
) -> None:
    await plan(database, tenant, {"report": START + HOUR})

    async with database.transaction(tenant) as tx:
        deadlines.cancel(tx, "report", "overdue")
        deadlines.schedule(tx, "overdue", "report", START)

    await sweeper.sweep()
    assert fired.owners == ["report"]


async def test_nothing_is_set_by_a_transaction_that_fails(database: Database, tenant: str) -> None:
    async def abandoned() -> None:
        async with database.transaction(tenant) as tx:
            deadlines.schedule(tx, "overdue", "report", START)
            await tx.flush()
            raise Broken

    with pytest.raises(Broken):
        await abandoned()

    assert await open_deadlines(database, tenant) == 0


async def test_a_kind_without_a_handler_is_left_alone(
    database: Database, sweeper: Sweeper, fired: Fired, tenant: str
) -> None:
    await plan(database, tenant, {"report": START}, kind="of a later version")

    await sweeper.sweep()

    assert await open_deadlines(database, tenant) == 1


async def test_one_that_fails_is_put_off_and_holds_up_no_other(
    database: Database, sweeper: Sweeper, fired: Fired, tenant: str
) -> None:
    await plan(database, tenant, {"bad": START - HOUR}, kind="broken")
    await plan(database, tenant, {"good": START})

    await sweeper.sweep()

    assert fired.owners.count("good") >= 1
    assert await effects(database, tenant) == 1
    assert await effects(database, tenant, "broken") == 0
    async with database.transaction(tenant) as tx:
        left = await tx.row(sa.select(DEADLINES.c.owner, DEADLINES.c.attempts, DEADLINES.c.not_before))
    assert left is not None
    assert (left.owner, left.attempts) == ("bad", 1)
    assert left.not_before is not None


async def test_one_that_was_put_off_waits_its_time(database: Database, sweeper: Sweeper, tenant: str) -> None:
    await plan(database, tenant, {"bad": START}, kind="broken")
    await sweeper.sweep()
    await sweeper.sweep()

    async with database.transaction(tenant) as tx:
        assert await tx.scalar(sa.select(DEADLINES.c.attempts)) == 1


async def test_a_handler_may_set_the_same_deadline_again(
    database: Database, sweeper_database: Database, clock: FixedClock, tenant: str
) -> None:
    async def every_hour(tx: Tx, deadline: Deadline, now: datetime) -> None:
        deadlines.schedule(tx, deadline.kind, deadline.owner, deadline.due_time + HOUR)

    await plan(database, tenant, {"box": START})
    sweeper = Sweeper(database, sweeper_database, {"overdue": every_hour}, clock)

    assert await sweeper.sweep() == 1
    assert await sweeper.sweep() == 0
    assert await open_deadlines(database, tenant) == 1


async def test_many_sweepers_fire_each_deadline_once(
    database: Database, sweeper_database: Database, fired: Fired, clock: FixedClock, tenant: str
) -> None:
    await plan(database, tenant, {f"{number:04}": START for number in range(600)})
    sweepers = [Sweeper(database, sweeper_database, {"overdue": fired}, clock, pause=0.01) for _ in range(4)]

    async def all_fired() -> bool:
        return await open_deadlines(database, tenant) == 0

    async with running(*(sweeper.run() for sweeper in sweepers)):
        await eventually(all_fired)

    assert sorted(fired.owners) == [f"{number:04}" for number in range(600)]
    assert await effects(database, tenant) == 600


async def test_a_use_case_that_holds_the_owner_and_lifts_the_deadline_wins(
    database: Database, sweeper_database: Database, clock: FixedClock, tenant: str
) -> None:
    """The handler waits for the owner that the use case has locked, while the deadline is the handler's."""
    owner = sa.text("SELECT pg_advisory_xact_lock(7)")
    firing = asyncio.Event()

    async def under_lock(tx: Tx, deadline: Deadline, now: datetime) -> None:
        firing.set()
        await tx.execute(owner)

    await plan(database, tenant, {"report": START})
    sweeper = Sweeper(database, sweeper_database, {"overdue": under_lock}, clock)

    async with database.transaction(tenant) as tx:
        await tx.execute(owner)
        sweep = asyncio.create_task(sweeper.sweep())
        await firing.wait()
        deadlines.schedule(tx, "overdue", "report", START + HOUR)
        await tx.flush()

    assert await sweep == 0
    async with database.transaction(tenant) as tx:
        assert await tx.scalar(sa.select(DEADLINES.c.due_time)) == START + HOUR


async def test_figures_say_up_to_when_everything_has_fired(
    database: Database, sweeper: Sweeper, clock: FixedClock, tenant: str
) -> None:
    await plan(database, tenant, {"good": START})
    await sweeper.sweep()
    assert figure("minshao_sweeper_swept_until_seconds") == START.timestamp()
    assert figure("minshao_sweeper_lag_seconds") == 0

    await plan(database, tenant, {"bad": START}, kind="broken")
    clock.set(START + HOUR)
    await sweeper.sweep()

    assert figure("minshao_sweeper_swept_until_seconds") == START.timestamp()
    assert figure("minshao_sweeper_lag_seconds") == HOUR.total_seconds()
