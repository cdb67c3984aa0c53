"""The watch service to test on: a town, the way that a call takes to an RPC without the network, and its deadlines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Grant, Role, authorize
from services.common.database import Database
from services.common.deadlines import Sweeper
from services.common.errors import Invalid
from services.common.events import Event, event_type
from services.common.foundation import LEDGER
from services.common.rpc.access_option import rule_of
from services.common.rpc.binding import method_name
from services.common.rpc.call import Call
from services.common.rpc.screening import screen_of
from services.common.rpc.validation import violations_of
from services.watch.organisation import FOLLOWERS
from services.watch.parts import deadlines, offers
from tests.luonan_town import Town

M = TypeVar("M", bound=Message)

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class House:
    """A town in a database of its own."""

    town: Town
    listing: Database
    """As the sweeper's role sees it."""
    _methods: dict[str, tuple[MethodDescriptor, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self._methods = {
            method.input_type.full_name: (method, getattr(offer.implementation, method_name(method.name)))
            for offer in offers(self.town.watch)
            for method in offer.service.methods
        }

    async def __call__(self, login: str, request: Message) -> Any:
        """The answer to a call of one of the town's people, which goes the way of every call."""
        method, handle = self._methods[request.DESCRIPTOR.full_name]
        claims = self.town.claims[login]
        tenant, actor = authorize(rule_of(method), request, claims)
        violations = [*screen_of(method.input_type).violations(request), *violations_of(request)]
        if violations:
            first, *more = violations
            raise Invalid(first.field, first.description, *more, reason=first.reason)
        call = Call(actor, tenant, self.town.clock.now(), "test", "", claims, self.town.database)
        return await handle(call, request)

    async def person(self, login: str, *grants: tuple[Role, str]) -> str:
        """A further account of the town with these roles; returns its resource name."""
        name = self.town.account(login)
        granted = tuple(Grant(role, scope) for role, scope in grants)
        self.town.claims[login] = Claims(name, granted, NEVER)
        roles = [gateway.RoleGrant(role=common.Role.ValueType(grant.role), scope=grant.scope) for grant in granted]
        await self.hear(gateway.AccountChanged(account=gateway.Account(name=name, roles=roles, revision=1)))
        return name

    async def hear(self, told: Message, tenant: str = "") -> None:
        """Lets the service take an event of the gateway about the town or another tenant, as its consumer does."""
        tenant = tenant or self.town.code
        event = Event(
            id=uuid4(),
            type=event_type(told),
            tenant=tenant,
            aggregate="organisation",
            aggregate_id=tenant,
            version=1,
            time=self.town.clock.now(),
            actor="system/gateway",
            trace="",
            number=1,
            hash=b"",
            payload=told.SerializeToString(),
            message=told,
        )
        async with self.town.database.transaction(tenant) as tx:
            await FOLLOWERS.handlers()[event.type](tx, event, self.town.clock.now())

    async def sweep_at(self, instant: datetime) -> None:
        """Moves the clock, and fires all that is due by then."""
        self.town.clock.set(instant)
        handlers = deadlines(self.town.watch)
        while await Sweeper(self.town.database, self.listing, handlers, self.town.clock).sweep():
            pass

    async def events(self, kind: type[M]) -> list[M]:
        """The entries of one type in the ledger of the town, in the order in which they were written."""
        ledger = LEDGER.c
        entries = sa.select(ledger.payload).where(ledger.tenant == self.town.code, ledger.type == event_type(kind))
        async with self.town.database.transaction(self.town.code) as tx:
            return [kind.FromString(row.payload) for row in await tx.rows(entries.order_by(ledger.seq))]

    async def ledger_size(self) -> int:
        """How many entries the ledger of the town has."""
        async with self.town.database.transaction(self.town.code) as tx:
            return await tx.scalar(sa.select(sa.func.count()).select_from(LEDGER)) or 0
