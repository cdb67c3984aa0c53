"""The whole loop in one process: the services on real databases, called the way that every call takes, and their events
carried to whoever takes them with order lost and everything told twice.

Events of one thing keep their order, as the relay promises; those of different things come as they like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from random import Random
from typing import Any

from minshao.agency import v1 as agency
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.agency import parts as agency_parts
from services.common.consumer import Subscription
from services.common.consumer.taking import take
from services.common.database import Database
from services.common.deadlines import Sweeper
from services.common.errors import DomainError
from services.common.events import Event
from services.gateway.feed.consumers import subscriptions as of_gateway
from services.gateway.feed.tails import Tails
from services.risk import parts as risk_parts
from services.watch import parts as watch_parts
from tests.isolation.county import County, Place, ledger_of
from tests.isolation.furnishing import APPLICANT, ITEM
from tests.isolation.people import CITIZEN, COUNTY, TENANTS, TOWN, Person, person

OFFICER = person(TOWN, "discipline-1")
COMMISSION = person(COUNTY, "discipline-1")


@dataclass(frozen=True)
class Told:
    """A report, and the code by which its reporter follows it."""

    name: str
    code: str


class Loop(County):
    """A county in which what happens in one service reaches the others."""

    random = Random(5)
    listings: Mapping[str, Database]
    """The database of each service as its sweeper sees it."""

    async def carry(self) -> None:
        """Brings every event to all that take it, until nothing new happens; each twice, and some once more later."""
        told: list[Event] = []
        while fresh := await self._fresh():
            for event in fresh:
                self._heard.add(event.id)
            await self._deliver(self._shuffled(fresh))
            told += fresh
        await self._deliver(self.random.sample(told, len(told) // 2))

    async def pass_days(self, days: int) -> None:
        """So many days pass; what is due by then fires in all services, and what follows is carried."""
        self.clock.set(self.clock.now() + timedelta(days=days))
        handlers = {
            "watch": watch_parts.deadlines(self.shared),
            "agency": agency_parts.deadlines(self._house.shared_agency),
            "risk": risk_parts.deadlines(self._house.shared_risk),
        }
        for service, fired in handlers.items():
            database: Database = getattr(self._house, service)
            while await Sweeper(database, self.listings[service], fired, self.clock).sweep():
                pass
        await self.carry()

    async def substantiated(
        self, place: Place, officer: Person = OFFICER, handler: Person | None = None, **about: Any
    ) -> Told:
        """A citizen reports neglect of duty at a unit, a discipline officer says whom it is about, and finds it
        substantiated, or the handler does whose it is then."""
        subject = watch.Subject(about="办事拖延")
        subject.MergeFrom(watch.Subject(**about))
        kind, matter = watch.Report.KIND_ACCUSATION, watch.Report.MATTER_NEGLECT_OF_DUTY
        filed = await self.file(place, kind=kind, matter=matter, subject=subject)
        name, subject.unit = filed.report.name, f"{place.parent}/units/{place.unit}"
        await self.call(officer, watch.LinkSubjectRequest(name=name, subject=subject))
        await self.found_true(name, handler or officer)
        return Told(name, filed.receipt_code)

    async def found_true(self, report: str, handler: Person) -> None:
        """Somebody takes up a report and finds it substantiated, and all hear of it."""
        for step in (
            watch.AssignReportRequest(name=report, officer=handler.account),
            watch.StartInvestigationRequest(name=report),
            watch.AnswerReportRequest(name=report, finding=watch.Report.FINDING_SUBSTANTIATED, text="属实，已处理。"),
        ):
            await self.call(handler, step)
        await self.carry()

    async def received(self, place: Place) -> agency.CreateCaseResponse:
        """A case that comes in at the point of a village, with the code by which it is followed."""
        request = agency.CreateCaseRequest(
            parent=place.parent, point=f"{place.parent}/points/{place.unit}", item=ITEM, applicant=APPLICANT
        )
        received: agency.CreateCaseResponse = await self.call(place.person("agent"), request)
        return received

    async def information(self, who: Person = OFFICER, tenant: str = TOWN) -> list[risk.RiskInformation]:
        """What somebody sees of the risk information of a tenant."""
        request = risk.ListRiskInformationRequest(parent=f"tenants/{tenant}", page_size=200)
        return list((await self.call(who, request)).risk_information)

    async def warnings(self, who: Person = OFFICER, tenant: str = TOWN, **wanted: Any) -> Sequence[risk.Warning]:
        """The warnings that somebody sees."""
        request = risk.ListWarningsRequest(
            parent=f"tenants/{tenant}", filter=risk.ListWarningsRequest.Filter(**wanted), page_size=200
        )
        return list((await self.call(who, request)).warnings)

    async def disposed(
        self, warning: str, severity: risk.Disposition.Severity.ValueType, who: Person = OFFICER, **facts: Any
    ) -> risk.Disposition:
        """Somebody disposes of a warning, and all hear of it."""
        request = risk.RecordDispositionRequest(
            parent="/".join(warning.split("/")[:2]),
            warning=warning,
            severity=severity,
            note="约谈负责人王某。",
            **facts,
        )
        recorded: risk.Disposition = (await self.call(who, request)).disposition
        await self.carry()
        return recorded

    async def receipt(self, told: Told) -> watch.ReceiptView:
        """What the reporter sees."""
        request = watch.LookUpReceiptRequest(parent="/".join(told.name.split("/")[:2]), code=told.code)
        view: watch.ReceiptView = (await self.call(CITIZEN, request)).view
        return view

    async def feed(self, who: Person, *types: str, observer: str = "") -> list[gateway.FeedEntry]:
        """The entries of these types that somebody sees, oldest first."""
        request = gateway.ListFeedRequest(parent=f"tenants/{observer or who.tenant}", page_size=200, types=types)
        return list((await self.call(who, request)).entries)

    async def matter(self, who: Person, resource: str, observer: str = "") -> list[gateway.MatterPart]:
        """The parts of a matter that somebody sees."""
        request = gateway.GetMatterRequest(parent=f"tenants/{observer or who.tenant}", resource=resource)
        return list((await self.call(who, request)).parts)

    async def oversights(self, who: Person = OFFICER, tenant: str = TOWN) -> list[watch.Oversight]:
        """The oversights that somebody sees, open and answered."""
        request = watch.ListOversightsRequest(parent=f"tenants/{tenant}", page_size=200)
        return list((await self.call(who, request)).oversights)

    def _takers(self) -> list[tuple[Database, Subscription]]:
        house = self._house
        return [
            *((house.gateway, each) for each in of_gateway(Tails(house.gateway))),
            *((house.watch, each) for each in watch_parts.subscriptions(self.shared)),
            *((house.agency, each) for each in agency_parts.subscriptions(house.shared_agency)),
            *((house.risk, each) for each in risk_parts.subscriptions(house.shared_risk)),
        ]

    async def _fresh(self) -> list[Event]:
        house = self._house
        return [
            event
            for database in (house.gateway, house.watch, house.agency, house.risk)
            for tenant in TENANTS
            for event in await ledger_of(database, tenant)
            if event.id not in self._heard
        ]

    def _shuffled(self, events: Sequence[Event]) -> list[Event]:
        """In any order, but for the events of one thing; those of the organisation as they came."""
        first = [event for event in events if event.type.startswith("gateway.")]
        by_thing = sorted((each for each in events if each not in first), key=_thing)
        queues = [list(those) for _, those in groupby(by_thing, key=_thing)]
        order = [place for place, queue in enumerate(queues) for _ in queue]
        self.random.shuffle(order)
        return [*first, *(queues[place].pop(0) for place in order)]

    async def _deliver(self, events: Sequence[Event]) -> None:
        """To each taker in an order of its own, everything twice; what cannot be taken yet again after the others."""
        for database, subscription in self._takers():
            left = [event for event in events if event.type in subscription.handlers]
            for _ in range(3):
                refused = []
                for event in left:
                    for tenant in sorted(subscription.tenants(event)):
                        try:
                            for _ in range(2):
                                await take(database, subscription, tenant, [event], self.clock.now())
                        except DomainError:
                            refused.append(event)
                left = refused
            assert not left, left


def _thing(event: Event) -> tuple[str, ...]:
    return event.type.partition(".")[0], *event.thing
