"""The machinery of one transaction: its connection, what is pending, how it begins and how it ends.

Nothing is sent before it is needed. A use case that reads once makes four round trips: `BEGIN` with the tenant's
setting, the read, all writes as one statement, `COMMIT`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import sqlalchemy as sa

from services.common.database.failures import Unreachable, translated
from services.common.database.pool import Connection, Pool
from services.common.database.statements import Parameters, Statements
from services.common.database.writes import Batch, Writer

TENANT = re.compile(r"\d{6}(\d{3})?", re.ASCII)
"""A county (six digits) or a town (nine). Only what fits is ever put into a statement's text."""


class Ended(RuntimeError):
    """The transaction was used after it had ended, or after something in it had failed."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all transactions of a database share."""

    pool: Pool
    statements: Statements
    writer: Writer
    outbox: asyncio.Event


class Session:
    """One transaction as the driver sees it. `tenant` is empty outside of any."""

    def __init__(self, shared: Workshop, tenant: str) -> None:
        self.tenant = tenant
        self.callbacks: list[Callable[[], None]] = []
        self.over: str | None = "not entered yet"
        """Why nothing more can be done in it; None while it is alive."""
        self._shared = shared
        self._connection: Connection | None = None
        self._pending: list[Batch] = []

    def alive(self) -> None:
        """Raises Ended where nothing more can be done."""
        if self.over is not None:
            raise Ended(self.over)

    async def execute(self, statement: sa.Executable, params: Parameters | None) -> sa.CursorResult[Any]:
        """Through SQLAlchemy's own connection, for what the short way does not know."""
        connection = await self.ready()
        try:
            return await connection.alchemy.execute(statement, dict(params) if params else None)
        except Exception as error:
            raise self._failed(error) from error

    async def rows(self, statement: sa.Executable, params: Parameters | None) -> list[sa.Row[Any]]:
        text, arguments, shape = self._shared.statements.bind(statement, params)
        return shape.rows(await self._send(await self.ready(), text, arguments))

    def add_row(self, table: sa.Table, values: dict[str, object], key: tuple[str, ...] = ()) -> None:
        """Pending: a row; with a key, one that takes the place of an existing one."""
        self.alive()
        if "tenant" in table.c:
            values = {"tenant": self.tenant, **values}
        shape = self._shared.writer.shape(table, tuple(values), key)
        row = shape.values(values.values())
        if not self._pending or not self._pending[-1].add_rows(shape, row):
            self._pending.append(Batch())
            self._pending[-1].add_rows(shape, row)

    def add_statement(self, table: sa.Table, statement: sa.Executable, params: Parameters | None) -> None:
        """Pending: any other write to the table."""
        self.alive()
        text, arguments, _ = self._shared.statements.bind(statement, params)
        if not self._pending or not self._pending[-1].add_other(table, text, arguments):
            self._pending.append(Batch())
            self._pending[-1].add_other(table, text, arguments)

    async def ready(self) -> Connection:
        """The connection, in a transaction with its tenant set and nothing pending."""
        self.alive()
        connection = self._connection or await self._begin()
        while self._pending:
            batch = self._pending.pop(0)
            await self._send(connection, self._shared.writer.text(batch), batch.arguments())
        return connection

    async def move(self, tenant: str) -> None:
        """Sends what is pending, and acts in another tenant from here on."""
        if TENANT.fullmatch(tenant) is None:
            raise ValueError(f"no code of a tenant: {tenant!r}")
        await self._command(await self.ready(), setting(tenant))
        self.tenant = tenant

    async def commit(self) -> None:
        self.alive()
        if self._connection is not None or self._pending:
            connection = await self.ready()
            if (outcome := await self._command(connection, "COMMIT")) != "COMMIT":
                raise Ended(f"the commit ended in {outcome}")
            self._connection = None
            self._shared.pool.give_back(connection)
        self.over = "committed"
        for callback in self.callbacks:
            callback()

    async def abandon(self, error: BaseException) -> None:
        """Rolls back. Who was cancelled does not wait for it."""
        self.over = "rolled back"
        self._pending.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            recovery = self._shared.pool.give_up(connection)
            if isinstance(error, Exception):
                await asyncio.shield(recovery)

    async def _begin(self) -> Connection:
        text = f"BEGIN; {setting(self.tenant)}" if self.tenant else "BEGIN"
        self._connection = connection = await self._shared.pool.take()
        try:
            await connection.driver.execute(text)
        except Exception as error:
            if not isinstance(translated(error, connection.driver.is_closed()), Unreachable):
                raise self._failed(error) from error
        else:
            return connection
        # An idle connection that the server had closed: nothing has happened yet, so a new one may take its place.
        self._connection = None
        await asyncio.shield(self._shared.pool.give_up(connection))
        self._connection = connection = await self._shared.pool.take(anew=True)
        await self._command(connection, text)
        return connection

    async def _send(self, connection: Connection, text: str, arguments: Sequence[object]) -> Sequence[asyncpg.Record]:
        try:
            return await connection.fetch(text, arguments)
        except Exception as error:
            raise self._failed(error) from error

    async def _command(self, connection: Connection, text: str) -> str:
        try:
            return await connection.driver.execute(text)
        except Exception as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> Exception:
        self.over = f"lost by an error: {type(error).__name__}"
        return translated(error, self._connection is not None and self._connection.driver.is_closed())


def setting(tenant: str) -> str:
    """The statement that sets the tenant until the end of the transaction. To be validated before."""
    return f"SELECT set_config('app.tenant', '{tenant}', true)"
