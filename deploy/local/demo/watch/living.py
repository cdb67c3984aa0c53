"""What people do about reports 反映: every act through the public API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from deploy.local.accounts import COUNTY
from deploy.local.demo.acts import Act
from deploy.local.demo.month import DAYS, FIRST_DAY, Town, Unit, at
from deploy.local.demo.people import County
from deploy.local.demo.plan import Plan
from deploy.local.demo.watch.reports import BOX_DAYS, MEETING_DAYS, Report
from deploy.local.demo.watch.tellings import ANSWERS, Way

BOXES = {"CHANNEL_COMPLAINT_BOX": "BOX_COMPLAINT", "CHANNEL_OPINION_BOX": "BOX_OPINION"}
SUPERVISORS = ("王秀兰", "李德明", "张建国")


@dataclass
class Lived:
    """A report as it came about."""

    report: Report
    name: str = ""
    number: str = ""
    code: str = field(default="", repr=False)


@dataclass
class Reports:
    """What people do about reports, each act through the public API."""

    plan: Plan
    county: County
    lived: dict[tuple[str, int], Lived] = field(default_factory=dict)
    openings: dict[tuple[str, int, str], str] = field(default_factory=dict)

    def acts(self) -> Iterator[Act]:
        """Everything that will be done, in the order of the towns."""
        for town in self.plan.towns:
            for unit in town.units:
                yield Act(1, 9, town.code, partial(self._appoint, town, unit))
                for day in MEETING_DAYS:
                    yield Act(day, 15, town.code, partial(self._meet, unit, day))
                for day in BOX_DAYS:
                    yield Act(day, 9, town.code, partial(self._open_boxes, unit, day))
        for report in self.plan.reports:
            lived = self.lived[(report.town, report.index)] = Lived(report)
            for day, hour, do in self._course(lived):
                if day <= DAYS:
                    yield Act(day, hour, report.town, do)

    def _course(self, lived: Lived) -> Iterator[tuple[int, int, Callable[[], Awaitable[None]]]]:
        """What is done in a report, and when."""
        report = lived.report
        yield report.day, report.hour, lambda: self._file(lived)
        if report.way is Way.FORGOTTEN:
            return
        yield report.day + 1, 9, lambda: self._take_up(lived)
        if report.way is Way.EXTENDED:
            yield report.day + 5, 10, lambda: self._extend(lived)
        if report.way is Way.SUPERVISED:
            yield report.day + 9, 10, lambda: self._order_oversight(lived)
        if report.answer_day is None:
            return
        yield report.answer_day, 15, lambda: self._answer(lived, self._handler(lived))
        last = report.answer_day
        if report.way is Way.CONTESTED:
            yield report.answer_day + 1, 20, lambda: self._contest(lived)
            if report.second_answer_day is None:
                return
            officer = self._account(report.town, "discipline-officer")
            yield report.answer_day + 2, 9, lambda: self._assign(lived, self.head(report.town), officer)
            yield report.second_answer_day, 15, lambda: self._answer(lived, officer)
            last = report.second_answer_day
        if report.opinion:
            yield last, 16, lambda: self._publish(lived)
        if report.accepted:
            yield last + 1, 19, lambda: self._accept(lived)

    async def _appoint(self, town: Town, unit: Unit) -> None:
        """Two or three supervisors: the branch nominates, the party committee examines, approves and appoints."""
        secretary, party = unit.account("secretary"), self._account(town.code, "party-committee")
        for place, person in enumerate(SUPERVISORS[: 2 + unit.code.endswith("1")]):
            nomination = await self._made(
                "nomination",
                secretary,
                f"/v1/tenants/{town.code}/nominations",
                unit=unit.name,
                person=f"{person}",
                account=unit.account("supervisor") if place == 0 else "",
                meetingDate=str(FIRST_DAY),
                meetingRecord="支部党员大会讨论，一致同意推荐。",
            )
            await self.county.post(party, f"/v1/{nomination}:approve", {"examination": "考察合格，群众反映良好。"})
            await self.county.post(party, f"/v1/{nomination}:appoint")
        registrar = {"name": f"tenants/{town.code}/posts/{unit.code}", "registrar": unit.account("registrar")}
        await self.county.patch(secretary, f"/v1/{registrar['name']}?updateMask=registrar", registrar)

    async def _meet(self, unit: Unit, day: int) -> None:
        await self.county.post(
            unit.account("secretary"),
            f"/v1/{unit.town}/meetings",
            {
                "unit": unit.name,
                "date": str(at(day).date()),
                "attendees": [*SUPERVISORS, "村民代表三人"],
                "items": [{"text": "建议把每月的惠农补贴名单贴到各组。"}],
            },
        )

    async def _open_boxes(self, unit: Unit, day: int) -> None:
        for channel, box in BOXES.items():
            letters = [
                each for each in self.plan.reports if (each.unit, each.day, each.channel) == (unit, day, channel)
            ]
            self.openings[(unit.code, day, channel)] = await self._made(
                "boxOpening",
                unit.account("registrar"),
                f"/v1/{unit.town}/boxOpenings",
                unit=unit.name,
                box=box,
                openers=["登记员", "监督员"],
                letterCount=len(letters),
            )

    async def _file(self, lived: Lived) -> None:
        """Someone tells something: a citizen on the web, a supervisor, or who received it registers it."""
        report = lived.report
        body: dict[str, object] = {
            "unit": report.unit.name,
            "kind": "KIND_OPINION" if report.opinion else "KIND_ACCUSATION",
            "matter": report.telling.matter,
            "reporterMode": report.mode,
            "subject": self._subject(report),
            "text": report.telling.text,
            "channel": report.channel,
        }
        if report.mode == "REPORTER_MODE_NAMED":
            body["reporter"] = {"name": "村民赵某", "contact": f"139{report.index:08}"}
        if report.channel in BOXES:
            body["boxOpening"] = self.openings[(report.unit.code, report.day, report.channel)]
        if report.channel == "CHANNEL_ORAL":
            body["oralTo"] = "支部书记"
        answer = await self.county.post(self._filer(report), f"/v1/tenants/{report.town}/reports", body)
        filed = cast(dict[str, str], answer["report"])
        lived.name, lived.number, lived.code = filed["name"], filed["number"], str(answer["receiptCode"])

    def _subject(self, report: Report) -> dict[str, object]:
        subject: dict[str, object] = {"about": report.telling.about}
        if report.opinion:
            return subject | {"unit": report.unit.name}
        if report.way is not Way.UNLINKED:
            subject["cadre"] = f"tenants/{report.town}/cadres/{self._subject_id(report)}"
        return subject

    def _subject_id(self, report: Report) -> str:
        if report.way is Way.MAYOR:
            return "mayor"
        duty = {Way.LEADER: "leader", Way.CONFLICT: "registrar"}.get(report.way, "officer")
        return f"{report.unit.prefix}-{duty}"

    def _filer(self, report: Report) -> str:
        number = self.plan.reports.index(report)
        if report.channel == "CHANNEL_WEB":
            return f"10.9.{number // 250}.{number % 250}"
        if report.channel == "CHANNEL_DISCIPLINE":
            return self._account(report.town, "discipline-officer")
        return report.unit.account("supervisor" if report.channel == "CHANNEL_SUPERVISOR" else "registrar")

    async def _take_up(self, lived: Lived) -> None:
        """The day after: linked where it must be, classified, assigned, begun; or not accepted."""
        report, post = lived.report, self.county.post
        secretary, head = report.unit.account("secretary"), self.head(report.town)
        if report.way is Way.REFUSED:
            await post(secretary, f"/v1/{lived.name}:refuse", {"reason": "反映的事项已由法院受理，请按判决办理。"})
            return
        if report.way is Way.UNLINKED:
            subject = {"cadre": f"tenants/{report.town}/cadres/{report.unit.prefix}-officer"}
            await post(head, f"/v1/{lived.name}:linkSubject", {"subject": subject})
        by_unit = report.way not in (Way.LEADER, Way.MAYOR)
        decider = secretary if by_unit else self._above(report)[0]
        grade = "CLASSIFICATION_MAJOR" if report.way is Way.MAJOR else "CLASSIFICATION_GENERAL"
        await post(decider, f"/v1/{lived.name}:classify", {"classification": grade, "reason": "按规定定性。"})
        if report.way is Way.MAJOR:
            decider = head
        if report.way is Way.CONFLICT:
            officer = report.unit.account("officer")
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
        await self.county.post(self.head(lived.report.town), f"/v1/{lived.name}:decideMoreTime", decision)

    async def _order_oversight(self, lived: Lived) -> None:
        order = {
            "report": lived.name,
            "note": "请镇纪委督促，五日内答复反映人。",
            "lastDay": str(at(lived.report.day + 14).date()),
        }
        officer = f"{COUNTY}/accounts/discipline-officer"
        await self.county.post(officer, f"/v1/tenants/{lived.report.town}/oversights", order)

    async def _answer(self, lived: Lived, officer: str) -> None:
        finding = lived.report.finding
        await self.county.post(officer, f"/v1/{lived.name}:answer", {"finding": finding, "text": ANSWERS[finding]})

    async def _publish(self, lived: Lived) -> None:
        words = {"title": lived.report.telling.about, "answer": "意见已采纳，本月内落实，感谢您的建议。"}
        await self.county.post(lived.report.unit.account("secretary"), f"/v1/{lived.name}:publishAnswer", words)

    async def _contest(self, lived: Lived) -> None:
        body = {"code": lived.code, "reason": "没有找我核实过，答复与事实不符。"}
        await self.county.post(self.reader(lived), f"/v1/tenants/{lived.report.town}/receipts:contest", body)

    async def _accept(self, lived: Lived) -> None:
        """The reporter accepts: on line, or in words that whoever told the answer records."""
        report = lived.report
        if report.channel == "CHANNEL_WEB":
            await self.county.post(
                self.reader(lived), f"/v1/tenants/{report.town}/receipts:accept", {"code": lived.code}
            )
            return
        handler = self._handler(lived)
        told = {
            "teller": "包村干部",
            "manner": "上门",
            "tellTime": at(min(self._last_answer(report) + 1, DAYS), 10).isoformat(),
        }
        await self.county.post(handler, f"/v1/{lived.name}:tellAnswer", {"telling": told})
        await self.county.post(handler, f"/v1/{lived.name}:close", {"confirmation": "反映人当面表示满意。"})

    def _last_answer(self, report: Report) -> int:
        return report.second_answer_day or report.answer_day or DAYS

    def _handler(self, lived: Lived) -> str:
        """Who handles the report at first."""
        report = lived.report
        if report.way in (Way.LEADER, Way.MAJOR, Way.MAYOR):
            return self._above(report)[1]
        return report.unit.account("officer" if report.opinion else "secretary")

    def _above(self, report: Report) -> tuple[str, str]:
        """Who decides and who handles above the unit."""
        if report.way is Way.MAYOR:
            return f"{COUNTY}/accounts/discipline-secretary", f"{COUNTY}/accounts/discipline-officer"
        return self.head(report.town), self._account(report.town, "discipline-officer")

    def reader(self, lived: Lived) -> str:
        """The address from which the reporter reads."""
        number = self.plan.reports.index(lived.report)
        return f"10.8.{number // 250}.{number % 250}"

    async def _made(self, what: str, who: str, path: str, **body: object) -> str:
        answer = await self.county.post(who, path, body)
        return cast(dict[str, str], answer[what])["name"]

    def head(self, town: str) -> str:
        """The head of a town's discipline committee."""
        return self._account(town, "discipline-secretary")

    def _account(self, town: str, login: str) -> str:
        return f"tenants/{town}/accounts/{login}"
