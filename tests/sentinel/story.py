"""A few reports with everything that is told in confidence about them, from the first word to the last."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

from google.protobuf.json_format import MessageToDict

from deploy.local.standards import publication
from services.common.clock import SystemClock
from services.common.periods import local_date
from tests.sentinel.callers import CITIZEN, Callers
from tests.sentinel.confidence import Told

COUNTY, TOWN = "tenants/611021", "tenants/611021101"
UNIT = f"{TOWN}/units/611021101.finance"

HEAD, DEPUTY = f"{TOWN}/accounts/discipline-secretary", f"{TOWN}/accounts/discipline-officer"
COUNTY_HEAD, COUNTY_OFFICER = f"{COUNTY}/accounts/discipline-secretary", f"{COUNTY}/accounts/discipline-officer"
VIEWER, OPERATOR = f"{COUNTY}/accounts/viewer", f"{COUNTY}/accounts/operator"
SECRETARY, OFFICER, REGISTRAR, LEADER = (
    f"{TOWN}/accounts/finance-{duty}" for duty in ("secretary", "officer", "registrar", "leader")
)
PARTY = f"{TOWN}/accounts/party-committee"
AGENT, NEIGHBOUR = f"{TOWN}/accounts/v201-registrar", f"{TOWN}/accounts/v204-registrar"
WINDOW = f"{COUNTY}/accounts/civil-affairs-officer"

VILLAGE = "611021101201"
OBJECTIVES = "把权力关进制度的笼子。"
"""Of the plan of the town's leading group: no secret."""
TYPE_OF_THE_END = "watch.report.closed"


def unzipped(spreadsheet: str) -> str:
    """All that stands in a spreadsheet, which comes in base64."""
    with ZipFile(BytesIO(base64.b64decode(spreadsheet))) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def moment(days: int = 0) -> str:
    """This moment, or the one so many days from now."""
    return (SystemClock().now() + timedelta(days=days)).isoformat()


def day(days: int = 0) -> str:
    """Today in the county, or the day so many days from now."""
    return local_date(SystemClock().now() + timedelta(days=days)).isoformat()


