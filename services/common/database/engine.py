"""`Database`: where transactions come from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.common.database.pool import Pool, PoolFigures
from services.common.database.session import TENANT, Workshop
from services.common.database.statements import Statements
from services.common.database.transaction import Tx
from services.common.database.writes import Writer

SESSION: Mapping[str, str] = {
    "jit": "off",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
"""Settings of every connection. Statements here are short: compiling them to machine code costs more than it brings."""


class Database:
    """One database as one role sees it.

    `url` is a PostgreSQL URL; the driver in it, if any, is replaced by ours. At most `pool_size` transactions run at
    the same time, further ones wait. Nothing is connected before the first statement.
    """

    def __init__(self, url: str, pool_size: int = 16) -> None:
        engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"server_settings": dict(SESSION)},
        )
        self.outbox = asyncio.Event()
        """Set after each commit that appended to the ledger; the relay waits for it, and clears it."""
        self._pool = Pool(engine, pool_size)
        self._shared = Workshop(self._pool, Statements(engine.dialect), Writer(engine.dialect), self.outbox)

    def transaction(self, tenant: str, *, trace: str | None = None) -> Tx:
        """A transaction that sees the rows of one tenant.

        To be entered with `async with`; commits at its end, rolls back on any error or cancellation. `trace` is the
        `traceparent` that its ledger entries carry. Raises ValueError for what is no code of a tenant.
        """
        if TENANT.fullmatch(tenant) is None:
            raise ValueError(f"no code of a tenant: {tenant!r}")
        return Tx(self._shared, tenant, trace)

    def platform(self, *, trace: str | None = None) -> Tx:
        """A transaction outside of any tenant: it sees the tables that belong to no tenant, and no tenant's row."""
        return Tx(self._shared, "", trace)

    def figures(self) -> PoolFigures:
        return self._pool.figures()

    async def close(self) -> None:
        await self._pool.close()
