"""A gateway that observes: its database, its read services, and events put before it with or without NATS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from minshao.gateway import v1 as gateway
from minshao.gateway.v1 import board_service_pb2, desk_service_pb2, feed_service_pb2, matter_service_pb2

from services.common.access import Claims, Grant, Role, authorize
from services.common.clock import FixedClock
from services.common.consumer import Subscription
from services.common.consumer.taking import take
from services.common.database import Database
from services.common.errors import Invalid
from services.common.events import Event
from services.common.rpc.access_option import rule_of
from services.common.rpc.binding import method_name
from services.common.rpc.call import Call
from services.common.rpc.validation import violations_of
from services.gateway.board.rpc import BoardService
from services.gateway.desks.rpc import DeskService
from services.gateway.feed.consumers import subscriptions
from services.gateway.feed.rpc import FeedService
from services.gateway.feed.store import FEED
from services.gateway.feed.tails import Tails
from services.gateway.feed.town_names import TownNames
from services.gateway.matters.rpc import MatterService
from services.gateway.organisation.domain import Tenant, TenantKind
from services.gateway.organisation.store import add_tenant
from tests.gateway_feed.telling import START, Town

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
SERVICES = (
    feed_service_pb2.DESCRIPTOR.services_by_name["FeedService"],
    board_service_pb2.DESCRIPTOR.services_by_name["BoardService"],
    desk_service_pb2.DESCRIPTOR.services_by_name["DeskService"],
    matter_service_pb2.DESCRIPTOR.services_by_name["MatterService"],
)


@dataclass
class Observatory:
    """One process of a gateway, in a county with two towns."""

    database: Database
    county: str
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    real_clock: FixedClock = field(default_factory=lambda: FixedClock(START))

    def __post_init__(self) -> None:
        self.tails = Tails(self.database)
        self.subscriptions: Sequence[Subscription] = subscriptions(self.tails)
        names = TownNames(self.database)
        self.implementations = (
            FeedService(self.tails, names, self.real_clock),
            BoardService(names),
            DeskService(names),
            MatterService(names),
        )
        self._methods = {
            method.input_type.full_name: (method, getattr(implementation, method_name(method.name)))
            for service, implementation in zip(SERVICES, self.implementations, strict=True)
            for method in service.methods
        }
        self.jingcun, self.shimen = Town(f"{self.county}101"), Town(f"{self.county}102")

    async def provision(self) -> None:
        """Makes the county and its towns known."""
        names = {self.county: "洛南县", self.jingcun.code: "景村镇", self.shimen.code: "石门镇"}
        for code, name in names.items():
            kind = TenantKind.COUNTY if code == self.county else TenantKind.TOWN
            async with self.database.transaction(code) as tx:
                add_tenant(tx, Tenant(code, name, name[:-1], kind, revision=1, create_time=START))

    async def take(self, *events: Event) -> None:
        """Takes the events as the consumers do that have just read them."""
        for stream, several in groupby(events, lambda event: event.type.partition(".")[0].upper()):
            subscription = next(each for each in self.subscriptions if each.stream == stream)
            together = list(several)
            for observer in sorted({observer for event in together for observer in subscription.tenants(event)}):
                mine = [event for event in together if observer in subscription.tenants(event)]
                await take(self.database, subscription, observer, mine, self.clock.now())

    async def __call__(self, request: Message, caller: Claims) -> Any:
        """The answer to a call, which goes the way of every call."""
        return await self._handle(request, caller)

    @asynccontextmanager
    async def stream(self, request: gateway.StreamFeedRequest, caller: Claims) -> AsyncIterator[Stream]:
        """The answers of a streaming call, as they come."""
        async with aclosing(self._handle(request, caller)) as replies:
            yield Stream(replies)

    def _handle(self, request: Message, caller: Claims) -> Any:
        method, handle = self._methods[request.DESCRIPTOR.full_name]
        tenant, actor = authorize(rule_of(method), request, caller)
        _check(method, request)
        return handle(Call(actor, tenant, self.clock.now(), "test", "", caller, self.database), request)

    async def feed(self, observer: str) -> list[tuple[int, str]]:
        """Number and type of every entry of an observer's feed, hidden ones too."""
        mine = sa.select(FEED.c.number, FEED.c.type).where(FEED.c.tenant == observer).order_by(FEED.c.number)
        async with self.database.transaction(observer) as tx:
            return [(row.number, row.type) for row in await tx.rows(mine)]

    def viewer(self, **who: Any) -> Claims:
        """A county viewer."""
        return claims(self.county, Role.COUNTY_VIEWER, **who)

    def officer(self, **who: Any) -> Claims:
        """A discipline officer of the county."""
        return claims(self.county, Role.COUNTY_DISCIPLINE, **who)

    def clerk(self, slug: str = "civil-affairs", role: Role = Role.WINDOW_CLERK) -> Claims:
        """Who works at the window of a county department."""
        name = f"tenants/{self.county}/accounts/{slug}-{role.name.lower().replace('_', '-')}"
        return Claims(name, (Grant(role, f"{self.county}.{slug}"),), NEVER)

    def town_officer(self, town: Town | None = None, **who: Any) -> Claims:
        """A discipline officer of a town, of the first unless another is named."""
        return claims((town or self.jingcun).code, Role.TOWN_DISCIPLINE, **who)


class Stream:
    """What a stream answers."""

    def __init__(self, replies: AsyncIterator[gateway.StreamFeedResponse]) -> None:
        self._replies = replies

    async def next(self) -> gateway.StreamFeedResponse:
        """The next answer. Raises TimeoutError after 20 seconds."""
        async with asyncio.timeout(20):
            return await anext(self._replies)

    async def entries(self, count: int) -> list[gateway.FeedEntry]:
        """The next entries; signs of life are passed over."""
        found: list[gateway.FeedEntry] = []
        while len(found) < count:
            if (reply := await self.next()).HasField("entry"):
                found.append(reply.entry)
        return found


def claims(
    tenant: str, role: Role, *, login: str = "jiwei", cadre: str | None = None, expires: datetime = NEVER
) -> Claims:
    """What a token of the account would say; `cadre` is an id."""
    name = f"tenants/{tenant}/cadres/{cadre}" if cadre else None
    return Claims(f"tenants/{tenant}/accounts/{login}", (Grant(role, tenant),), expires, name)


def _check(method: MethodDescriptor, request: Message) -> None:
    if violations := violations_of(request):
        first, *more = violations
        raise Invalid(first.field, first.description, *more, reason=first.reason)
