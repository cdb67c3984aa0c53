"""What is forgotten day by day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase
from services.common import housekeeping
from services.common.database import Database
from services.common.deadlines import Deadline
from services.common.foundation import DEADLINES, REQUESTS

NOW = datetime(2026, 9, 1, tzinfo=UTC)


async def test_results_of_calls_are_forgotten_after_a_day_and_it_comes_again_the_next(
    database_for: Callable[[str], Awaitable[ServiceDatabase]], tenant: str
) -> None:
    database = Database((await database_for("watch")).app)
    async with database.transaction(tenant) as tx:
        for id, age in (("old", "25 hours"), ("new", "1 hour")):
            past = sa.text(f"insert into requests values (:tenant, :id, '', '', now() - interval '{age}')")
            await tx.execute(past, {"tenant": tenant, "id": id.encode()})

    async with database.transaction(tenant) as tx:
        await housekeeping.keep_house(tx, Deadline(housekeeping.KIND, tenant, NOW), NOW)

    async with database.transaction(tenant) as tx:
        assert [bytes(row.id) for row in await tx.rows(sa.select(REQUESTS.c.id))] == [b"new"]
        assert await tx.scalar(sa.select(DEADLINES.c.due_time)) == NOW + timedelta(days=1)
    await database.close()
