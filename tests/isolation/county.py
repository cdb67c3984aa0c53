"""A county with two towns, and another county: provisioned, with something of every kind at every place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as watch

from services.agency.organisation import followers as agency_followers
from services.common.access import SYSTEM
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.deadlines import Sweeper
from services.common.events import Event, event_messages
from services.common.foundation import LEDGER
from services.gateway.feed.consumers import subscriptions
from services.gateway.feed.tails import Tails
from services.risk.organisation import followers as risk_followers
from services.watch import parts as watch_parts
from services.watch.organisation import followers as watch_followers
from services.watch.supervisors.nominating import approve
from services.watch.supervisors.use_cases import appoint
from services.watch.watch import Watch
from tests.isolation.house import House
from tests.isolation.people import (
    CITIZEN,
    CIVIL_AFFAIRS,
    COUNTY,
    FINANCE,
    TENANTS,
    VILLAGE,
    Person,
    Tokens,
    file_of,
    person,
    unit_code,
)

CHOSEN = "luoshui-qingqing-2026"
NOTHING = "0" * 32


@dataclass
class Place:
    """Where a call is aimed at: something of every kind that is there, by the collection of its resource name."""

    tenant: str
    unit: str
    slug: str
    officer: Person
    """Who handles the report of this place."""
    successor: Person
    """Who could take it over."""
    names: dict[str, str] = field(default_factory=lambda: defaultdict(str))
    number: str = ""
    """The register number of its report."""
    code: str = ""
    """The receipt code of its report."""
    case_code: str = ""
    """The receipt code of its case."""
    card_code: str = ""
    """The code with which its supervision card is returned."""
    rated_code: str = ""
    """The receipt code of the case that was rated."""
    case_number: str = ""
    consultation_code: str = ""
    """The receipt code of its consultation."""
    objection_code: str = ""
    """The receipt code of the objection to its risk point."""
    first_password: str = ""
    """Of the account `officer`."""
    refresh_token: str = ""
    """Of an officer of the discipline committee."""

    @property
    def parent(self) -> str:
        return f"tenants/{self.tenant}"

    def person(self, duty: str) -> Person:
        """Somebody who works at the unit of the place."""
        return person(self.tenant, f"{self.slug}-{duty}")


class County:
    """Everything there is. `call` changes it, `rehearse` leaves it as it is."""

    def __init__(self, call: House, rehearse: House, tokens: Tokens, clock: FixedClock, watch: Watch) -> None:
        self._house = call
        self._stage = rehearse
        self.shared = watch
        self._following = {
            "watch": watch_followers(watch).handlers(),
            "agency": agency_followers(call.shared_agency).handlers(),
            "risk": risk_followers(call.shared_risk).handlers(),
        }
        self._feed = subscriptions(Tails(call.gateway))
        self._heard: set[object] = set()
        self.tokens = tokens
        self.clock = clock
        self.first_passwords: dict[str, str] = {}
        self.units: dict[tuple[str, str], Place] = {}
        """What is handled by units, by tenant and slug."""
        self.towns: dict[str, Place] = {}
        """What is handled by towns."""
        self.county: dict[str, Place] = {}
        """What is handled by the county, by the tenant to which it belongs."""
        self.methods = call.methods

    @property
    def watch_database(self) -> Database:
        return self._house.watch

    async def call(self, who: Person, request: Message) -> Any:
        """The reply to what somebody asks. Raises DomainError."""
        return await self._house(self.tokens.good(who), request)

    async def rehearse(self, token: str | None, request: Message) -> Any:
        """The same with any token, and without a trace."""
        return await self._stage(token, request)

    async def provision(self) -> None:
        """The day before, so that there is a month of which reviews can be published."""
        today = self.clock.now()
        self.clock.set(today - timedelta(days=1))
        operator = person(COUNTY, "operator")
        for tenant in TENANTS:
            answer = await self.call(operator, file_of(tenant))
            self.first_passwords |= {added.account: added.password for added in answer.added_accounts}
        await self.carry()
        self.clock.set(today)

    async def carry(self) -> None:
        """Brings every event that has not been carried yet to those who take it."""
        house = self._house
        for database in (house.gateway, house.watch, house.agency, house.risk):
            for tenant in TENANTS:
                for event in await ledger_of(database, tenant):
                    if event.id not in self._heard:
                        self._heard.add(event.id)
                        await self._take(event, of_gateway=database is house.gateway)

    async def _take(self, event: Event, of_gateway: bool) -> None:
        now = self.clock.now()
        for service, handlers in self._following.items():
            if of_gateway and event.type in handlers:
                database: Database = getattr(self._house, service)
                async with database.transaction(event.tenant) as tx:
                    await handlers[event.type](tx, event, now)
        for subscription in self._feed:
            if event.type in subscription.handlers:
                for observer in subscription.tenants(event):
                    async with self._house.gateway.transaction(observer) as tx:
                        await subscription.handlers[event.type](tx, event, now)

    async def sweep(self, listing: Database, days: int) -> None:
        """Lets so many days pass, and fires what is due by then."""
        self.clock.set(self.clock.now() + timedelta(days=days))
        sweeper = Sweeper(self._house.watch, listing, watch_parts.deadlines(self.shared), self.clock)
        while await sweeper.sweep():
            pass

    async def file(self, place: Place, who: Person = CITIZEN, **facts: Any) -> watch.CreateReportResponse:
        """A report that is made at the unit of the place: an opinion unless the facts say otherwise."""
        request = watch.CreateReportRequest(
            parent=place.parent,
            unit=f"{place.parent}/units/{place.unit}",
            kind=watch.Report.KIND_OPINION,
            reporter_mode=watch.Report.REPORTER_MODE_ANONYMOUS,
            subject=watch.Subject(about="村里的路灯"),
            text="路灯坏了三个月没有人修。",
        )
        request.MergeFrom(watch.CreateReportRequest(**facts))
        filed: watch.CreateReportResponse = await self.call(who, request)
        return filed

    async def appoint(self, place: Place, name: str, account: str) -> str:
        """Brings a person into office at the place; returns the supervisor's resource name."""
        nomination = await self.nominate(place, name, account)
        actor, id = SYSTEM("test"), nomination.rpartition("/")[2]
        async with self._house.watch.transaction(place.tenant) as tx:
            await approve(tx, actor, id, "符合条件。", self.clock.now())
        async with self._house.watch.transaction(place.tenant) as tx:
            supervisor = await appoint(tx, actor, id, None, self.clock.now())
        return f"{place.parent}/supervisors/{supervisor.id}"

    async def nominate(self, place: Place, name: str, account: str = "") -> str:
        request = watch.CreateNominationRequest(
            parent=place.parent,
            unit=f"{place.parent}/units/{place.unit}",
            person=name,
            account=account,
            meeting_date=self.today,
            meeting_record="支部党员大会一致同意提名。",
        )
        response = await self.call(place.person("secretary"), request)
        return str(response.nomination.name)

    async def take_into_use(self, who: Person) -> gateway.Tokens:
        """The person's first sign-in, with a password of their own choice."""
        request = gateway.ChangePasswordRequest(
            parent=f"tenants/{who.tenant}",
            login=who.login,
            old_password=self.first_passwords[who.account],
            new_password=CHOSEN,
        )
        tokens: gateway.Tokens = (await self.call(CITIZEN, request)).tokens
        return tokens

    @property
    def today(self) -> str:
        return self.clock.now().date().isoformat()

    @property
    def soon(self) -> str:
        """A day that lies ahead, also when time has passed."""
        return (self.clock.now().date() + timedelta(days=60)).isoformat()

    def places(self) -> Iterable[Place]:
        return (*self.units.values(), *self.towns.values(), *self.county.values())


