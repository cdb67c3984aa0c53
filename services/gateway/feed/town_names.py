"""The names of towns beside what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from services.common.database import Database
from services.gateway.organisation.store import names_of_tenants


class TownNames:
    """Remembers the names: the name of a tenant that has been provisioned does not change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, str] = {}

    async def of(self, towns: Collection[str]) -> Mapping[str, str]:
        """Names by code, at least those of these towns, as far as they have been provisioned."""
        if missing := set(towns) - self._known.keys():
            async with self._database.platform() as tx:
                self._known.update(await names_of_tenants(tx, missing))
        return self._known
