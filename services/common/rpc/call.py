"""One call as its handler sees it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.common.access import Actor, Claims
from services.common.database import Database, Tx

LONGEST_CALL = timedelta(minutes=2)
"""By then every call has ended that had begun before: what it still wrote by the state of then can be looked for."""


@dataclass(frozen=True, slots=True)
class Call:
    """Authenticated, authorised and validated: the first argument of every RPC method."""

    actor: Actor
    """Who calls, with the grants that admitted this call and no others."""
    tenant: str
    """The tenant in the resource name of the request; empty for calls of the platform."""
    now: datetime
    """Domain time of the call, aware UTC, read once."""
    request_id: str
    """Correlation id of the call, in logs and replies."""
    trace: str
    """W3C traceparent of the call."""
    claims: Claims
    """All that the token says; prefer `actor`, which holds only what counts here."""
    database: Database

    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction in the tenant of the call; commits when the block ends without an error."""
        return self.database.transaction(self.tenant, trace=self.trace)

    def platform(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction without tenant, which sees only the tables that belong to none."""
        return self.database.platform(trace=self.trace)
