"""A transaction of one tenant, as use cases know it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple, cast, overload

import sqlalchemy as sa
from sqlalchemy.sql.selectable import TypedReturnsRows

from services.common.database.session import Session, Workshop
from services.common.database.statements import Parameters

Ts = TypeVarTuple("Ts")
T = TypeVar("T")
Row = sa.Row[*tuple[Any, ...]]


class Tx:
    """A transaction, entered with `async with`: commits at the end, rolls back on any error or cancellation.

    What is PENDING is gathered, and sent together in one round trip before the next read or the commit. After an
    error of the database the transaction is lost, also where the error was caught.
    """

    def __init__(self, shared: Workshop, tenant: str, trace: str | None) -> None:
        self.trace = trace
        """The `traceparent` under which this happens."""
        self.outbox: asyncio.Event = shared.outbox
        """To be set after a commit that appended to the ledger."""
        self._session = Session(shared, tenant)

    @property
    def tenant(self) -> str:
        """The tenant whose rows are seen; empty in a platform transaction."""
        return self._session.tenant

    async def execute(self, statement: sa.Executable, params: Parameters | None = None) -> sa.CursorResult[Any]:
        """Runs any statement, through all of SQLAlchemy. `rows` and its sisters take half the time."""
        return await self._session.execute(statement, params)

    @overload
    async def rows(
        self, statement: TypedReturnsRows[*Ts], params: Parameters | None = None
    ) -> Sequence[sa.Row[*Ts]]: ...
    @overload
    async def rows(self, statement: sa.TextClause, params: Parameters | None = None) -> Sequence[Row]: ...
    async def rows(self, statement: sa.Executable, params: Parameters | None = None) -> Sequence[Row]:
        """All rows of a statement that returns rows.

        Where it counts, make the statement once, at import, with `bindparam`, and hand its values over as `params`:
        building and looking up a statement takes longer than sending it.
        """
        return await self._session.rows(statement, params)

    @overload
    async def row(self, statement: TypedReturnsRows[*Ts], params: Parameters | None = None) -> sa.Row[*Ts] | None: ...
    @overload
    async def row(self, statement: sa.TextClause, params: Parameters | None = None) -> Row | None: ...
    async def row(self, statement: sa.Executable, params: Parameters | None = None) -> Row | None:
        """The first row, or none."""
        found = await self._session.rows(statement, params)
        return found[0] if found else None

    @overload
    async def scalar(self, statement: TypedReturnsRows[T], params: Parameters | None = None) -> T | None: ...
    @overload
    async def scalar(self, statement: sa.TextClause, params: Parameters | None = None) -> object: ...
    async def scalar(self, statement: sa.Executable, params: Parameters | None = None) -> object:
        """The first value of the first row; None also where there is no row."""
        found = await self._session.rows(statement, params)
        return found[0][0] if found else None

    def insert(self, table: sa.Table, **values: object) -> None:
        """PENDING: a row.

        The tenant is filled in. Values are plain ones, no expressions; columns that are left out get the default of
        the database, since there is none of Python. A pending write sees nothing of the others. A key that exists
        raises UniqueViolation when they are sent.
        """
        self._session.add_row(table, values)

    def upsert(self, table: sa.Table, key: Sequence[str], **values: object) -> None:
        """PENDING: a row, or the values given in the place of those of the row with the same key.

        `key` names the columns of the primary key after the tenant: none for a table with one row per tenant. With
        nothing given but the key, an existing row stays as it is.
        """
        self._session.add_row(table, values, ("tenant", *key))

    def write(self, statement: sa.Insert | sa.Update | sa.Delete, params: Parameters | None = None) -> None:
        """PENDING: any write that returns nothing and whose number of rows need not be known."""
        self._session.add_statement(cast(sa.Table, statement.table), statement, params)

    async def flush(self) -> None:
        """Sends what is pending now, so that a UniqueViolation comes up here."""
        await self._session.ready()

    @contextmanager
    def traced(self, trace: str | None) -> Iterator[None]:
        """What is appended to the ledger inside stands under this trace: where a transaction does several things."""
        own, self.trace = self.trace, trace
        try:
            yield
        finally:
            self.trace = own

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Has something called after the commit, and not at all without one. It must not raise."""
        self._session.callbacks.append(callback)

    @asynccontextmanager
    async def within(self, tenant: str) -> AsyncIterator[None]:
        """The one exception: the transaction acts in another tenant for a while (a town's matter that goes to the
        county at once takes its number from the county's series). An error in it ends the whole transaction."""
        own = self.tenant
        await self._session.move(tenant)
        try:
            yield
        except BaseException:
            self._session.over = "an error in another tenant"
            raise
        await self._session.move(own)

    async def __aenter__(self) -> Self:
        self._session.over = None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            await self._session.abandon(error)
            return
        try:
            await self._session.commit()
        except BaseException as failure:
            await self._session.abandon(failure)
            raise
