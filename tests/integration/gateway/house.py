"""A gateway to test on: its database, its services, and the way that a call takes to them, without the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.gateway.v1 import account_service_pb2, calendar_service_pb2, organisation_service_pb2, session_service_pb2

from services.common.access import Claims, Grant, Role, authorize
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.errors import Invalid
from services.common.events import event_messages
from services.common.foundation import LEDGER
from services.common.keys import KeyRing
from services.common.rpc.access_option import rule_of
from services.common.rpc.binding import method_name
from services.common.rpc.call import Call
from services.common.rpc.screening import screen_of
from services.common.rpc.validation import violations_of
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.rpc import AccountService
from services.gateway.calendar.rpc import CalendarService
from services.gateway.organisation.rpc import OrganisationService
from services.gateway.sessions.key_file import SigningKeys
from services.gateway.sessions.rpc import Doorkeeping, SessionService

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

SERVICES = (
    organisation_service_pb2.DESCRIPTOR.services_by_name["OrganisationService"],
    account_service_pb2.DESCRIPTOR.services_by_name["AccountService"],
    session_service_pb2.DESCRIPTOR.services_by_name["SessionService"],
    calendar_service_pb2.DESCRIPTOR.services_by_name["CalendarService"],
)


def claims(name: str, *grants: tuple[Role, str], cadre: str | None = None, client: str | None = None) -> Claims:
    """What a token of the account would say."""
    return Claims(name, tuple(Grant(role, scope) for role, scope in grants), NEVER, cadre, client)


def citizen(client: str | None = None) -> Claims:
    """Somebody without an account, at one address."""
    return claims("citizen", client=client or uuid4().hex)


@dataclass
class House:
    """One gateway. Domain time and real time stand still until they are set, each for itself."""

    database: Database
    keys: SigningKeys
    county: str = field(default_factory=lambda: str(uuid4().int % 900_000 + 100_000))
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    real_clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def __post_init__(self) -> None:
        self.hashing = hashing = KeyRing.parse(KeyRing.new_text("test"))
        doors = Doorkeeping(hashing, Passwords(), self.keys, self.real_clock)
        implementations = (
            OrganisationService(hashing),
            AccountService(hashing),
            SessionService(doors),
            CalendarService(),
        )
        self._methods = {
            method.input_type.full_name: (method, getattr(implementation, method_name(method.name)))
            for service, implementation in zip(SERVICES, implementations, strict=True)
            for method in service.methods
        }
        self.operator = claims(f"tenants/{self.county}/accounts/operator", (Role.OPERATOR, "*"))

    @property
    def town(self) -> str:
        return f"{self.county}101"

    async def __call__(self, request: Message, caller: Claims | None = None) -> Any:
        """The answer to a call, which goes the way of every call. By the operator unless somebody else is named."""
        method, handle = self._methods[request.DESCRIPTOR.full_name]
        caller = caller or self.operator
        tenant, actor = authorize(rule_of(method), request, caller)
        _check(method, request)
        return await handle(Call(actor, tenant, self.clock.now(), "test", "", caller, self.database), request)

    async def events(self, tenant: str) -> list[tuple[str, Message]]:
        """What the ledger of the tenant says, in the order in which it was written."""
        entries = sa.select(LEDGER.c.type, LEDGER.c.payload).where(LEDGER.c.tenant == tenant).order_by(LEDGER.c.seq)
        async with self.database.transaction(tenant) as tx:
            rows = await tx.rows(entries)
        return [(row.type, event_messages()[row.type].FromString(row.payload)) for row in rows]

    async def event_types(self, tenant: str) -> list[str]:
        return [type for type, _ in await self.events(tenant)]

    def officer(self, login: str, tenant: str | None = None, cadre: str | None = None) -> Claims:
        """A discipline officer of the county, or of a town."""
        tenant = tenant or self.county
        role = Role.COUNTY_DISCIPLINE if tenant == self.county else Role.TOWN_DISCIPLINE
        return claims(f"tenants/{tenant}/accounts/{login}", (role, tenant), cadre=cadre)


def _check(method: MethodDescriptor, request: Message) -> None:
    violations = [*screen_of(method.input_type).violations(request), *violations_of(request)]
    if violations:
        first, *more = violations
        raise Invalid(first.field, first.description, *more, reason=first.reason)


def account(tenant: str, login: str, *grants: tuple[Role, str], cadre: str = "") -> gateway.Account:
    return gateway.Account(
        name=f"tenants/{tenant}/accounts/{login}",
        cadre=f"tenants/{tenant}/cadres/{cadre}" if cadre else "",
        roles=[gateway.RoleGrant(role=common.Role.ValueType(role), scope=scope) for role, scope in grants],
    )


def unit(tenant: str, code: str, display_name: str = "财政所", kind: int | None = None) -> gateway.Unit:
    """A village for twelve digits, else a town's unit or the county's department; the code without the tenant's."""
    if kind is None:
        village, department = gateway.Unit.KIND_VILLAGE, gateway.Unit.KIND_COUNTY_DEPARTMENT
        kind = village if code.isdigit() else department if len(tenant) == 6 else gateway.Unit.KIND_TOWN_UNIT
    full = f"{tenant}{code}" if code.isdigit() else f"{tenant}.{code}"
    return gateway.Unit(
        name=f"tenants/{tenant}/units/{full}", display_name=display_name, kind=gateway.Unit.Kind.ValueType(kind)
    )


def cadre(tenant: str, id: str, unit_code: str, display_name: str = "王磊", position: str = "所长") -> gateway.Cadre:
    return gateway.Cadre(
        name=f"tenants/{tenant}/cadres/{id}",
        display_name=display_name,
        unit=f"tenants/{tenant}/units/{unit_code}",
        position=position,
    )


def county_file(house: House, *more: gateway.Account) -> gateway.ProvisionTenantRequest:
    """A county with one department and two discipline officers."""
    county = house.county
    officers = [account(county, login, (Role.COUNTY_DISCIPLINE, county)) for login in ("jiwei-one", "jiwei-two")]
    return gateway.ProvisionTenantRequest(
        tenant=gateway.Tenant(
            name=f"tenants/{county}", display_name="洛南县", short_name="洛南", kind=gateway.Tenant.KIND_COUNTY
        ),
        units=[unit(county, "civil-affairs", "县民政局")],
        accounts=[*officers, *more],
    )


def town_file(
    house: House,
    *,
    units: Sequence[gateway.Unit] | None = None,
    cadres: Iterable[gateway.Cadre] | None = None,
    accounts: Iterable[gateway.Account] | None = None,
) -> gateway.ProvisionTenantRequest:
    """A town with a finance office and a village, a cadre in the one, who has an account, and a discipline officer."""
    town = house.town
    default_cadre = cadre(town, "wang-lei", f"{town}.finance")
    return gateway.ProvisionTenantRequest(
        tenant=gateway.Tenant(
            name=f"tenants/{town}", display_name="景村镇", short_name="景村", kind=gateway.Tenant.KIND_TOWN
        ),
        units=[unit(town, "finance"), unit(town, "203", "东村")] if units is None else units,
        cadres=[default_cadre] if cadres is None else cadres,
        accounts=[
            account(town, "wanglei", (Role.UNIT_LEADER, f"{town}.finance"), cadre="wang-lei"),
            account(town, "jiwei", (Role.TOWN_DISCIPLINE, town)),
        ]
        if accounts is None
        else accounts,
    )
