"""What can go wrong between us and the database, as errors that callers tell apart."""

from __future__ import annotations

import asyncpg
import sqlalchemy as sa

from services.common.errors import Conflict, DomainError, Unavailable


class Unreachable(Unavailable):
    """The database cannot be reached, does not answer in time, or no connection came free in time; or the connection
    was lost or is no longer good.

    A lost connection during the commit leaves open whether it happened: a caller who repeats needs a request id.
    """


class Contention(Conflict):
    """Two transactions stood in each other's way (deadlock, serialization, lock timeout): nothing was written."""


class UniqueViolation(Conflict):
    """A row with this key is there already. The transaction is lost; look again in a new one."""

    def __init__(self, constraint: str, table: str) -> None:
        super().__init__()
        self.args = (f"{constraint} of {table}",)
        self.constraint = constraint
        """Name of the violated key, such as `requests_pkey`."""
        self.table = table


NOT_AVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    OSError,
    TimeoutError,
)
OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
"""A migration has changed what a prepared statement returns: its connection is replaced."""
CONTENTION = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
)


def translated(error: Exception, closed: bool = False) -> Exception:
    """The error of ours that a driver's error means; any other error is returned as it is.

    `closed` says that the connection is closed by now, whatever the error.
    """
    if isinstance(error, DomainError):
        return error
    cause = driver_error(error)
    if isinstance(cause, asyncpg.UniqueViolationError):
        return UniqueViolation(cause.constraint_name or "", cause.table_name or "")
    if isinstance(cause, CONTENTION):
        return Contention()
    if closed or isinstance(cause, (*NOT_AVAILABLE, *OUTDATED)):
        return Unreachable()
    return error


def driver_error(error: BaseException) -> BaseException:
    """The driver's error behind one of SQLAlchemy's."""
    while isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
        error = error.orig.__cause__ or error.orig
    return error
