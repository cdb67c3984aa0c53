"""The calendars by which promised dates are counted: one per tenant, read again when it has changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.agency.calendars import store
from services.common.database import Tx
from services.common.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Dated:
    """A calendar as it was at one revision: what was counted by it says by which."""

    calendar: Calendar
    revision: int


@dataclass(frozen=True, slots=True)
class Calendars:
    """Made once when the service starts. One small query for each use; the days are read when the revision is new."""

    _known: dict[str, Dated] = field(default_factory=dict)

    async def of(self, tx: Tx) -> Dated:
        """The calendar of the transaction's tenant."""
        revision = await store.revision(tx)
        known = self._known.get(tx.tenant)
        if known is None or known.revision != revision:
            known = self._known[tx.tenant] = Dated(await store.load(tx), revision)
        return known
