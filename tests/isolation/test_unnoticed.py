"""What a report must be hidden from sees exactly what it saw before: in lists, counts, registers, figures and feeds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from minshao.watch import v1 as watch

from deploy.local.engines import Postgres
from services.watch.reports.deadlines import fire
from services.watch.reports.domain.deadlines import OVERDUE
from services.watch.reports.entrance import system_acting
from tests.isolation.conftest import empty_county
from tests.isolation.county import County, Place
from tests.isolation.furnishing import furnish
from tests.isolation.handling import change
from tests.isolation.looking import REGISTER, Seen, cells_of, look, noticed, whole_register
from tests.isolation.people import (
    CITIZEN,
    COUNTY,
    FAR_COUNTY,
    FINANCE,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    Person,
    person,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACCUSATION: dict[str, Any] = {"kind": watch.Report.KIND_ACCUSATION, "matter": watch.Report.MATTER_POLICY}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lively(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[County]:
    """A county in which things happen."""
    async with empty_county(postgres, tmp_path_factory.mktemp("keys") / "signing.json") as (county, _):
        await county.provision()
        await furnish(county)
        await county.carry()
        yield county


@dataclass
class Matter:
    """A report that goes its way. After each step the feeds have heard of it."""

    county: County
    place: Place
    name: str
    code: str
    handler: Person
    """Who decides and investigates."""
    officer: Person

    async def step(self, who: Person, request: Any) -> None:
        await self.county.call(who, request)
        await self.county.carry()

    async def be_messaged(self) -> None:
        message = watch.PostReceiptMessageRequest(parent=self.place.parent, code=self.code, text="请保密。")
        await self.step(CITIZEN, message)

    async def be_assigned(self) -> None:
        await self.step(self.handler, watch.AssignReportRequest(name=self.name, officer=self.officer.account))
        await self.step(self.officer, watch.StartInvestigationRequest(name=self.name))

    async def fall_overdue(self) -> None:
        now = self.county.clock.now()
        await change(self.county, self.name, due_time=now - timedelta(hours=1))
        async with self.county.watch_database.transaction(self.place.tenant) as tx:
            await fire(system_acting(self.county.shared, tx, now), OVERDUE, self.name.rpartition("/")[2])
        await self.county.carry()

    async def be_overseen(self) -> None:
        order = watch.OrderOversightRequest(
            parent=self.place.parent, report=self.name, note="请尽快答复。", last_day="2026-12-01"
        )
        await self.step(person(COUNTY, "discipline-1"), order)

    async def be_answered(self) -> None:
        finding = watch.Report.FINDING_SUBSTANTIATED
        await self.step(self.officer, watch.AnswerReportRequest(name=self.name, finding=finding, text="属实。"))

    async def go_all_the_way(self) -> None:
        await self.be_messaged()
        await self.be_assigned()
        await self.fall_overdue()
        await self.be_overseen()
        await self.be_answered()


async def a_matter(county: County, handler: Person, officer: Person, who: Person = CITIZEN, **facts: Any) -> Matter:
    """A report that is made in the village."""
    place = county.units[TOWN, VILLAGE]
    filed = await county.file(place, who, **facts)
    await county.carry()
    return Matter(county, place, filed.report.name, filed.receipt_code, handler, officer)


async def all_look(county: County, those: Iterable[Person]) -> dict[str, Seen]:
    return {who.account: await look(county, who) for who in those}


def changes(before: dict[str, Seen], after: dict[str, Seen]) -> dict[str, list[str]]:
    """What each of them noticed; those who noticed nothing are left out."""
    found = {account: noticed(before[account], after[account]) for account in before}
    return {account: those for account, those in found.items() if those}


SECRETARY, OFFICER, DEPUTY = (person(TOWN, f"{VILLAGE}-{duty}") for duty in ("secretary", "officer", "deputy"))
TOWN_HEAD, TOWN_OFFICER = person(TOWN, "discipline-1"), person(TOWN, "discipline-2")
COUNTY_HEAD, COUNTY_OFFICER = person(COUNTY, "discipline-1"), person(COUNTY, "discipline-2")
DUTIES = ("supervisor", "registrar", "officer", "secretary", "leader")
FINANCE_STAFF = [person(TOWN, f"{FINANCE}-{duty}") for duty in DUTIES]
VILLAGE_STAFF = [person(TOWN, f"{VILLAGE}-{duty}") for duty in DUTIES]
ABOVE_UNITS = [person(TOWN, login) for login in ("party", "discipline-1", "discipline-2")]
STRANGERS = [
    *(
        person(OTHER_TOWN, login)
        for login in ("discipline-1", "party", f"{VILLAGE}-secretary", f"{VILLAGE}-supervisor")
    ),
    *(person(FAR_COUNTY, login) for login in ("discipline-1", "viewer")),
]


async def test_a_units_matter_is_noticed_neither_in_other_units_nor_in_other_towns(lively: County) -> None:
    others = [*FINANCE_STAFF, *STRANGERS, person(COUNTY, "operator")]
    before = await all_look(lively, others)

    matter = await a_matter(lively, SECRETARY, OFFICER)
    await matter.go_all_the_way()

    assert changes(before, await all_look(lively, others)) == {}


async def test_a_towns_matter_is_noticed_in_none_of_its_units(lively: County) -> None:
    below = [*VILLAGE_STAFF, *FINANCE_STAFF, *STRANGERS]
    before = await all_look(lively, below)

    matter = await a_matter(lively, TOWN_HEAD, TOWN_OFFICER, **ACCUSATION)
    await matter.go_all_the_way()

    assert changes(before, await all_look(lively, below)) == {}


async def test_a_countys_matter_is_noticed_by_nobody_in_the_town(lively: County) -> None:
    below = [*VILLAGE_STAFF, *FINANCE_STAFF, *ABOVE_UNITS]
    before = await all_look(lively, [*below, *STRANGERS])

    about_a_leader = watch.Subject(about="镇长", cadre=person(TOWN, "mayor").cadre or "")
    matter = await a_matter(lively, COUNTY_HEAD, COUNTY_OFFICER, subject=about_a_leader, **ACCUSATION)
    await matter.go_all_the_way()

    assert changes(before, await all_look(lively, [*below, *STRANGERS])) == {}


async def test_a_matter_that_moves_up_is_gone_for_the_unit_as_if_it_had_never_come(lively: County) -> None:
    before = await all_look(lively, VILLAGE_STAFF)
    matter = await a_matter(lively, SECRETARY, OFFICER)
    await matter.be_assigned()
    seen = await all_look(lively, VILLAGE_STAFF)

    await matter.step(SECRETARY, watch.ClassifyReportRequest(name=matter.name, classification=2))

    assert changes(before, seen).keys() == {each.account for each in VILLAGE_STAFF}
    assert changes(before, await all_look(lively, VILLAGE_STAFF)) == {}


async def test_a_matter_that_moves_up_to_the_county_leaves_only_its_number_in_the_town(lively: County) -> None:
    below = [*VILLAGE_STAFF, *FINANCE_STAFF, *ABOVE_UNITS]
    before = await all_look(lively, below)
    matter = await a_matter(lively, TOWN_HEAD, TOWN_OFFICER, **ACCUSATION)
    await matter.be_assigned()
    await matter.fall_overdue()

    subject = watch.Subject(cadre=person(TOWN, "mayor").cadre or "")
    await matter.step(TOWN_OFFICER, watch.LinkSubjectRequest(name=matter.name, subject=subject))

    left = changes(before, await all_look(lively, below))
    assert {asked.split()[0] for those in left.values() for asked in those} == {REGISTER}
    assert left.keys() == {TOWN_HEAD.account, TOWN_OFFICER.account}


@pytest.mark.parametrize("duty", ["officer", "registrar", "secretary", "leader"])
async def test_whom_a_report_is_about_notices_nothing_of_it(lively: County, duty: str) -> None:
    accused = person(TOWN, f"{VILLAGE}-{duty}")
    before = await look(lively, accused)

    subject = watch.Subject(about="某某", cadre=accused.cadre or "")
    above = duty == "leader"
    handler, officer = (TOWN_HEAD, TOWN_OFFICER) if above else (SECRETARY, DEPUTY)
    if accused is SECRETARY:
        handler, officer = DEPUTY, DEPUTY
    matter = await a_matter(lively, handler, officer, subject=subject, **ACCUSATION)
    await matter.be_messaged()
    if handler is SECRETARY or above:
        await matter.be_assigned()
    await matter.fall_overdue()
    await matter.be_overseen()

    assert noticed(before, await look(lively, accused)) == []


@pytest.mark.parametrize(
    ("leaver", "colleague", "facts"),
    [(DEPUTY, OFFICER, {}), (TOWN_OFFICER, TOWN_HEAD, ACCUSATION), (COUNTY_OFFICER, COUNTY_HEAD, None)],
)
async def test_who_leaves_a_matter_sees_what_was_there_before_it_came(
    lively: County, leaver: Person, colleague: Person, facts: dict[str, Any] | None
) -> None:
    before = await look(lively, leaver, TOWN)
    leadership = {"subject": watch.Subject(about="镇领导", town_leadership=True)}
    handler = SECRETARY if leaver is DEPUTY else colleague
    matter = await a_matter(lively, handler, colleague, **(leadership if facts is None else facts))

    await matter.step(leaver, watch.DeclareConflictRequest(name=matter.name, reason="亲属。"))
    await matter.go_all_the_way()

    left = noticed(before, await look(lively, leaver, TOWN))
    assert {asked.split()[0] for asked in left} <= {REGISTER}
    assert all("另行办理" in asked for asked in left)


async def test_a_meeting_tells_whom_it_accuses_no_more_than_that_something_became_a_matter(lively: County) -> None:
    place, registrar = lively.units[TOWN, VILLAGE], person(TOWN, f"{VILLAGE}-registrar")
    before = await look(lively, SECRETARY)
    accused = {
        "subject": watch.Subject(about="支部书记", cadre=SECRETARY.cadre or ""),
        "channel": watch.Report.CHANNEL_TELEPHONE,
        "meeting": place.names["meetings"],
    }

    matter = await a_matter(lively, DEPUTY, DEPUTY, registrar, **accused, **ACCUSATION)

    meeting = await lively.call(registrar, watch.GetMeetingRequest(name=place.names["meetings"]))
    assert [item.report for item in meeting.meeting.items] == [matter.name]
    own = await lively.call(SECRETARY, watch.GetMeetingRequest(name=place.names["meetings"]))
    assert list(own.meeting.items) == [watch.Meeting.Item()]
    assert [asked.split()[0] for asked in noticed(before, await look(lively, SECRETARY))] == ["ListMeetingsRequest"]


async def test_the_register_says_no_more_than_a_number_of_what_is_out_of_sight(lively: County) -> None:
    matter = await a_matter(lively, TOWN_HEAD, TOWN_HEAD, **ACCUSATION)
    number = (await lively.call(TOWN_HEAD, watch.GetReportRequest(name=matter.name))).report.number

    await matter.step(TOWN_OFFICER, watch.DeclareConflictRequest(name=matter.name, reason="亲属。"))

    register = await lively.call(TOWN_OFFICER, whole_register(matter.place.parent))
    (row,) = (row for row in cells_of(register) if number in row)
    assert row == (number, lively.clock.now().replace(hour=0, minute=0, tzinfo=None), "另行办理")


async def test_a_second_role_opens_no_second_door(lively: County) -> None:
    """A discipline officer who is recused does not see it as branch secretary either."""
    both = Person(TOWN, "discipline-2", (*TOWN_OFFICER.grants, *SECRETARY.grants), TOWN_OFFICER.unit)
    matter = await a_matter(lively, SECRETARY, OFFICER)
    await matter.step(both, watch.DeclareConflictRequest(name=matter.name, reason="亲属。"))
    before = await look(lively, both)

    await matter.be_messaged()
    await matter.be_assigned()

    assert noticed(before, await look(lively, both)) == []
