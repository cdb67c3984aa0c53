"""A life of many cases through the RPCs, by chance but the same for the same seed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.errors import DomainError
from services.common.periods import local_date
from tests.integration.agency.assessments.conftest import ITEMS
from tests.integration.agency.cases.steps import application, required
from tests.integration.agency.house import House
from tests.integration.agency.records import account, sweep_at

POINTS = {"village": "agent", "community": "neighbour", "service-centre": "clerk"}
OUTCOMES = (pb.Case.OUTCOME_GRANTED, pb.Case.OUTCOME_REFUSED, pb.Case.OUTCOME_WITHDRAWN, pb.Case.OUTCOME_LAPSED)


@dataclass
class Life:
    """What happens in the town; what is refused does not."""

    house: House
    chance: Random
    names: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    cards: list[tuple[str, str]] = field(default_factory=list)
    snow: list[tuple[datetime, date]] = field(default_factory=list)

    async def lived(self, acts: int) -> Life:
        happenings = {
            self.receive: 5,
            self.accept: 7,
            self.notify: 3,
            self.supply: 4,
            self.work: 22,
            self.stop: 4,
            self.resume: 3,
            self.decide: 5,
            self.hand_over: 1,
            self.hand_out_card: 2,
            self.return_card: 1,
            self.rate: 4,
            self.pass_time: 5,
            self.snow_falls: 0.2,
        }
        await self.receive()
        await self.hand_out_card()
        for _ in range(acts):
            [happening] = self.chance.choices(list(happenings), [float(each) for each in happenings.values()])
            with suppress(DomainError):
                await happening()
        return self

    async def receive(self) -> None:
        slug, login = self.chance.choice(list(POINTS.items()))
        item = self.chance.choice(ITEMS)
        all_of_it = await required(self.house, item)
        brought = all_of_it if self.chance.random() < 0.6 else self.chance.sample(all_of_it, len(all_of_it) // 2)
        answer = await self.house(login, application(self.house, item, slug, brought=brought))
        self.names.append(answer.case.name)
        self.codes[answer.case.name] = answer.receipt_code

    async def accept(self) -> None:
        case, login = await self.one()
        await self.house(login, pb.AcceptCaseRequest(name=case.name, owed_until="2026-12-01"))

    async def notify(self) -> None:
        case, login = await self.one()
        missing = list(case.lacking) or await required(self.house, case.item.rpartition("/")[2])
        await self.house(login, pb.NotifyApplicantRequest(name=case.name, missing=missing[:3]))

    async def supply(self) -> None:
        case, login = await self.one()
        wanted = [*case.lacking, *case.owed]
        brought = self.chance.sample(wanted, self.chance.randint(1, len(wanted))) if wanted else ["申请书"]
        await self.house(login, pb.SupplyMaterialsRequest(name=case.name, brought=brought))

    async def work(self) -> None:
        case, _ = await self.one()
        for part in case.parts:
            if part.start_date and not part.end_date:
                await self.house(self.at(part.desk), pb.CompletePartRequest(name=case.name, desk=part.desk))
                return

    async def stop(self) -> None:
        case, _ = await self.one()
        running = [part.desk for part in case.parts if part.start_date and not part.end_date]
        desk = self.chance.choice(running) if running else f"tenants/{self.house.town}/units/{self.house.town}.finance"
        ground = pb.Case.GROUND_HEARING
        stop = pb.StopClockRequest(name=case.name, desk=desk, ground=ground, evidence="听证通知书〔2026〕7号")
        await self.house(self.at(desk), stop)

    async def resume(self) -> None:
        case, _ = await self.one()
        for part in case.parts:
            if part.paused:
                await self.house(self.at(part.desk), pb.ResumeClockRequest(name=case.name, desk=part.desk))

    async def decide(self) -> None:
        case, login = await self.one()
        outcome = self.chance.choices(OUTCOMES, [6, 2, 1, 1])[0]
        remedies = "可以申请行政复议。"
        decision = pb.DecideCaseRequest(name=case.name, outcome=outcome, reason="已经告知。", remedies=remedies)
        desks = [self.at(part.desk) for part in case.parts if part.start_date and not part.end_date]
        await self.house(self.chance.choice([login, *desks]), decision)

    async def hand_over(self) -> None:
        case, login = await self.one()
        to = self.chance.choice([each for each in POINTS.values() if each != login])
        await self.house(login, pb.OfferCaseRequest(name=case.name, to=account(self.house, to)))
        await self.house(to, pb.TakeCaseRequest(name=case.name))

    async def hand_out_card(self) -> None:
        slug, login = self.chance.choice(list(POINTS.items()))
        request = pb.HandOutCardRequest(parent=f"tenants/{self.house.town}", point=self.house.point(slug))
        answer = await self.house(login, request)
        self.cards.append((answer.card.name, answer.return_code))

    async def return_card(self) -> None:
        _, code = self.chance.choice(self.cards)
        satisfaction = self.chance.choice([pb.SATISFACTION_SATISFIED, pb.SATISFACTION_DISSATISFIED])
        await self.house(
            "citizen",
            pb.ReturnCardRequest(parent=f"tenants/{self.house.town}", code=code, satisfaction=satisfaction),
        )

    async def rate(self) -> None:
        """An applicant rates the case, or one of the desks that it came to."""
        case, login = await self.one()
        desks = [part.desk for part in case.parts if part.start_date]
        whole = self.chance.random() < 0.5 or not desks
        rating = pb.RateCaseRequest(
            parent=f"tenants/{self.house.town}",
            code=self.codes[case.name],
            kind=pb.Rating.KIND_OVERALL if whole else pb.Rating.KIND_DESK,
            desk="" if whole else self.chance.choice(desks),
            level=pb.Rating.Level.ValueType(self.chance.randint(1, 5)),
        )
        with suppress(DomainError):
            await self.house(login, pb.TellResultRequest(name=case.name, manner="当面告知"))
        await self.house("citizen", rating)

    async def pass_time(self) -> None:
        await sweep_at(self.house, self.house.clock.now() + timedelta(hours=self.chance.randint(8, 60)))

    async def snow_falls(self) -> None:
        """A day is declared off, also one that has passed; behind all that happened before."""
        self.house.clock.set(self.house.clock.now() + timedelta(seconds=1))
        day = local_date(self.house.clock.now()) + timedelta(days=self.chance.randint(-3, 6))
        off = gateway.CalendarDaySetting(date=str(day), kind=gateway.CalendarDay.KIND_OFF, reason="雪灾放假")
        level = gateway.CalendarDay.LEVEL_TOWN
        self.snow.append((self.house.clock.now(), day))
        await self.house.hear_in(
            self.house.town, gateway.CalendarDaysSet(level=level, days=[off], revision=len(self.snow))
        )
        await sweep_at(self.house, self.house.clock.now() + timedelta(minutes=3))

    async def one(self) -> tuple[pb.Case, str]:
        """One of the cases, mostly a new one, and its owner."""
        name = self.chance.choice(self.names[-40:])
        case = (await self.house("clerk", pb.GetCaseRequest(name=name))).case
        return case, case.owner.rpartition("/")[2]

    def at(self, desk: str) -> str:
        """Who works at a desk."""
        windows = {"civil-affairs": "window", "finance": "finance"}
        units = {f"{self.house.county}.{slug}": login for slug, login in windows.items()}
        units |= {self.house.unit(slug): login for slug, login in POINTS.items()}
        return units.get(desk.rpartition("/")[2], "agent")
