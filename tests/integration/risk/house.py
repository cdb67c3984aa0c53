"""The risk service to test on: a town of a county, with its people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb
from minshao.watch import v1 as watch

from services.common.access import Grant, Role
from services.common.clock import FixedClock
from services.common.database import Database, Tx
from services.common.deadlines import Sweeper
from services.common.errors import DomainError
from services.common.events import Event
from services.common.periods import local_date
from services.common.sealing import Sealer
from services.common.typesetting import Typesetter
from services.risk.acting import system_acting
from services.risk.inventories.use_cases import lock_in_turn
from services.risk.parts import deadlines, offers, subscriptions
from services.risk.risk import Risk
from services.risk.warnings.store import ROWS as WARNINGS
from services.risk.warnings.use_cases import answer
from tests.called import told_of
from tests.town_house import KEYS, TownHouse


class House(TownHouse):
    """A town and its county in a database of their own. `officer` (risk officer) and `leader` keep the inventory of the
    town's finance office, `village-officer` that of its village, `department-officer` that of the county's finance
    department; above them are `party`, `discipline`, and of the county `commission` and `viewer`."""

    def __init__(self, database: Database, listing: Database, town: str, clock: FixedClock) -> None:
        self.risk = Risk(Sealer(KEYS), KEYS, Typesetter())
        self.subscriptions = {each.stream: each for each in subscriptions(self.risk)}
        self.fired = deadlines(self.risk)
        super().__init__(database, listing, town, clock, offers(self.risk), self.subscriptions["GATEWAY"].handlers)

    async def people(self) -> None:
        """The people, of whom the service has heard."""
        finance, village = self.unit("finance"), self.unit("village")
        department = self.unit("finance", self.county)
        for login, role, scope, home in (
            ("officer", Role.RISK_OFFICER, finance, self.town),
            ("leader", Role.UNIT_LEADER, finance, self.town),
            ("village-officer", Role.RISK_OFFICER, village, self.town),
            ("party", Role.TOWN_PARTY_COMMITTEE, self.town, self.town),
            ("discipline", Role.TOWN_DISCIPLINE, self.town, self.town),
            ("commission", Role.COUNTY_DISCIPLINE, self.county, self.county),
            ("viewer", Role.COUNTY_VIEWER, self.county, self.county),
            ("department-officer", Role.RISK_OFFICER, department, self.county),
        ):
            await self.person(login, role, scope, home)

    async def deputy(self, role: Role = Role.UNIT_LEADER) -> str:
        """`deputy`, a discipline officer of the town who has a role in the finance office besides; returns the
        account."""
        besides = Grant(role, self.unit("finance"))
        return await self.person("deputy", Role.TOWN_DISCIPLINE, self.town, self.town, besides)

    async def cadre(self, id: str, slug: str = "finance", **facts: Any) -> str:
        """A cadre of a unit of the town, of whom the service has heard; returns the resource name."""
        name = f"tenants/{self.town}/cadres/{id}"
        told = gateway.Cadre(
            name=name,
            display_name="王磊",
            unit=f"tenants/{self.town}/units/{self.unit(slug)}",
            position="干事",
            revision=1,
            **facts,
        )
        await self.hear_in(self.town, gateway.CadreChanged(cadre=told, visible_to=common.LEVEL_UNIT))
        return name

    async def sweep_at(self, instant: datetime) -> None:
        """Moves the clock, and fires all that is due by then."""
        self.clock.set(instant)
        sweeper = Sweeper(self.database, self.listing, self.fired, self.clock)
        while await sweeper.sweep():
            pass

    @asynccontextmanager
    async def refused(self, error: type[DomainError], match: str | None = None) -> AsyncIterator[None]:
        """Whatever is done inside is refused, and leaves nothing in the ledgers of the town and the county."""
        before = await self.ledger_size()
        with pytest.raises(error, match=match):
            yield
        assert await self.ledger_size() == before

    def inventory(self, slug: str = "finance") -> str:
        """Resource name of the inventory of a unit of the town."""
        return f"tenants/{self.town}/inventories/{self.unit(slug)}"

    async def position(
        self, title: str = "会计", slug: str = "finance", who: str = "officer", **facts: Any
    ) -> pb.Position:
        """A position of a unit of the town: a handling one unless the facts say otherwise."""
        facts = {"standing": pb.Position.STANDING_HANDLING, **facts}
        unit = f"tenants/{self.town}/units/{self.unit(slug)}"
        request = pb.CreatePositionRequest(parent=f"tenants/{self.town}", unit=unit, title=title, **facts)
        made: pb.Position = (await self(who, request)).position
        return made

    async def power(self, position: str, title: str = "资金拨付审核", who: str = "officer", **facts: Any) -> pb.Power:
        """A power of a position: partial management unless the facts say otherwise."""
        made: pb.Power = (
            await self(who, pb.CreatePowerRequest(position=position, content=content(title, **facts)))
        ).power
        return made

    async def leadership(self, slug: str = "finance") -> list[str]:
        """Three cadres of a unit of the town who make up its leadership."""
        return [await self.cadre(f"{slug}-{each}", slug) for each in ("head", "deputy", "member")]

    async def meeting(
        self, *subjects: str, against: int = 0, slug: str = "finance", who: str = "officer", **facts: Any
    ) -> pb.LeadershipMeeting:
        """A meeting of a unit's leadership at which the first so many were against each matter, the others for it."""
        there = await self.leadership(slug)
        request = pb.RecordLeadershipMeetingRequest(
            **{
                "parent": f"tenants/{self.town}",
                "unit": f"tenants/{self.town}/units/{self.unit(slug)}",
                "date": str(local_date(self.clock.now())),
                "attendees": there,
                "minutes": "研究风险点。",
                "agenda": [put_to(each, there, against) for each in subjects],
                **facts,
            }
        )
        made: pb.LeadershipMeeting = (await self(who, request)).leadership_meeting
        return made

    async def substantiated(self, report: str, slug: str = "finance", **facts: Any) -> Event:
        """Watch tells that a report about a unit of the town was substantiated; returns the event."""
        visible_to = facts.pop("visible_to", common.LEVEL_UNIT)
        finding = facts.pop("finding", watch.Report.FINDING_SUBSTANTIATED)
        told = watch.ReportSubstantiated(
            report=self.report(report, slug, **facts), finding=finding, visible_to=visible_to
        )
        return await self.told("WATCH", ("report", report), told)

    async def accused(self, report: str, slug: str = "finance", **facts: Any) -> Event:
        """The same of an accusation about the unit as a whole, which the town handles; returns the event."""
        facts = {"visible_to": common.LEVEL_TOWN, "recused_units": [self.unit(slug)], **facts}
        return await self.substantiated(report, slug, **facts)

    def report(self, id: str, slug: str = "finance", **facts: Any) -> watch.ReportReference:
        """What watch says of a report about a unit of the town."""
        unit = self.unit(slug)
        name = f"tenants/{self.town}/reports/{id}"
        said = {
            "report": name,
            "unit": unit,
            "organ": unit,
            "subject_unit": unit,
            "matter": watch.Report.MATTER_NEGLECT_OF_DUTY,
        }
        return watch.ReportReference(**{**said, **facts})

    def case(self, id: str, slug: str = "village") -> agency.CaseReference:
        """What the agency says of a case that came in at the point of a unit of the town."""
        return agency.CaseReference(case=f"tenants/{self.town}/cases/{id}", unit=self.unit(slug))

    async def clerk(self) -> tuple[pb.Position, pb.Power]:
        """A position of the finance office that the cadre `wang-lei` holds since August, with its power."""
        position = await self.position()
        cadre = await self.cadre("wang-lei")
        await self("officer", pb.AppointHolderRequest(position=position.name, cadre=cadre, first_day="2026-08-01"))
        return position, await self.power(position.name)

    async def record(
        self,
        who: str = "officer",
        kind: pb.RiskInformation.Kind.ValueType = pb.RiskInformation.KIND_AUDIT,
        slug: str = "finance",
        tenant: str = "",
        **facts: Any,
    ) -> pb.RiskInformation:
        """A piece about a unit that somebody collects by hand."""
        tenant = tenant or self.town
        request = pb.RecordRiskInformationRequest(
            **{
                "parent": f"tenants/{tenant}",
                "unit": f"tenants/{tenant}/units/{self.unit(slug, tenant)}",
                "kind": kind,
                "day": str(local_date(self.clock.now())),
                "text": "票据不齐。",
                **facts,
            }
        )
        made: pb.RiskInformation = (await self(who, request)).risk_information
        return made

    async def information(self, who: str, **asked: Any) -> list[pb.RiskInformation]:
        """What somebody sees of the risk information of the town."""
        wanted = pb.ListRiskInformationRequest.Filter(**asked)
        return list(
            (
                await self(who, pb.ListRiskInformationRequest(parent=f"tenants/{self.town}", filter=wanted))
            ).risk_information
        )

    async def warnings(self, who: str, tenant: str = "", **asked: Any) -> list[pb.Warning]:
        """What somebody sees of the warnings of the town, or of the county."""
        wanted = pb.ListWarningsRequest.Filter(**asked)
        parent = f"tenants/{tenant or self.town}"
        return list((await self(who, pb.ListWarningsRequest(parent=parent, filter=wanted))).warnings)

    async def warning(self, name: str, who: str = "discipline") -> pb.Warning:
        """A warning with what is behind it."""
        shown: pb.Warning = (await self(who, pb.GetWarningRequest(name=name))).warning
        return shown

    async def answer(self, warning: pb.Warning) -> None:
        """A disposition answers a warning of the town."""
        async with self.database.transaction(self.town) as tx:
            await self.answer_in(tx, warning)

    async def answer_in(self, tx: Tx, warning: pb.Warning) -> None:
        """The same, in a transaction that has begun."""
        acting = system_acting(self.risk, tx, self.clock.now())
        await lock_in_turn(acting, [warning.unit.rpartition("/")[2]])
        before = await WARNINGS.lock(tx, warning.name.rpartition("/")[2])
        await answer(acting, before, f"tenants/{self.town}/dispositions/{'0' * 32}")

    async def told(self, stream: str, thing: tuple[str, str], told: Message, version: int = 1) -> Event:
        """Another service tells of a thing of the town, and the service takes it; returns the event."""
        event = told_of(thing, self.town, told, self.clock.now(), version)
        await self.take(self.subscriptions[stream], event)
        return event

    async def risk_point(self, who: str = "officer", slug: str = "finance", **facts: Any) -> pb.RiskPoint:
        """A draft of a unit of the town: at the level of the unit unless the facts say otherwise."""
        unit = f"tenants/{self.town}/units/{self.unit(slug)}"
        replaces = facts.pop("replaces", "")
        content = risk_content(await self.cadre(f"{slug}-head", slug), **facts)
        request = pb.CreateRiskPointRequest(
            parent=f"tenants/{self.town}", unit=unit, content=content, replaces=replaces
        )
        made: pb.RiskPoint = (await self(who, request)).risk_point
        return made

    async def consulted(self, scope: pb.Scope.ValueType = pb.SCOPE_EVERYBODY, **facts: Any) -> pb.RiskPoint:
        """One on which opinions are collected."""
        name = (await self.risk_point(**facts)).name
        asked: pb.RiskPoint = (await self("officer", pb.ConsultOnRiskPointRequest(name=name, scope=scope))).risk_point
        return asked

    async def publicized(self, scope: pb.Scope.ValueType = pb.SCOPE_EVERYBODY, **facts: Any) -> pb.RiskPoint:
        """One that is publicized from today on, for seven days more."""
        name, today = (await self.consulted(**facts)).name, local_date(self.clock.now())
        request = pb.PublicizeRiskPointRequest(
            name=name, scope=scope, first_day=str(today), last_day=str(today + timedelta(days=7))
        )
        shown: pb.RiskPoint = (await self("officer", request)).risk_point
        return shown

    async def closed(self, **facts: Any) -> pb.RiskPoint:
        """One whose publicity has closed; it is the day after."""
        name = (await self.publicized(**facts)).name
        await self.pass_days(8)
        shown: pb.RiskPoint = (await self("officer", pb.GetRiskPointRequest(name=name))).risk_point
        return shown

    async def confirmed(self, **facts: Any) -> pb.RiskPoint:
        """One that a meeting confirmed, on the day after its publicity."""
        name = (await self.closed(**facts)).name
        meeting = (await self.meeting(name)).name
        request = pb.ConfirmRiskPointRequest(name=name, leadership_meeting=meeting)
        shown: pb.RiskPoint = (await self("officer", request)).risk_point
        return shown

    async def pass_days(self, days: int) -> None:
        """So many days pass, and everything that is due by then has fired."""
        await self.sweep_at(self.clock.now() + timedelta(days=days))


