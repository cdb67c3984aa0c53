"""Lives the plan: every act through the public API, at its hour, on a clock that is moved here.

Between two hours everything waits for the acts of the hour before; at each midnight for the deadlines that came. Acts
of one town follow each other, towns live side by side: so numbers and figures are the same for the same plan.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

from deploy.local.accounts import COUNTY
from deploy.local.demo.cases import ANSWERS, Way
from deploy.local.demo.people import County
from deploy.local.demo.plan import BOX_DAYS, DAYS, FIRST_DAY, MEETING_DAY, Case, Plan, Town, Unit, at
from deploy.local.demo.time import MovedClock

BOXES = {"CHANNEL_COMPLAINT_BOX": "BOX_COMPLAINT", "CHANNEL_OPINION_BOX": "BOX_OPINION"}
SUPERVISORS = ("王秀兰", "李德明", "张建国")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done in a town at an hour of a day."""

    day: int
    hour: int
    town: str
    do: Callable[[], Awaitable[None]]


@dataclass
class Lived:
    """A case as it came about."""

    case: Case
    name: str = ""
    number: str = ""
    code: str = field(default="", repr=False)


@dataclass
class Life:
    """The month in the county."""

    plan: Plan
    county: County
    clock: MovedClock
    told: Callable[[str], None]
    cases: dict[tuple[str, int], Lived] = field(default_factory=dict)
    openings: dict[tuple[str, int, str], str] = field(default_factory=dict)

    async def live(self) -> None:
        """From the first of the month to the midnight that ends it."""
        days: dict[int, dict[int, dict[str, list[Act]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        for act in self.acts():
            days[act.day][act.hour][act.town].append(act)
        for day in range(1, DAYS + 2):
            await self.clock.move(at(day, 0, 5))
            for hour, towns in sorted(days[day].items()):
                await self.clock.set(at(day, hour))
                await asyncio.gather(*(self._one_after_the_other(acts) for acts in towns.values()))
            if day % 5 == 0:
                self.told(
                    f"{FIRST_DAY:%Y年%m月}{day}日：已登记{sum(bool(each.name) for each in self.cases.values())}件"
                )

    def acts(self) -> Iterator[Act]:
        """Everything that will be done, in the order of the towns."""
        for town in self.plan.towns:
            for unit in town.units:
                yield Act(1, 9, town.code, lambda town=town, unit=unit: self._appoint(town, unit))  # type: ignore[misc]
                yield Act(MEETING_DAY, 15, town.code, lambda unit=unit: self._meet(unit))  # type: ignore[misc]
                for day in BOX_DAYS:
                    yield Act(day, 9, town.code, lambda unit=unit, day=day: self._open_boxes(unit, day))  # type: ignore[misc]
        for case in self.plan.cases:
            lived = self.cases[(case.town, case.index)] = Lived(case)
            for day, hour, do in self._course(lived):
                if day <= DAYS:
                    yield Act(day, hour, case.town, do)

    def _course(self, lived: Lived) -> Iterator[tuple[int, int, Callable[[], Awaitable[None]]]]:
        """What is done in a case, and when."""
        case = lived.case
        yield case.day, case.hour, lambda: self._file(lived)
        if case.way is Way.FORGOTTEN:
            return
        yield case.day + 1, 9, lambda: self._take_up(lived)
        if case.way is Way.EXTENDED:
            yield case.day + 5, 10, lambda: self._extend(lived)
        if case.way is Way.SUPERVISED:
            yield case.day + 9, 10, lambda: self._order_oversight(lived)
        if case.answer_day is None:
            return
        yield case.answer_day, 15, lambda: self._answer(lived, self._handler(lived))
        last = case.answer_day
        if case.way is Way.CONTESTED:
            yield case.answer_day + 1, 20, lambda: self._contest(lived)
            if case.second_answer_day is None:
                return
            officer = self._account(case.town, "discipline-officer")
            yield case.answer_day + 2, 9, lambda: self._assign(lived, self.head(case.town), officer)
            yield case.second_answer_day, 15, lambda: self._answer(lived, officer)
            last = case.second_answer_day
        if case.opinion:
            yield last, 16, lambda: self._publish(lived)
        if case.accepted:
            yield last + 1, 19, lambda: self._accept(lived)

    async def _one_after_the_other(self, acts: list[Act]) -> None:
        for act in acts:
            await act.do()

    async def _appoint(self, town: Town, unit: Unit) -> None:
        """Two or three supervisors: the branch nominates, the party committee examines, approves and appoints."""
        secretary, party = self._of(unit, "secretary"), self._account(town.code, "party-committee")
        for place, person in enumerate(SUPERVISORS[: 2 + unit.code.endswith("1")]):
            nomination = await self._made(
                "nomination",
                secretary,
                f"/v1/tenants/{town.code}/nominations",
                unit=self._unit(unit),
                person=f"{person}",
                account=self._of(unit, "supervisor") if place == 0 else "",
                meetingDate=str(FIRST_DAY),
                meetingRecord="支部党员大会讨论，一致同意推荐。",
            )
            await self.county.post(party, f"/v1/{nomination}:approve", {"examination": "考察合格，群众反映良好。"})
            await self.county.post(party, f"/v1/{nomination}:appoint")
        registrar = {"name": f"tenants/{town.code}/posts/{unit.code}", "registrar": self._of(unit, "registrar")}
        await self.county.patch(secretary, f"/v1/{registrar['name']}?updateMask=registrar", registrar)

    async def _meet(self, unit: Unit) -> None:
        await self.county.post(
            self._of(unit, "secretary"),
            f"/v1/{self._town(unit)}/meetings",
            {
                "unit": self._unit(unit),
                "date": str(at(MEETING_DAY).date()),
                "attendees": [*SUPERVISORS, "村民代表三人"],
                "items": [{"text": "建议把每月的惠农补贴名单贴到各组。"}],
            },
        )

    async def _open_boxes(self, unit: Unit, day: int) -> None:
        for channel, box in BOXES.items():
            letters = [each for each in self.plan.cases if (each.unit, each.day, each.channel) == (unit, day, channel)]
            self.openings[(unit.code, day, channel)] = await self._made(
                "boxOpening",
                self._of(unit, "registrar"),
                f"/v1/{self._town(unit)}/boxOpenings",
                unit=self._unit(unit),
                box=box,
                openers=["登记员", "监督员"],
                letterCount=len(letters),
            )

    async def _file(self, lived: Lived) -> None:
        """Someone tells something: a citizen on the web, a supervisor, or who received it registers it."""
        case = lived.case
        body: dict[str, object] = {
            "unit": self._unit(case.unit),
            "kind": "KIND_OPINION" if case.opinion else "KIND_ACCUSATION",
            "matter": case.telling.matter,
            "reporterMode": case.mode,
            "subject": self._subject(case),
            "text": case.telling.text,
            "channel": case.channel,
        }
        if case.mode == "REPORTER_MODE_NAMED":
            body["reporter"] = {"name": "村民赵某", "contact": f"139{case.index:08}"}
        if case.channel in BOXES:
            body["boxOpening"] = self.openings[(case.unit.code, case.day, case.channel)]
        if case.channel == "CHANNEL_ORAL":
            body["oralTo"] = "支部书记"
        answer = await self.county.post(self._filer(case), f"/v1/tenants/{case.town}/reports", body)
        report = cast(dict[str, str], answer["report"])
        lived.name, lived.number, lived.code = report["name"], report["number"], str(answer["receiptCode"])

    def _subject(self, case: Case) -> dict[str, object]:
        subject: dict[str, object] = {"about": case.telling.about}
        if case.opinion:
            return subject | {"unit": self._unit(case.unit)}
        if case.way is not Way.UNLINKED:
            subject["cadre"] = f"tenants/{case.town}/cadres/{self._subject_id(case)}"
        return subject

    def _subject_id(self, case: Case) -> str:
        if case.way is Way.MAYOR:
            return "mayor"
        duty = {Way.LEADER: "leader", Way.CONFLICT: "registrar"}.get(case.way, "officer")
        return f"{case.unit.prefix}-{duty}"

    def _filer(self, case: Case) -> str:
        number = self.plan.cases.index(case)
        if case.channel == "CHANNEL_WEB":
            return f"10.9.{number // 250}.{number % 250}"
        if case.channel == "CHANNEL_DISCIPLINE":
            return self._account(case.town, "discipline-officer")
        return self._of(case.unit, "supervisor" if case.channel == "CHANNEL_SUPERVISOR" else "registrar")

    async def _take_up(self, lived: Lived) -> None:
        """The day after: linked where it must be, classified, assigned, begun; or not accepted."""
        case, post = lived.case, self.county.post
        secretary, head = self._of(case.unit, "secretary"), self.head(case.town)
        if case.way is Way.REFUSED:
            await post(secretary, f"/v1/{lived.name}:refuse", {"reason": "反映的事项已由法院受理，请按判决办理。"})
            return
        if case.way is Way.UNLINKED:
            subject = {"cadre": f"tenants/{case.town}/cadres/{case.unit.prefix}-officer"}
            await post(head, f"/v1/{lived.name}:linkSubject", {"subject": subject})
        by_unit = case.way not in (Way.LEADER, Way.MAYOR)
        decider = secretary if by_unit else self._above(case)[0]
        grade = "CLASSIFICATION_MAJOR" if case.way is Way.MAJOR else "CLASSIFICATION_GENERAL"
        await post(decider, f"/v1/{lived.name}:classify", {"classification": grade, "reason": "按规定定性。"})
        if case.way is Way.MAJOR:
            decider = head
        if case.way is Way.CONFLICT:
            officer = self._of(case.unit, "officer")
            await post(decider, f"/v1/{lived.name}:assign", {"officer": officer})
            await post(officer, f"/v1/{lived.name}:declareConflict", {"reason": "反映对象是本人的亲戚。"})
        await self._assign(lived, decider, self._handler(lived))

    async def _assign(self, lived: Lived, decider: str, officer: str) -> None:
        await self.county.post(decider, f"/v1/{lived.name}:assign", {"officer": officer})
        await self.county.post(officer, f"/v1/{lived.name}:start")

    async def _extend(self, lived: Lived) -> None:
        reason = {"days": 7, "reason": "需要等县档案馆的土地台账。"}
        await self.county.post(self._handler(lived), f"/v1/{lived.name}:requestMoreTime", reason)
        decision = {"granted": True, "reason": "情况属实，同意延期一周。"}
        await self.county.post(self.head(lived.case.town), f"/v1/{lived.name}:decideMoreTime", decision)

    async def _order_oversight(self, lived: Lived) -> None:
        order = {
            "report": lived.name,
            "note": "请镇纪委督促，五日内答复反映人。",
            "lastDay": str(at(lived.case.day + 14).date()),
        }
        officer = f"{COUNTY}/accounts/discipline-officer"
        await self.county.post(officer, f"/v1/tenants/{lived.case.town}/oversights", order)

    async def _answer(self, lived: Lived, officer: str) -> None:
        finding = lived.case.finding
        await self.county.post(officer, f"/v1/{lived.name}:answer", {"finding": finding, "text": ANSWERS[finding]})

    async def _publish(self, lived: Lived) -> None:
        words = {"title": lived.case.telling.about, "answer": "意见已采纳，本月内落实，感谢您的建议。"}
        await self.county.post(self._of(lived.case.unit, "secretary"), f"/v1/{lived.name}:publishAnswer", words)

    async def _contest(self, lived: Lived) -> None:
        body = {"code": lived.code, "reason": "没有找我核实过，答复与事实不符。"}
        await self.county.post(self._reader(lived), f"/v1/tenants/{lived.case.town}/receipts:contest", body)

    async def _accept(self, lived: Lived) -> None:
        """The reporter accepts: on line, or in words that whoever told the answer records."""
        case = lived.case
        if case.channel == "CHANNEL_WEB":
            await self.county.post(
                self._reader(lived), f"/v1/tenants/{case.town}/receipts:accept", {"code": lived.code}
            )
            return
        handler = self._handler(lived)
        told = {
            "teller": "包村干部",
            "manner": "上门",
            "tellTime": at(min(self._last_answer(case) + 1, DAYS), 10).isoformat(),
        }
        await self.county.post(handler, f"/v1/{lived.name}:tellAnswer", {"telling": told})
        await self.county.post(handler, f"/v1/{lived.name}:close", {"confirmation": "反映人当面表示满意。"})

    def _last_answer(self, case: Case) -> int:
        return case.second_answer_day or case.answer_day or DAYS

    def _handler(self, lived: Lived) -> str:
        """Who handles the case at first."""
        case = lived.case
        if case.way in (Way.LEADER, Way.MAJOR, Way.MAYOR):
            return self._above(case)[1]
        return self._of(case.unit, "officer" if case.opinion else "secretary")

    def _above(self, case: Case) -> tuple[str, str]:
        """Who decides and who handles above the unit."""
        if case.way is Way.MAYOR:
            return f"{COUNTY}/accounts/discipline-secretary", f"{COUNTY}/accounts/discipline-officer"
        return self.head(case.town), self._account(case.town, "discipline-officer")

    def _reader(self, lived: Lived) -> str:
        number = self.plan.cases.index(lived.case)
        return f"10.8.{number // 250}.{number % 250}"

    async def _made(self, what: str, who: str, path: str, **body: object) -> str:
        answer = await self.county.post(who, path, body)
        return cast(dict[str, str], answer[what])["name"]

    def head(self, town: str) -> str:
        """The head of a town's discipline committee."""
        return self._account(town, "discipline-secretary")

    def _account(self, town: str, login: str) -> str:
        return f"tenants/{town}/accounts/{login}"

    def _of(self, unit: Unit, duty: str) -> str:
        return f"{self._town(unit)}/accounts/{unit.prefix}-{duty}"

    def _unit(self, unit: Unit) -> str:
        return f"{self._town(unit)}/units/{unit.code}"

    def _town(self, unit: Unit) -> str:
        return f"tenants/{unit.code[:9]}"
