"""What people do about cases 代理件: every act through the public API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from minshao.agency.v1 import Point

from deploy.local.accounts import COUNTY
from deploy.local.demo.acts import Act
from deploy.local.demo.agency.cases import LAST_HOUR, Case, Desk, Do, Step, Way, items
from deploy.local.demo.agency.days import DECLARED, SNOW, after
from deploy.local.demo.month import day_of
from deploy.local.demo.people import County
from deploy.local.demo.plan import Plan

APPLICANT = {"name": "村民李某", "identityNumber": "11010519491231002X"}
"""The identity number is the example of the national standard."""
REASONS = {
    Way.REFUSED: "经核查不符合条件，不予办理。",
    Way.AT_ONCE: "当场答复并办结。",
}
REMEDIES = "可在六十日内申请行政复议，或者六个月内提起行政诉讼。"
LEVELS = {
    1: "LEVEL_VERY_DISSATISFIED",
    2: "LEVEL_DISSATISFIED",
    3: "LEVEL_FAIRLY_SATISFIED",
    4: "LEVEL_SATISFIED",
    5: "LEVEL_VERY_SATISFIED",
}
TAGS = {1: "TAG_MANY_VISITS", 2: "TAG_UNFRIENDLY", 3: "TAG_ON_TIME", 4: "TAG_CLEAR", 5: "TAG_WARM"}
DONE = "已办结，请按通知领取结果。"


@dataclass
class Lived:
    """A case as it came about."""

    case: Case
    name: str = ""
    number: str = ""
    code: str = field(default="", repr=False)
    rating: str = ""


@dataclass
class Cases:
    """The cases of a plan, and what is done about them."""

    plan: Plan
    county: County
    lived: dict[tuple[str, int], Lived] = field(default_factory=dict)

    def acts(self) -> Iterator[Act]:
        """Everything that will be done, in the order of the days."""
        for case in self.plan.cases:
            lived = self.lived[(case.town, case.index)] = Lived(case)
            for step in case.steps:
                yield Act(step.day, step.hour, case.town, partial(DOINGS[step.do], self, lived, step))
        yield Act(DECLARED, LAST_HOUR, self.plan.snowed_in, self._declare_snow_day)

    async def receive(self, lived: Lived, _step: Step) -> None:
        case = lived.case
        required = [each.name for each in items()[case.item].materials if each.required]
        body = {
            "point": f"{case.village.town}/points/{case.village.code}",
            "item": case.item,
            "applicant": APPLICANT | {"phone": f"138{case.index:04}{case.town[-4:]}"},
            "brought": [name for name in required if name not in case.missing + case.follows],
        }
        answer = await self.county.post(self._agent(lived), f"/v1/{case.village.town}/cases", body)
        received = cast(dict[str, str], answer["case"])
        lived.name, lived.number, lived.code = received["name"], received["number"], str(answer["receiptCode"])

    async def notify(self, lived: Lived, _step: Step) -> None:
        missing = list(lived.case.missing) or ["补充情况说明"]
        await self.county.post(self._agent(lived), f"/v1/{lived.name}:notify", {"missing": missing})

    async def supply(self, lived: Lived, _step: Step) -> None:
        brought = list(lived.case.missing or lived.case.follows) or ["补充情况说明"]
        await self.county.post(self._agent(lived), f"/v1/{lived.name}:supply", {"brought": brought})

    async def accept(self, lived: Lived, step: Step) -> None:
        owed = {"owedUntil": str(day_of(after(step.day, 3)))} if lived.case.follows else {}
        await self.county.post(self._agent(lived), f"/v1/{lived.name}:accept", owed)

    async def finish_part(self, lived: Lived, step: Step) -> None:
        who, desk = self._at(lived, step)
        await self.county.post(who, f"/v1/{lived.name}:completePart", {"desk": desk})

    async def stop(self, lived: Lived, step: Step) -> None:
        who, desk = self._at(lived, step)
        body = {"desk": desk, "ground": "GROUND_EXPERT_REVIEW", "evidence": "专家评审通知书〔2026〕3号"}
        await self.county.post(who, f"/v1/{lived.name}:stopClock", body)

    async def resume(self, lived: Lived, step: Step) -> None:
        who, desk = self._at(lived, step)
        await self.county.post(who, f"/v1/{lived.name}:resumeClock", {"desk": desk})

    async def decide(self, lived: Lived, step: Step) -> None:
        way = lived.case.way
        outcome = "OUTCOME_REFUSED" if way is Way.REFUSED else "OUTCOME_GRANTED"
        body = {"outcome": outcome, "reason": REASONS.get(way, DONE)}
        body |= {"remedies": REMEDIES} if way is Way.REFUSED else {}
        who = self._at(lived, step)[0] if step.desk else self._agent(lived)
        await self.county.post(who, f"/v1/{lived.name}:decide", body)

    async def tell(self, lived: Lived, _step: Step) -> None:
        await self.county.post(self._agent(lived), f"/v1/{lived.name}:tell", {"manner": "当面告知，并送达结果。"})

    async def rate(self, lived: Lived, _step: Step) -> None:
        stars = lived.case.stars
        body = {"code": lived.code, "kind": "KIND_OVERALL", "level": LEVELS[stars], "tags": [TAGS[stars]]}
        answer = await self.county.post(self._applicant(lived), f"/v1/{lived.case.village.town}/cases:rate", body)
        lived.rating = cast(dict[str, str], answer["rating"])["name"]

    async def answer_rating(self, lived: Lived, _step: Step) -> None:
        body = {"text": "对不起，让您多跑了路。以后有事先打电话，我们上门办。"}
        await self.county.post(self._agent(lived), f"/v1/{lived.rating}:answer", body)

    async def check_answer(self, lived: Lived, _step: Step) -> None:
        body = {"code": lived.code, "rating": lived.rating, "accepted": True}
        await self.county.post(self._applicant(lived), f"/v1/{lived.case.village.town}/ratings:check", body)

    async def _declare_snow_day(self) -> None:
        day = f"tenants/{self.plan.snowed_in}/calendarDays/{day_of(SNOW)}"
        party = f"tenants/{self.plan.snowed_in}/accounts/party-committee"
        await self.county.post(party, f"/v1/{day}:set", {"kind": "KIND_OFF", "reason": "大雪封路停止办公"})

    def _agent(self, lived: Lived) -> str:
        return lived.case.village.account("registrar")

    def _applicant(self, lived: Lived) -> str:
        """An address of their own."""
        return f"10.{20 + int(lived.case.town[-3:]) // 100}.{int(lived.case.town[-3:]) % 100}.{lived.case.index}"

    def _at(self, lived: Lived, step: Step) -> tuple[str, str]:
        """Who works at a desk, and the desk's name."""
        desk = cast(Desk, step.desk)
        if desk.tier == Point.TIER_VILLAGE:
            return self._agent(lived), lived.case.village.name
        if desk.tier == Point.TIER_TOWN:
            town = f"tenants/{lived.case.town}"
            return f"{town}/accounts/service-centre-registrar", f"{town}/units/{lived.case.town}.service-centre"
        slug = desk.department.partition(".")[2]
        return f"{COUNTY}/accounts/{slug}-officer", f"{COUNTY}/units/{desk.department}"


DOINGS: Mapping[Do, Callable[[Cases, Lived, Step], Awaitable[None]]] = {
    Do.RECEIVE: Cases.receive,
    Do.NOTIFY: Cases.notify,
    Do.SUPPLY: Cases.supply,
    Do.ACCEPT: Cases.accept,
    Do.FINISH_PART: Cases.finish_part,
    Do.STOP: Cases.stop,
    Do.RESUME: Cases.resume,
    Do.DECIDE: Cases.decide,
    Do.TELL: Cases.tell,
    Do.RATE: Cases.rate,
    Do.ANSWER_RATING: Cases.answer_rating,
    Do.CHECK_ANSWER: Cases.check_answer,
}
