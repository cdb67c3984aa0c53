"""The names of towns beside what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from time import monotonic

from services.common.database import Database
from services.gateway.organisation.store import names_of_tenants

ASK_AGAIN_SECONDS = 30.0
"""How long a town that had no name is not asked for again."""


class TownNames:
    """Remembers the names: the name of a tenant that has been provisioned does not change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, str] = {}
        self._asked: dict[str, float] = {}

    async def of(self, towns: Collection[str]) -> Mapping[str, str]:
        """Names by code, at least those of these towns, as far as they have been provisioned."""
        long_ago = monotonic() - ASK_AGAIN_SECONDS
        missing = {town for town in towns if town not in self._known and self._asked.get(town, long_ago) <= long_ago}
        if missing:
            self._asked.update(dict.fromkeys(missing, monotonic()))
            async with self._database.platform() as tx:
                self._known.update(await names_of_tenants(tx, missing))
        return self._known
