"""A pool of connections that are kept as they are: taking one costs no round trip and no SQLAlchemy checkout.

SQLAlchemy's own pool resets and re-wraps a connection at each checkout, which costs as much as a statement. Ours may
skip that since a connection only ever comes back outside of a transaction, and nothing else of a session is changed.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.common.database.failures import OUTDATED, Unreachable, translated

WAIT_SECONDS = 10.0
"""How long a transaction waits for a connection before it gives up."""
ROLLBACK_SECONDS = 5.0
CLOSING_SECONDS = 5.0
"""How long who closes the pool waits for transactions under way."""
STATEMENTS_KEPT = 400
"""Prepared statements per connection, the least recently used goes first."""


@dataclass(frozen=True)
class PoolFigures:
    """What the metrics show of a pool."""

    size: int
    """The most connections there may be."""
    open: int
    used: int
    waiting: int
    """Transactions that wait for a connection."""


class Connection:
    """One connection: SQLAlchemy's face, the driver below it, and the statements that it has prepared."""

    def __init__(self, alchemy: AsyncConnection, driver: asyncpg.Connection[asyncpg.Record]) -> None:
        self.alchemy = alchemy
        self.driver = driver
        self._prepared: OrderedDict[str, PreparedStatement[asyncpg.Record]] = OrderedDict()
        self._outdated = False

    async def prepared(self, text: str) -> PreparedStatement[asyncpg.Record]:
        """The statement, prepared on this connection: one round trip more the first time."""
        if (known := self._prepared.get(text)) is not None:
            self._prepared.move_to_end(text)
            return known
        statement = await self.driver.prepare(text)
        self._prepared[text] = statement
        if len(self._prepared) > STATEMENTS_KEPT:
            self._prepared.popitem(last=False)
        return statement

    async def fetch(self, text: str, arguments: Sequence[object]) -> Sequence[asyncpg.Record]:
        statement = await self.prepared(text)
        try:
            records: Sequence[asyncpg.Record] = await statement.fetch(*arguments)
        except OUTDATED:
            self._outdated = True
            raise
        return records

    @property
    def usable(self) -> bool:
        """Whether it may serve another transaction."""
        return not (self._outdated or self.driver.is_closed() or self.driver.is_in_transaction())

    async def close(self) -> None:
        self._prepared.clear()
        self.driver.terminate()
        await self.alchemy.invalidate()
        await self.alchemy.close()


class Pool:
    """At most `size` connections, opened as they are needed; the one used last is taken first."""

    def __init__(self, engine: AsyncEngine, size: int) -> None:
        self._engine = engine
        self._size = size
        self._free = asyncio.Semaphore(size)
        self._idle: list[Connection] = []
        self._used = 0
        self._waiting = 0
        self._closed = False
        self._returning: set[asyncio.Task[None]] = set()

    def figures(self) -> PoolFigures:
        return PoolFigures(self._size, self._used + len(self._idle), self._used, self._waiting)

    async def take(self, *, anew: bool = False) -> Connection:
        """A connection outside of a transaction; `anew`: none that was idle, since the server has closed one of them.
        Raises Unreachable, also once the pool is closed."""
        await self._admission()
        try:
            while self._idle:
                if (connection := self._idle.pop()).usable and not anew:
                    break
                await connection.close()
            else:
                connection = await self._connect()
        except BaseException:
            self._free.release()
            raise
        self._used += 1
        return connection

    def give_back(self, connection: Connection) -> None:
        """Returns a connection whose transaction has ended."""
        if self._keeps(connection):
            self._idle.append(connection)
            self._used -= 1
            self._free.release()
        else:
            self.give_up(connection)

    def give_up(self, connection: Connection) -> asyncio.Task[None]:
        """Returns a connection whose transaction broke off: it is rolled back in a task of its own, so that the
        cancellation which broke the transaction cannot break this too. Who can wait may await the task, shielded."""
        task = asyncio.get_running_loop().create_task(self._recover(connection))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)
        return task

    async def close(self) -> None:
        """Closes every connection. No transaction begins any more; those under way may end, within a limit."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                for _ in range(self._size):
                    await self._free.acquire()
        await self._engine.dispose()

    def _keeps(self, connection: Connection) -> bool:
        return connection.usable and not self._closed

    async def _admission(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        self._waiting += 1
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with the connection.
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise Unreachable from None
        finally:
            self._waiting -= 1

    async def _connect(self) -> Connection:
        if self._closed:
            raise Unreachable
        try:
            alchemy = await self._engine.connect()
            pooled = await alchemy.get_raw_connection()
        except Exception as error:
            raise translated(error) from error
        return Connection(alchemy, cast("asyncpg.Connection[asyncpg.Record]", pooled.driver_connection))

    async def _recover(self, connection: Connection) -> None:
        try:
            async with asyncio.timeout(ROLLBACK_SECONDS):
                await connection.driver.execute("ROLLBACK")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            await connection.close()
        else:
            if self._keeps(connection):
                self._idle.append(connection)
            else:
                await connection.close()
        finally:
            self._used -= 1
            self._free.release()
