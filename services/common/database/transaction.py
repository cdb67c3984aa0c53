"""A transaction of one tenant.

The round trips of a use case that reads once: `BEGIN` with the tenant's setting, the read, all writes as one
statement, `COMMIT`. Nothing is sent before it is needed, so a call that is refused early costs none.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple, cast

import sqlalchemy as sa
from sqlalchemy.sql.selectable import TypedReturnsRows

from services.common.database.failures import Unreachable, translated
from services.common.database.pool import Connection, Pool
from services.common.database.statements import Parameters, Statements
from services.common.database.writes import Batch, Writer

TENANT = re.compile(r"\d{6}(\d{3})?", re.ASCII)
"""A county (six digits) or a town (nine). Only what fits is ever put into a statement's text."""

Ts = TypeVarTuple("Ts")
T = TypeVar("T")


class Ended(RuntimeError):
    """The transaction was used after it had ended, or after something in it had failed."""


@dataclass(frozen=True)
class Workshop:
    """What all transactions of a database share."""

    pool: Pool
    statements: Statements
    writer: Writer
    outbox: asyncio.Event


class Tx:
    """A transaction, entered with `async with`: commits at the end, rolls back on any error or cancellation.

    After an error of the database the transaction is lost, also when the error was caught.
    """

    def __init__(self, shared: Workshop, tenant: str, trace: str | None) -> None:
        self.tenant = tenant
        """The tenant whose rows are seen; empty in a platform transaction."""
        self.trace = trace
        """The `traceparent` under which this happens."""
        self.outbox = shared.outbox
        self._shared = shared
        self._connection: Connection | None = None
        self._pending: list[Batch] = []
        self._callbacks: list[Callable[[], None]] = []
        self._over: str | None = "not entered yet"

    async def execute(self, statement: sa.Executable, params: Parameters | None = None) -> sa.CursorResult[Any]:
        """Runs any statement, through all of SQLAlchemy; pending writes go first. `row` and its sisters are faster."""
        connection = await self._ready()
        try:
            return await connection.alchemy.execute(statement, dict(params) if params else None)
        except Exception as error:
            raise self._failed(error) from error

    async def rows(
        self, statement: TypedReturnsRows[*Ts] | sa.TextClause, params: Parameters | None = None
    ) -> Sequence[sa.Row[*Ts]]:
        """All rows of a statement; pending writes go first."""
        text, arguments, shape = self._shared.statements.bind(cast(sa.Executable, statement), params)
        connection = await self._ready()
        try:
            return shape.rows(await connection.fetch(text, arguments))
        except Exception as error:
            raise self._failed(error) from error

    async def row(
        self, statement: TypedReturnsRows[*Ts] | sa.TextClause, params: Parameters | None = None
    ) -> sa.Row[*Ts] | None:
        """The first row, or none."""
        found = await self.rows(statement, params)
        return found[0] if found else None

    async def scalar(
        self, statement: TypedReturnsRows[T] | sa.TextClause, params: Parameters | None = None
    ) -> T | None:
        """The first value of the first row; None also where there is no row."""
        found = await self.rows(statement, params)
        return found[0][0] if found else None

    def insert(self, table: sa.Table, **values: object) -> None:
        """PENDING: a row, sent with the other pending writes in one round trip.

        The tenant is filled in. Columns that are left out get the default of the database; there is none of Python.
        A pending write sees nothing of the others. A key that exists raises UniqueViolation when they are sent.
        """
        self._row(table, (), values)

    def upsert(self, table: sa.Table, key: Sequence[str], **values: object) -> None:
        """PENDING: a row that takes the place of the values given where one with the same `key` exists.

        `key` names the columns of the primary key after the tenant. With nothing else given, an existing row stays.
        """
        self._row(table, tuple(key), values)

    def write(self, statement: sa.Insert | sa.Update | sa.Delete) -> None:
        """PENDING: any write that returns nothing and whose number of rows need not be known."""
        self._alive()
        text, arguments, _ = self._shared.statements.bind(statement, None)
        table = cast(sa.Table, statement.table)
        if not self._pending or not self._pending[-1].add_other(table, text, arguments):
            self._pending.append(Batch())
            self._pending[-1].add_other(table, text, arguments)

    async def flush(self) -> None:
        """Sends what is pending now, so that a UniqueViolation comes up here."""
        await self._ready()

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Has something called after the commit, and not at all without one. It must not raise."""
        self._callbacks.append(callback)

    @asynccontextmanager
    async def within(self, tenant: str) -> AsyncIterator[None]:
        """The one exception: the transaction acts in another tenant for a while (a town's matter that goes to the
        county at once takes its number from the county's series). An error in it ends the whole transaction."""
        own = self.tenant
        await self._move(tenant)
        try:
            yield
        except BaseException:
            self._over = "an error in another tenant"
            raise
        await self._move(own)

    async def __aenter__(self) -> Self:
        self._over = None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            try:
                await self._commit()
            except BaseException as failure:
                await self._abandon(failure)
                raise
        else:
            await self._abandon(error)

    def _row(self, table: sa.Table, key: tuple[str, ...], values: dict[str, object]) -> None:
        self._alive()
        if "tenant" in table.c:
            values = {"tenant": self.tenant, **values}
            key = ("tenant", *key) if key else key
        shape = self._shared.writer.shape(table, tuple(values), key)
        row = shape.values(values.values())
        if not self._pending or not self._pending[-1].add_rows(shape, row):
            self._pending.append(Batch())
            self._pending[-1].add_rows(shape, row)

    async def _ready(self) -> Connection:
        """The connection, in a transaction with its tenant set and nothing pending."""
        self._alive()
        connection = self._connection or await self._begin()
        while self._pending:
            batch = self._pending.pop(0)
            try:
                await connection.fetch(self._shared.writer.text(batch), batch.arguments())
            except Exception as error:
                raise self._failed(error) from error
        return connection

    async def _begin(self) -> Connection:
        text = f"BEGIN; {_setting(self.tenant)}" if self.tenant else "BEGIN"
        for last_try in (False, True):
            self._connection = connection = await self._shared.pool.take()
            try:
                await connection.driver.execute(text)
            except Exception as error:
                failure = translated(error, connection.driver.is_closed())
                if last_try or not isinstance(failure, Unreachable):
                    raise self._failed(error) from error
            else:
                return connection
            # An idle connection that the server had closed: nothing has happened yet, so another one may try.
            self._connection = None
            await asyncio.shield(self._shared.pool.give_up(connection))
        raise AssertionError("unreachable")

    async def _move(self, tenant: str) -> None:
        if TENANT.fullmatch(tenant) is None:
            raise ValueError(f"no code of a tenant: {tenant!r}")
        connection = await self._ready()
        try:
            await connection.driver.execute(_setting(tenant))
        except Exception as error:
            raise self._failed(error) from error
        self.tenant = tenant

    async def _commit(self) -> None:
        self._alive()
        if self._connection is not None or self._pending:
            connection = await self._ready()
            try:
                await connection.driver.execute("COMMIT")
            except Exception as error:
                raise self._failed(error) from error
            self._connection = None
            self._shared.pool.give_back(connection)
        self._over = "committed"
        for callback in self._callbacks:
            callback()

    async def _abandon(self, error: BaseException) -> None:
        """Rolls back. A cancelled caller does not wait for it."""
        self._over = "rolled back"
        self._pending.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            recovery = self._shared.pool.give_up(connection)
            if isinstance(error, Exception):
                await asyncio.shield(recovery)

    def _alive(self) -> None:
        if self._over is not None:
            raise Ended(self._over)

    def _failed(self, error: Exception) -> Exception:
        self._over = f"lost by an error: {type(error).__name__}"
        return translated(error, self._connection is not None and self._connection.driver.is_closed())


def _setting(tenant: str) -> str:
    return f"SELECT set_config('app.tenant', '{tenant}', true)"
