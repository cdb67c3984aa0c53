"""The watch service to test on: a town, the way that a call takes to an RPC without the network, and its deadlines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Grant, Role
from services.common.database import Database
from services.common.deadlines import Sweeper
from services.common.events import Event
from services.common.foundation import LEDGER
from services.watch.organisation import followers
from services.watch.parts import deadlines, offers, subscriptions
from tests.called import Called
from tests.luonan_town import Town

M = TypeVar("M", bound=Message)

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class House(Called):
    """A town in a database of its own."""

    def __init__(self, town: Town, listing: Database) -> None:
        super().__init__(town.database, town.clock, offers(town.watch), followers(town.watch).handlers())
        self.town = town
        self.listing = listing
        """The database as the sweeper's role sees it."""

    async def __call__(self, login: str, request: Message) -> Any:
        """The answer to a call of one of the town's people."""
        return await self.ask(self.town.claims[login], request)

    async def person(self, login: str, *grants: tuple[Role, str]) -> str:
        """A further account of the town with these roles; returns its resource name."""
        name = self.town.account(login)
        granted = tuple(Grant(role, scope) for role, scope in grants)
        self.town.claims[login] = Claims(name, granted, NEVER)
        roles = [gateway.RoleGrant(role=common.Role.ValueType(grant.role), scope=grant.scope) for grant in granted]
        await self.hear(gateway.AccountChanged(account=gateway.Account(name=name, roles=roles, revision=1)))
        return name

    async def hear(self, told: Message, tenant: str = "") -> None:
        """Lets the service take an event of the gateway about the town or another tenant."""
        await self.hear_in(tenant or self.town.code, told)

    async def hear_agency(self, *told: Event) -> None:
        """Lets the service take events of the agency, as its consumer does."""
        (stream,) = (each for each in subscriptions(self.town.watch) if each.stream == "AGENCY")
        await self.take(stream, *told)

    async def hear_risk(self, *told: Event) -> None:
        """Lets the service take events of the risk service, as its consumer does."""
        (stream,) = (each for each in subscriptions(self.town.watch) if each.stream == "RISK")
        await self.take(stream, *told)

    async def sweep_at(self, instant: datetime) -> None:
        """Moves the clock, and fires all that is due by then."""
        self.town.clock.set(instant)
        handlers = deadlines(self.town.watch)
        while await Sweeper(self.town.database, self.listing, handlers, self.town.clock).sweep():
            pass

    async def events(self, kind: type[M]) -> list[M]:
        """The entries of one type in the ledger of the town, in the order in which they were written."""
        return await self.events_of(self.town.code, kind)

    async def ledger_size(self) -> int:
        """How many entries the ledger of the town has."""
        async with self.town.database.transaction(self.town.code) as tx:
            return await tx.scalar(sa.select(sa.func.count()).select_from(LEDGER)) or 0