@dataclass
class Story:
    """Who lives it through, and what those who may read were shown of it."""

    people: Callers
    told: Told
    read: dict[str, str] = field(default_factory=dict)
    """What who may read was shown, by the name of the secret."""
    shown: dict[str, str] = field(default_factory=dict)
    """What everybody was shown in lists, counts and registers while the town handled it, and by its own name those who
    may not read it; by who looked at what."""
    accusation: str = ""
    """Resource name of the report that everything is about."""
    number: str = ""

    async def live(self) -> None:
        await self._posts_are_open()
        await self._an_accusation_goes_up_to_the_county()
        await self._an_opinion_is_not_accepted()
        await self._a_general_matter_is_raised()
        await self._a_unit_is_overseen()
        await self._a_meeting_raises_what_becomes_a_report()
        await self._somebody_applies()
        await self._the_point_is_inspected()
        await self._the_point_keeps_records()
        await self._a_leading_group_gets_on()
        await self._people_speak_of_a_risk_point()
        await self._a_warning_is_disposed_of()
        await self._a_risk_review_is_published()
        await self._an_account_is_made()
        await self._the_county_has_heard()

    async def _an_accusation_goes_up_to_the_county(self) -> None:
        told, do = self.told, self.people.post
        filed = await do(
            CITIZEN,
            f"/v1/{TOWN}/reports",
            **self.report("accusation", kind="KIND_ACCUSATION", mode="REPORTER_MODE_NAMED"),
            reporter={"name": told["identity"], "contact": told["contact"]},
            requestId=str(uuid4()),
        )
        name = self.accusation = str(filed["report"]["name"])
        self.number, code = str(filed["report"]["number"]), told.add("receipt code", str(filed["receiptCode"]))
        receipts = f"/v1/{TOWN}/receipts"
        seen = str(await self.people.get(HEAD, f"/v1/{name}"))
        self.read["accusation"] = self.read["about"] = self.read["grave words"] = seen
        await do(HEAD, f"/v1/{name}:linkSubject", subject={"about": told["linked"], "unit": UNIT})
        self.read["linked"] = str(await self.people.get(HEAD, f"/v1/{name}"))
        await do(HEAD, f"/v1/{name}:assign", officer=DEPUTY)
        await do(HEAD, f"/v1/{name}:handOver", officer=HEAD, reason=told["hand-over"])
        revealed = str(await do(HEAD, f"/v1/{name}:revealIdentity", reason=told["look"]))
        self.read["identity"] = self.read["contact"] = revealed
        await do(DEPUTY, f"/v1/{name}:declareConflict", reason=told["conflict"])
        await do(HEAD, f"/v1/{name}:start")
        await do(HEAD, f"/v1/{name}:requestMoreTime", days=3, reason=told["more time"])
        await do(COUNTY_HEAD, f"/v1/{name}:decideMoreTime", granted=True, reason=told["more time's decision"])
        self.read["more time"] = self.read["more time's decision"] = str(await self.people.get(HEAD, f"/v1/{name}"))
        await do(CITIZEN, f"{receipts}:postMessage", code=code, text=told["message"])
        await do(HEAD, f"/v1/{name}:postMessage", text=told["organ's message"])
        self.read["message"] = str(await self.people.get(HEAD, f"/v1/{name}/messages"))
        await self._everybody_looks()
        order = {"report": name, "note": told["oversight"], "lastDay": day(days=3)}
        overseen = (await do(COUNTY_HEAD, f"/v1/{TOWN}/oversights", **order))["oversight"]["name"]
        await do(HEAD, f"/v1/{overseen}:answer", answer=told["oversight's answer"])
        seen = str(await self.people.get(HEAD, f"/v1/{overseen}"))
        self.read["oversight"] = self.read["oversight's answer"] = seen
        await do(HEAD, f"/v1/{name}:answer", finding="FINDING_PARTLY", text=told["answer"])
        telling = {"teller": told["teller"], "manner": told["manner of telling"], "tellTime": moment()}
        await do(HEAD, f"/v1/{name}:tellAnswer", telling=telling)
        self.read["teller"] = self.read["manner of telling"] = str(await self.people.get(HEAD, f"/v1/{name}"))
        grouped = " ".join(code[start : start + 4] for start in range(0, 16, 4))
        told.add("receipt code, grouped", grouped)
        seen = str(await do(CITIZEN, f"{receipts}:lookUp", code=grouped))
        self.read["answer"] = self.read["organ's message"] = seen
        await do(CITIZEN, f"{receipts}:contest", code=code, reason=told["contest"])
        await do(COUNTY_HEAD, f"/v1/{name}:assign", officer=COUNTY_OFFICER)
        await do(COUNTY_OFFICER, f"/v1/{name}:revealIdentity", reason=told["county's look"])
        await do(COUNTY_OFFICER, f"/v1/{name}:start")
        await do(COUNTY_OFFICER, f"/v1/{name}:answer", finding="FINDING_SUBSTANTIATED", text=told["last answer"])
        self.read["last answer"] = str(await do(CITIZEN, f"{receipts}:lookUp", code=code))
        await do(COUNTY_OFFICER, f"/v1/{name}:close", confirmation=told["confirmation"])

    async def _everybody_looks(self) -> None:
        year = self.number.partition("〔")[2][:4]
        days = f"firstDay={year}-01-01&lastDay={year}-12-31"
        lists = [f"/v1/{TOWN}/{each}" for each in ("reports", "posts", "oversights", "meetings", "feed", "overdue")]
        lists += [f"/v1/{TOWN}/figures?{days}", f"/v1/{TOWN}/dailyFigures?{days}", f"/v1/{COUNTY}/feed"]
        lists += [f"/v1/{TOWN}/register:export?year={year}&format=FORMAT_XLSX", f"/v1/{self.accusation}/timeline"]
        itself = [f"/v1/{self.accusation}", f"/v1/{self.accusation}/messages"]
        for who in (HEAD, DEPUTY, COUNTY_HEAD, VIEWER, OPERATOR, SECRETARY, OFFICER, REGISTRAR, LEADER, PARTY, CITIZEN):
            for path in [*lists, *(itself if who != HEAD else ())]:
                response = await self.people.tried(who, "GET", path)
                text = unzipped(response.json()["content"]) if "content" in response.text else response.text
                self.shown[f"{who} {path}"] = text

    async def _an_opinion_is_not_accepted(self) -> None:
        filed = await self.people.post(
            REGISTRAR, f"/v1/{TOWN}/reports", **self.report("opinion", kind="KIND_OPINION"), channel="CHANNEL_TELEPHONE"
        )
        name, code = filed["report"]["name"], self.told.add("receipt code of the opinion", filed["receiptCode"])
        self.read["opinion"] = str(await self.people.get(OFFICER, f"/v1/{name}"))
        await self.people.post(SECRETARY, f"/v1/{name}:refuse", reason=self.told["refusal"])
        self.read["refusal"] = str(await self.people.post(CITIZEN, f"/v1/{TOWN}/receipts:lookUp", code=code))

    async def _a_general_matter_is_raised(self) -> None:
        filed = await self.people.post(CITIZEN, f"/v1/{TOWN}/reports", **self.report("opinion", kind="KIND_OPINION"))
        self.told.add("receipt code of the second opinion", filed["receiptCode"])
        name, reason = filed["report"]["name"], self.told["class"]
        general = {"classification": "CLASSIFICATION_GENERAL", "reason": reason}
        await self.people.post(SECRETARY, f"/v1/{name}:classify", **general)
        await self.people.post(SECRETARY, f"/v1/{name}:raise", reason=self.told["raise"])

    async def _a_unit_is_overseen(self) -> None:
        told, do = self.told, self.people.post
        order = {"unit": UNIT, "note": told["oversight of a unit"], "lastDay": day(days=3)}
        name = (await do(HEAD, f"/v1/{TOWN}/oversights", **order))["oversight"]["name"]
        await do(OFFICER, f"/v1/{name}:answer", answer=told["oversight of a unit's answer"])
        seen = str(await self.people.get(OFFICER, f"/v1/{TOWN}/oversights"))
        self.read["oversight of a unit"] = self.read["oversight of a unit's answer"] = seen

    async def _a_meeting_raises_what_becomes_a_report(self) -> None:
        told = self.told
        items = [{"text": told["raised at a meeting"]}, {"text": told["raised and reported"]}]
        held = {"unit": UNIT, "date": day(), "attendees": ["会计"], "items": items}
        meeting = (await self.people.post(SECRETARY, f"/v1/{TOWN}/meetings", **held))["meeting"]["name"]
        raised = self.report("accusation", kind="KIND_ACCUSATION") | {"channel": "CHANNEL_TELEPHONE"}
        filed = await self.people.post(REGISTRAR, f"/v1/{TOWN}/reports", **raised, meeting=meeting, meetingItem=2)
        told.add("receipt code of what was raised", filed["receiptCode"])
        self.read["raised at a meeting"] = str(await self.people.get(SECRETARY, f"/v1/{meeting}"))
        self.read["raised and reported"] = str(await self.people.get(HEAD, f"/v1/{meeting}"))

    async def _the_point_is_inspected(self) -> None:
        told, do = self.told, self.people.post
        standards = MessageToDict(publication().content)
        await do(OPERATOR, f"/v1/{COUNTY}/standards", content=standards)
        codes = [check["code"] for checks in standards.values() for check in checks]
        results: list[dict[str, str]] = [{"check": code, "verdict": "VERDICT_MET"} for code in codes]
        results[0] |= {"verdict": "VERDICT_NOT_MET", "note": told["note of an inspection"]}
        visit = {"point": f"{TOWN}/points/{VILLAGE}", "date": day(), "results": results, "grade": 2}
        draft = {"text": told["finding"], "mendBy": day(days=9)}
        inspection = (await do(HEAD, f"/v1/{TOWN}/inspections", **visit, findings=[draft]))["inspection"]
        finding = inspection["findings"][0]["name"]
        await do(AGENT, f"/v1/{finding}:mend", text=told["mending"])
        await do(HEAD, f"/v1/{finding}:sendBack", reason=told["finding sent back"], mendBy=day(days=12))
        seen = str(await self.people.get(AGENT, f"/v1/{inspection['name']}"))
        for word in ("note of an inspection", "finding", "mending", "finding sent back"):
            self.read[word] = seen

    async def _the_point_keeps_records(self) -> None:
        told, do, read = self.told, self.people.post, self.people.get
        here, today = {"point": f"{TOWN}/points/{VILLAGE}"}, day()
        handed = await do(AGENT, f"/v1/{TOWN}/cards", **here, holder=told["holder of a card"])
        card, code = handed["card"]["name"], told.add("code of a card", handed["returnCode"])
        said = {"satisfaction": "SATISFACTION_DISSATISFIED", "opinion": told["opinion on a card"]}
        await do(CITIZEN, f"/v1/{TOWN}/cards:return", code=code, **said)
        self.read["holder of a card"] = str(await read(AGENT, f"/v1/{card}"))
        self.read["opinion on a card"] = str(await read(HEAD, f"/v1/{card}"))
        visit = {**here, "date": today, "visited": UNIT, "text": told["people's diary"]}
        entry = (await do(AGENT, f"/v1/{TOWN}/diaryEntries", **visit))["diaryEntry"]["name"]
        self.read["people's diary"] = str(await read(AGENT, f"/v1/{entry}"))
        report = await do(AGENT, f"/v1/{TOWN}/workReports", **here, period=today[:7], text=told["work report"])
        self.read["work report"] = str(await read(AGENT, f"/v1/{report['workReport']['name']}"))
        about = {**here, "officer": AGENT, "ground": "GROUND_FEE", "facts": told["facts of accountability"]}
        opened = await do(HEAD, f"/v1/{TOWN}/accountabilityCases", **about, hearUntil=day(days=9))
        case = opened["accountabilityCase"]["name"]
        await do(AGENT, f"/v1/{case}:stateView", statement=told["view of the officer"])
        await do(HEAD, f"/v1/{case}:decide", measure="MEASURE_REMINDER", reason=told["reason of a measure"])
        seen = str(await read(AGENT, f"/v1/{case}"))
        for word in ("facts of accountability", "view of the officer", "reason of a measure"):
            self.read[word] = seen
        for who in (COUNTY_HEAD, VIEWER, OPERATOR, NEIGHBOUR, WINDOW, CITIZEN):
            for path in (f"/v1/{card}", f"/v1/{entry}", f"/v1/{case}", f"/v1/{TOWN}/cards", f"/v1/{TOWN}/diaryEntries"):
                self.shown[f"{who} {path}"] = (await self.people.tried(who, "GET", path)).text

    async def _a_leading_group_gets_on(self) -> None:
        told, do, read = self.told, self.people.post, self.people.get
        group, today = (await do(PARTY, f"/v1/{TOWN}/riskGroups"))["riskGroup"]["name"], day()
        head = {"cadre": PARTY.replace("accounts", "cadres"), "duty": "DUTY_HEAD", "firstDay": today}
        joined = (await do(PARTY, f"/v1/{group}/riskGroupMembers", **head))["riskGroupMember"]["name"]
        measure = {"text": "梳理岗位职责。", "owner": joined, "dueDate": today}
        stage = {"title": "动员部署", "firstDay": today, "lastDay": today, "measures": [measure]}
        adopted = await do(PARTY, f"/v1/{group}/plans", objectives=OBJECTIVES, stages=[stage])
        name = adopted["plan"]["stages"][0]["measures"][0]["name"]
        await do(PARTY, f"/v1/{name}:recordProgress", action="ACTION_START", note=told["progress of a measure"])
        session = {"kind": "KIND_MEETING", "date": today, "reachCount": 12, "note": told["note of publicity"]}
        held = (await do(PARTY, f"/v1/{group}/publicitySessions", **session))["publicitySession"]["name"]
        self.read["progress of a measure"] = str(await read(LEADER, f"/v1/{name}"))
        self.read["note of publicity"] = str(await read(LEADER, f"/v1/{held}"))
        for who in (COUNTY_HEAD, VIEWER, OPERATOR, AGENT, CITIZEN):
            for path in (f"/v1/{name}", f"/v1/{held}", f"/v1/{TOWN}/planMeasures", f"/v1/{TOWN}/publicitySessions"):
                self.shown[f"{who} {path}"] = (await self.people.tried(who, "GET", path)).text

    async def _people_speak_of_a_risk_point(self) -> None:
        told, do, read = self.told, self.people.post, self.people.get
        leader, secretary = (each.replace("accounts", "cadres") for each in (LEADER, SECRETARY))
        control = {"measure": "公开打印费用。", "ownerCadre": leader, "dueDate": day(days=90)}
        content = {
            "level": "LEVEL_UNIT",
            "aspect": "ASPECT_MECHANISM",
            "method": "METHOD_MASSES",
            "manifestation": "打印费用不公开。",
            "controls": [control],
        }
        point = (await do(LEADER, f"/v1/{TOWN}/riskPoints", unit=UNIT, content=content))["riskPoint"]["name"]
        everybody, served = {"scope": "SCOPE_EVERYBODY"}, {"source": "SOURCE_SERVED"}
        await do(LEADER, f"/v1/{point}:consult", **everybody)
        await do(CITIZEN, f"/v1/{point}/riskOpinions", **served, text=told["opinion on a risk point"])
        days = {"firstDay": day(), "lastDay": day(days=9)}
        await do(LEADER, f"/v1/{point}:publicize", **everybody, **days)
        raised = await do(CITIZEN, f"/v1/{point}/objections", **served, text=told["objection to a risk point"])
        code = told.add("receipt code of an objection", raised["receiptCode"])
        opinions, objections = f"/v1/{point}/riskOpinions", f"/v1/{point}/objections"
        [objection] = (await read(LEADER, objections))["objections"]
        await do(LEADER, f"/v1/{objection['name']}:answer", answer=told["answer to an objection"])
        self.read["opinion on a risk point"] = str(await read(LEADER, opinions))
        self.read["objection to a risk point"] = str(await read(HEAD, objections))
        followed = await do(CITIZEN, f"/v1/{TOWN}/objections:follow", code=code)
        self.read["answer to an objection"] = str(followed)
        ballots = [{"cadre": each, "vote": "VOTE_FOR"} for each in (leader, secretary)]
        held = {
            "unit": UNIT,
            "date": day(),
            "attendees": [leader, secretary],
            "minutes": told["minutes of a leadership"],
            "agenda": [{"subject": point, "ballots": ballots}],
        }
        met = await do(LEADER, f"/v1/{TOWN}/leadershipMeetings", **held)
        meeting = met["leadershipMeeting"]["name"]
        self.read["minutes of a leadership"] = str(await read(HEAD, f"/v1/{meeting}"))
        openly = f"/v1/{TOWN}/openRiskPoints"
        for who in (COUNTY_HEAD, VIEWER, OPERATOR, AGENT, OFFICER, CITIZEN):
            for path in (f"/v1/{point}", opinions, objections, f"/v1/{meeting}", openly):
                self.shown[f"{who} {path}"] = (await self.people.tried(who, "GET", path)).text
        await do(LEADER, f"/v1/{point}:withdraw", reason=told["withdrawal of a risk point"])
        self.read["withdrawal of a risk point"] = str(await read(HEAD, f"/v1/{point}"))
        for who in (COUNTY_HEAD, VIEWER, OPERATOR, AGENT, OFFICER, CITIZEN):
            self.shown[f"{who} {point} withdrawn"] = (await self.people.tried(who, "GET", f"/v1/{point}")).text

    async def _a_warning_is_disposed_of(self) -> None:
        told, do, read = self.told, self.people.post, self.people.get
        found = {"unit": UNIT, "kind": "KIND_AUDIT", "day": day()}
        for source in ("借条一", "借条二", "借条三"):
            written = await do(
                HEAD, f"/v1/{TOWN}/riskInformation", **found, source=source, text=told["risk information"]
            )
        piece = written["riskInformation"]["name"]
        await do(HEAD, f"/v1/{piece}:correct", **found, text=told["correction of risk information"])
        seen = str(await read(HEAD, f"/v1/{piece}"))
        self.read["risk information"] = self.read["correction of risk information"] = seen
        warnings = (await read(HEAD, f"/v1/{TOWN}/warnings"))["warnings"]
        [warning] = [each["name"] for each in warnings if each["level"] == "LEVEL_UNIT"]
        reason = told["reason for lowering a warning"]
        await do(HEAD, f"/v1/{warning}:lower", colour="COLOUR_YELLOW", reason=reason)
        self.read["reason for lowering a warning"] = str(await read(HEAD, f"/v1/{warning}"))
        ordered = await self._disposed(warning, "CORRECTION", persons=told["persons of a disposition"], lastDay=day(9))
        await do(HEAD, f"/v1/{ordered}:check", done=True, note=told["check of a correction"])
        seen = str(await read(HEAD, f"/v1/{ordered}"))
        self.read["disposition"] = self.read["persons of a disposition"] = self.read["check of a correction"] = seen
        milder = await self._disposed(warning, "REMINDER", milderReason=told["reason for a milder disposition"])
        self.read["reason for a milder disposition"] = str(await read(HEAD, f"/v1/{milder}"))
        for who in (COUNTY_HEAD, VIEWER, OPERATOR, AGENT, OFFICER, NEIGHBOUR, CITIZEN):
            for path in (f"/v1/{piece}", f"/v1/{warning}", f"/v1/{ordered}", f"/v1/{milder}"):
                self.shown[f"{who} {path}"] = (await self.people.tried(who, "GET", path)).text
        handed = await self._disposed(warning, "INVESTIGATION")
        await do(COUNTY_HEAD, f"/v1/{handed}:accept")
        result = {"result": "RESULT_NO_VIOLATION", "note": told["result of an investigation"]}
        await do(COUNTY_HEAD, f"/v1/{handed}:returnResult", **result)
        self.read["result of an investigation"] = str(await read(HEAD, f"/v1/{handed}"))
        for who in (VIEWER, OPERATOR, AGENT, OFFICER, LEADER, NEIGHBOUR, CITIZEN):
            self.shown[f"{who} /v1/{handed}"] = (await self.people.tried(who, "GET", f"/v1/{handed}")).text

    async def _disposed(self, warning: str, severity: str, **facts: object) -> str:
        """Resource name of a disposition of the town's discipline committee."""
        body = {"warning": warning, "severity": f"SEVERITY_{severity}", "note": self.told["disposition"], **facts}
        return str((await self.people.post(HEAD, f"/v1/{TOWN}/dispositions", **body))["disposition"]["name"])

    async def _a_risk_review_is_published(self) -> None:
        overview, improvements = "overview of a risk review", "improvements of a risk review"
        month = (local_date(SystemClock().now()).replace(day=1) - timedelta(days=1)).isoformat()[:7]
        written = {"period": month, "overview": self.told[overview], "improvements": self.told[improvements]}
        name = (await self.people.post(HEAD, f"/v1/{TOWN}/riskReviews", **written))["riskReview"]["name"]
        self.read[overview] = self.read[improvements] = str(await self.people.get(HEAD, f"/v1/{name}"))
        for who in (COUNTY_HEAD, VIEWER, OPERATOR, AGENT, LEADER, CITIZEN):
            self.shown[f"{who} /v1/{name}"] = (await self.people.tried(who, "GET", f"/v1/{name}")).text

    async def _somebody_applies(self) -> None:
        told, do = self.told, self.people.post
        async for points in self._again(AGENT, f"/v1/{TOWN}/points"):
            if VILLAGE in points:
                break
        step = {"tier": "TIER_VILLAGE", "parts": [{"days": 2}]}
        content = {
            "title": "救济补助申领",
            "category": "CATEGORY_SOCIAL",
            "handling": "HANDLING_PROMISED",
            "route": [step],
        }
        texts = {"applicants": "困难家庭。", "conditions": "困难属实。", "legalBasis": "《社会救助暂行办法》。"}
        await do(OPERATOR, f"/v1/{COUNTY}/items/SH-99:publish", content=content | texts)
        applicant = {
            "name": told["applicant"],
            "phone": told["applicant's telephone"],
            "identityNumber": told["applicant's identity number"],
        }
        point = f"{TOWN}/points/{VILLAGE}"
        received = await do(AGENT, f"/v1/{TOWN}/cases", point=point, item="SH-99", applicant=applicant)
        name, code = received["case"]["name"], told.add("receipt code of the case", received["receiptCode"])
        seen = str(await self.people.get(AGENT, f"/v1/{name}"))
        self.read["applicant"] = self.read["applicant's telephone"] = self.read["applicant's identity number"] = seen
        await do(AGENT, f"/v1/{name}:accept")
        desk = f"{TOWN}/units/{VILLAGE}"
        urging = (await do(HEAD, f"/v1/{name}:urge", desk=desk, text=told["urging"]))["caseOversight"]["name"]
        await do(AGENT, f"/v1/{urging}:answer", answer=told["urging's answer"])
        self.read["urging"] = self.read["urging's answer"] = str(await self.people.get(HEAD, f"/v1/{urging}"))
        await do(
            AGENT,
            f"/v1/{name}:decide",
            outcome="OUTCOME_REFUSED",
            reason=told["result of a case"],
            remedies=told["remedies"],
        )
        await do(AGENT, f"/v1/{name}:tell", manner=told["manner of telling the result"])
        self.read["result of a case"] = self.read["remedies"] = str(
            await do(CITIZEN, f"/v1/{TOWN}/cases:follow", code=code)
        )
        self.read["manner of telling the result"] = str(await self.people.get(AGENT, f"/v1/{name}"))
        for who in (VIEWER, OPERATOR, SECRETARY, NEIGHBOUR, WINDOW, CITIZEN):
            for path in (f"/v1/{urging}", f"/v1/{TOWN}/cases/-/oversights"):
                self.shown[f"{who} {path}"] = (await self.people.tried(who, "GET", path)).text
        rating = await self._the_applicant_is_dissatisfied(code)
        asked = await self._somebody_asks(point)
        await self._somebody_applies_on_line(point)
        paths = [f"/v1/{name}", f"/v1/{name}:explain", f"/v1/{name}/links", f"/v1/{rating}", f"/v1/{asked}"]
        paths += [f"/v1/{TOWN}/{each}" for each in ("cases", "ratings", "consultations", "feed")]
        for who in (HEAD, COUNTY_HEAD, VIEWER, OPERATOR, SECRETARY, NEIGHBOUR, WINDOW, CITIZEN):
            for path in paths:
                self.shown[f"{who} {path}"] = (await self.people.tried(who, "GET", path)).text

    async def _the_applicant_is_dissatisfied(self, code: str) -> str:
        """Says so, is answered, and does not accept it; returns the resource name of the rating."""
        told, do = self.told, self.people.post
        opinion = {"kind": "KIND_OVERALL", "level": "LEVEL_VERY_DISSATISFIED", "comment": told["comment of a rating"]}
        rated = await do(CITIZEN, f"/v1/{TOWN}/cases:rate", code=code, **opinion)
        name = str(rated["rating"]["name"])
        await do(AGENT, f"/v1/{name}:answer", text=told["answer to a rating"])
        self.read["comment of a rating"] = str(await self.people.get(AGENT, f"/v1/{name}"))
        objection = told["objection to an answer"]
        await do(CITIZEN, f"/v1/{TOWN}/ratings:check", code=code, rating=name, accepted=False, objection=objection)
        seen = str(await do(CITIZEN, f"/v1/{TOWN}/ratings:follow", code=code))
        self.read["answer to a rating"] = self.read["objection to an answer"] = seen
        return name

    async def _somebody_asks(self, point: str) -> str:
        """On line; the consultation's resource name."""
        told, do = self.told, self.people.post
        question = {"point": point, "question": told["asked in a consultation"]}
        asked = await do(CITIZEN, f"/v1/{TOWN}/consultations:ask", **question)
        code = told.add("receipt code of the consultation", asked["receiptCode"])
        listed = await self.people.get(AGENT, f"/v1/{TOWN}/consultations")
        name = str(listed["consultations"][0]["name"])
        await do(AGENT, f"/v1/{name}:answer", answer=told["answered in a consultation"])
        self.read["asked in a consultation"] = str(await self.people.get(AGENT, f"/v1/{name}"))
        followed = await do(CITIZEN, f"/v1/{TOWN}/consultations:follow", code=code)
        self.read["answered in a consultation"] = str(followed)
        return name

    async def _somebody_applies_on_line(self, point: str) -> None:
        told, do = self.told, self.people.post
        phone, identity = told["telephone on line"], told["identity number on line"]
        applicant = {"name": told["applicant on line"], "phone": phone, "identityNumber": identity}
        applied = await do(CITIZEN, f"/v1/{TOWN}/cases:apply", point=point, item="SH-99", applicant=applicant)
        told.add("receipt code of the case on line", applied["receiptCode"])
        number = applied["view"]["number"]
        await do(CITIZEN, f"/v1/{TOWN}/cases:lookUp", number=number, phone=phone)
        [case] = (await self.people.get(AGENT, f"/v1/{TOWN}/cases?filter.number={number}"))["cases"]
        seen = str(await self.people.get(AGENT, f"/v1/{case['name']}"))
        self.read["applicant on line"] = self.read["telephone on line"] = self.read["identity number on line"] = seen

    async def _an_account_is_made(self) -> None:
        """With a first password, and then another one, both of which the operator is shown once."""
        account = {"name": f"{TOWN}/accounts/newcomer"}
        made = await self.people.post(OPERATOR, f"/v1/{TOWN}/accounts", account=account, requestId=str(uuid4()))
        self.told.add("first password of the newcomer", made["firstPassword"])
        reset = await self.people.post(OPERATOR, f"/v1/{TOWN}/accounts/newcomer:resetPassword")
        self.told.add("second password of the newcomer", reset["firstPassword"])

    def report(self, text: str, *, kind: str, mode: str = "REPORTER_MODE_ANONYMOUS") -> dict[str, object]:
        return {
            "unit": UNIT,
            "kind": kind,
            "matter": "MATTER_ABUSE_OF_POWER",
            "reporterMode": mode,
            "subject": {"about": self.told["about"]},
            "text": self.told[text],
        }

    async def _posts_are_open(self) -> None:
        async for posts in self._again(HEAD, f"/v1/{TOWN}/posts"):
            if "611021101.finance" in posts:
                return

    async def _the_county_has_heard(self) -> None:
        async for feed in self._again(VIEWER, f"/v1/{COUNTY}/feed?types={TYPE_OF_THE_END}"):
            if TYPE_OF_THE_END in feed:
                return

    async def _again(self, who: str, path: str) -> AsyncIterator[str]:
        """What a list says, again and again until its reader is content; at most a minute."""
        async with asyncio.timeout(60):
            while True:
                yield str(await self.people.get(who, path))
                await asyncio.sleep(0.1)
