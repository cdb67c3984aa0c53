"""The least that a change costs: one row that is inserted and committed, in a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from deploy.local.databases import create_database, superuser
from tests.bench.county import County

DATABASE = "minshao_limit_commits"
ROW = "x" * 300

Commit = Callable[[], Awaitable[None]]


@asynccontextmanager
async def committing(county: County) -> AsyncIterator[Commit]:
    """What inserts one row and returns when the disk has it."""
    await create_database(county.stack.postgres, "risk", DATABASE)
    async with superuser(county.stack.postgres, DATABASE) as connection:
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS changes (id bigint GENERATED ALWAYS AS IDENTITY, row text)"
        )
        insert = await connection.prepare("INSERT INTO changes (row) VALUES ($1)")

        async def commit() -> None:
            await insert.fetch(ROW)

        yield commit