def risk_content(owner: str, **facts: Any) -> pb.RiskPointContent:
    """What a risk point is; the cadre is responsible for its one control measure."""
    return pb.RiskPointContent(
        **{
            "level": pb.RiskPoint.LEVEL_UNIT,
            "aspect": pb.RiskPoint.ASPECT_PROCESS,
            "method": pb.RiskPoint.METHOD_MASSES,
            "manifestation": "拨付拖延，变相索要好处。",
            "controls": [pb.RiskControl(measure="限时拨付并公开。", owner_cadre=owner, due_date="2027-06-30")],
            **facts,
        }
    )


def put_to(subject: str, there: Sequence[str], against: int = 0) -> pb.RecordLeadershipMeetingRequest.Item:
    """A matter on which the first so many of those who were there were against it, and the others for it."""
    votes = [
        pb.LeadershipMeeting.VOTE_AGAINST if n < against else pb.LeadershipMeeting.VOTE_FOR for n in range(len(there))
    ]
    ballots = [pb.Ballot(cadre=cadre, vote=vote) for cadre, vote in zip(there, votes, strict=True)]
    return pb.RecordLeadershipMeetingRequest.Item(subject=subject, ballots=ballots)


def content(title: str = "资金拨付审核", **facts: Any) -> pb.PowerContent:
    """What a power is."""
    return pb.PowerContent(
        **{
            "title": title,
            "kind": pb.Power.KIND_MANAGEMENT,
            "extent": pb.Power.EXTENT_PARTIAL,
            "basis": "《会计法》",
            "boundary": "只审核已经批准的支出。",
            "responsibility": "对审核结果负责。",
            "importance": 2,
            "frequency": pb.Power.FREQUENCY_MONTHLY,
            **facts,
        }
    )
