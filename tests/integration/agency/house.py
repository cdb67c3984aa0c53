"""The agency service to test on: a town of a county, with its people."""

from __future__ import annotations

from services.agency.agency import Agency
from services.agency.parts import offers, subscriptions
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.sealing import Sealer
from services.common.typesetting import Typesetter
from tests.town_house import CITIZEN, DEPARTMENTS, KEYS, LONG_AGO, NEVER, UNITS, TownHouse

__all__ = ["CITIZEN", "DEPARTMENTS", "KEYS", "LONG_AGO", "NEVER", "UNITS", "House"]


class House(TownHouse):
    """A town and its county in a database of their own."""

    def __init__(self, database: Database, listing: Database, town: str, clock: FixedClock) -> None:
        self.agency = Agency(Sealer(KEYS), KEYS, Typesetter())
        offered, handlers = offers(self.agency), subscriptions(self.agency)[0].handlers
        super().__init__(database, listing, town, clock, offered, handlers)

    def point(self, slug: str, tenant: str = "") -> str:
        """Resource name of the point in a unit."""
        return f"tenants/{tenant or self.town}/points/{self.unit(slug, tenant)}"
