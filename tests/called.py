"""A service in a database of its own, called the way that every call takes, without the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from services.common.access import Claims, authorize
from services.common.clock import FixedClock
from services.common.consumer import Handler, Subscription
from services.common.consumer.taking import take
from services.common.database import Database
from services.common.errors import Invalid
from services.common.events import Event, event_type
from services.common.foundation import LEDGER
from services.common.rpc.access_option import rule_of
from services.common.rpc.binding import method_name
from services.common.rpc.call import Call
from services.common.rpc.screening import screen_of
from services.common.rpc.server import Offer
from services.common.rpc.validation import violations_of

M = TypeVar("M", bound=Message)


def told_by_gateway(tenant: str, told: Message, now: datetime) -> Event:
    """What the gateway tells about a tenant, as an event that has come."""
    return told_of(("organisation", tenant), tenant, told, now)


def told_of(thing: tuple[str, str], tenant: str, told: Message, now: datetime, version: int = 1) -> Event:
    """What a service tells of a thing (its kind and its id), as an event that has come."""
    aggregate, id = thing
    return Event(
        id=uuid4(),
        type=event_type(told),
        tenant=tenant,
        aggregate=aggregate,
        aggregate_id=id,
        version=version,
        time=now,
        actor=f"system/{event_type(told).partition('.')[0]}",
        trace="",
        number=1,
        hash=b"",
        payload=told.SerializeToString(),
        message=told,
    )


class Called:
    """Calls by what they ask: the class of the request names the RPC."""

    def __init__(
        self, database: Database, clock: FixedClock, offers: Iterable[Offer], handlers: Mapping[str, Handler]
    ) -> None:
        self.database, self.clock = database, clock
        self._handlers = handlers
        self._methods: dict[str, tuple[MethodDescriptor, Any]] = {
            method.input_type.full_name: (method, getattr(offer.implementation, method_name(method.name)))
            for offer in offers
            for method in offer.service.methods
        }

    async def ask(self, claims: Claims, request: Message) -> Any:
        """The answer to a call. Raises DomainError."""
        method, handle = self._methods[request.DESCRIPTOR.full_name]
        tenant, actor = authorize(rule_of(method), request, claims)
        violations = [*screen_of(method.input_type).violations(request), *violations_of(request)]
        if violations:
            first, *more = violations
            raise Invalid(first.field, first.description, *more, reason=first.reason)
        return await handle(Call(actor, tenant, self.clock.now(), "test", "", claims, self.database), request)

    async def hear_in(self, tenant: str, told: Message) -> None:
        """Lets the service take an event of the gateway about a tenant, as its consumer does."""
        event = told_by_gateway(tenant, told, self.clock.now())
        async with self.database.transaction(tenant) as tx:
            await self._handlers[event.type](tx, event, self.clock.now())

    async def take(self, subscription: Subscription, *events: Event) -> None:
        """Lets the service take events of a stream as its consumer does: all of a tenant at once."""
        tenants = {tenant: None for event in events for tenant in subscription.tenants(event)}
        for tenant in tenants:
            there = [event for event in events if tenant in subscription.tenants(event)]
            await take(self.database, subscription, tenant, there, self.clock.now())

    async def events_of(self, tenant: str, kind: type[M]) -> list[M]:
        """The entries of one type in the ledger of a tenant, in the order in which they were written."""
        ledger = LEDGER.c
        entries = sa.select(ledger.payload).where(ledger.tenant == tenant, ledger.type == event_type(kind))
        async with self.database.transaction(tenant) as tx:
            return [kind.FromString(row.payload) for row in await tx.rows(entries.order_by(ledger.seq))]