def unit_place(tenant: str, slug: str) -> Place:
    """A unit, whose own people handle what is there."""
    officer, successor = person(tenant, f"{slug}-officer"), person(tenant, f"{slug}-deputy")
    return Place(tenant, unit_code(tenant, slug), slug, officer, successor)


def place_above(tenant: str, organ: str) -> Place:
    """A unit where something happened that the town's or the county's discipline officers handle."""
    slug = CIVIL_AFFAIRS if len(tenant) == len(COUNTY) else VILLAGE
    officer, successor = person(organ, "discipline-1"), person(organ, "discipline-2")
    return Place(tenant, unit_code(tenant, slug), slug, officer, successor)


def slugs(tenant: str) -> tuple[str, ...]:
    return (CIVIL_AFFAIRS,) if len(tenant) == len(COUNTY) else (VILLAGE, FINANCE)


async def ledger_of(database: Database, tenant: str) -> list[Event]:
    """What is in the ledger of the tenant, as events, in the order in which it was written."""
    entries = sa.select(LEDGER).where(LEDGER.c.tenant == tenant).order_by(LEDGER.c.seq)
    async with database.transaction(tenant) as tx:
        rows = await tx.rows(entries)
    return [
        Event(
            id=row.id,
            type=row.type,
            tenant=tenant,
            aggregate=row.aggregate,
            aggregate_id=row.aggregate_id,
            version=row.version,
            time=row.time,
            actor=row.actor,
            trace=row.trace or "",
            number=row.seq,
            hash=bytes(32),
            payload=row.payload,
            message=event_messages()[row.type].FromString(row.payload),
        )
        for row in rows
    ]
