"""A service to test on: a town of a county, with its units, as the service hears of them from the gateway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Grant, Role
from services.common.clock import FixedClock
from services.common.consumer import Handler
from services.common.database import Database
from services.common.foundation import LEDGER
from services.common.keys import KeyRing
from services.common.rpc.server import Offer
from tests.called import Called

M = TypeVar("M", bound=Message)

KEYS = KeyRing.parse(KeyRing.new_text("test"))
NEVER = datetime.max.replace(tzinfo=UTC)
LONG_AGO = gateway.Unit().retire_time.__class__(seconds=1)
CITIZEN = Claims("citizen", (Grant(Role.CITIZEN, ""),), NEVER, client="somebody")

UNITS = {
    "village": ("八一村", gateway.Unit.KIND_VILLAGE),
    "community": ("东街社区", gateway.Unit.KIND_COMMUNITY),
    "service-centre": ("便民服务中心", gateway.Unit.KIND_TOWN_UNIT),
    "finance": ("财政所", gateway.Unit.KIND_TOWN_UNIT),
    "party-committee": ("镇党委", gateway.Unit.KIND_PARTY_COMMITTEE),
}
DEPARTMENTS = {"civil-affairs": ("县民政局", True), "finance": ("县财政局", True), "discipline": ("县纪委监委", False)}
"""Each with its name, and whether it has a window."""

_VILLAGES = {"village": "203", "community": "001"}


class TownHouse(Called):
    """A town and its county in a database of their own."""

    def __init__(
        self,
        database: Database,
        listing: Database,
        town: str,
        clock: FixedClock,
        offers: Iterable[Offer],
        handlers: Mapping[str, Handler],
    ) -> None:
        super().__init__(database, clock, offers, handlers)
        self.listing = listing
        """The database as the sweeper's role sees it."""
        self.town, self.county = town, town[:6]
        self.claims = {"citizen": CITIZEN}

    async def __call__(self, login: str, request: Message) -> Any:
        """The answer to a call of one of the people."""
        return await self.ask(self.claims[login], request)

    async def provision(self) -> None:
        """Lets the service hear of the county and then of the town."""
        await self.hear_in(self.county, self._file(self.county, "洛南县", "洛南", gateway.Tenant.KIND_COUNTY))
        await self.hear_in(self.town, self._file(self.town, "景村镇", "景村", gateway.Tenant.KIND_TOWN))

    async def person(self, login: str, role: Role, scope: str, home: str = "", *besides: Grant) -> str:
        """An account with one role, or several, of which the service has heard; returns its resource name."""
        name, grants = f"tenants/{home or self.town}/accounts/{login}", (Grant(role, scope), *besides)
        self.claims[login] = Claims(name, grants, NEVER)
        roles = [gateway.RoleGrant(role=common.Role.ValueType(each.role), scope=each.scope) for each in grants]
        account = gateway.Account(name=name, roles=roles, revision=1)
        await self.hear_in(home or self.town, gateway.AccountChanged(account=account))
        return name

    async def ledger_size(self) -> int:
        """How many entries there are in the ledgers of the town and of the county."""
        size = 0
        for tenant in (self.town, self.county):
            async with self.database.transaction(tenant) as tx:
                size += await tx.scalar(sa.select(sa.func.count()).where(LEDGER.c.tenant == tenant)) or 0
        return size

    async def events(self, kind: type[M], tenant: str = "") -> list[M]:
        return await self.events_of(tenant or self.town, kind)

    def unit(self, slug: str, tenant: str = "") -> str:
        """The code of a unit of the town, or of the county."""
        tenant = tenant or self.town
        return f"{tenant}{_VILLAGES[slug]}" if slug in _VILLAGES else f"{tenant}.{slug}"

    def unit_message(self, slug: str, tenant: str = "", revision: int = 1, **facts: Any) -> gateway.Unit:
        """A unit as the gateway tells of it."""
        tenant = tenant or self.town
        if tenant == self.county:
            title, window = DEPARTMENTS[slug]
            facts = {"window": window, **facts}
            kind = gateway.Unit.KIND_COUNTY_DEPARTMENT
        else:
            title, kind = UNITS[slug]
        return gateway.Unit(
            name=f"tenants/{tenant}/units/{self.unit(slug, tenant)}",
            display_name=title,
            kind=kind,
            revision=revision,
            **facts,
        )

    def _file(
        self, tenant: str, name: str, short: str, kind: gateway.Tenant.Kind.ValueType
    ) -> gateway.TenantProvisioned:
        slugs = DEPARTMENTS if tenant == self.county else UNITS
        return gateway.TenantProvisioned(
            tenant=gateway.Tenant(
                name=f"tenants/{tenant}",
                display_name=name,
                short_name=short,
                kind=kind,
                county=f"tenants/{self.county}",
                revision=1,
            ),
            units=[self.unit_message(slug, tenant) for slug in slugs],
            visible_to=common.LEVEL_UNIT,
        )
