"""Inspections of agency points: by discipline officers, and by volunteers of the points that they were given."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from deploy.local.standards import publication
from services.agency.inspections.store import INSPECTIONS
from services.common.access import Role
from services.common.errors import Denied, Invalid, InvalidFields, NotFound, Refused
from tests.integration.agency.house import LONG_AGO, House
from tests.integration.agency.inspections.steps import (
    CHECKS,
    NOT_APPLICABLE,
    NOT_MET,
    confirmed,
    draft,
    inspected,
    mended,
    results,
    visit,
)
from tests.integration.agency.volunteers.steps import appointed
from tests.unit.watch.reports.builders import local

Kind = pb.Inspection.InspectorKind


async def count(house: House) -> tuple[int, int]:
    """How much there is of inspections, and of entries in the ledgers."""
    rows = 0
    for tenant in (house.town, house.county):
        async with house.database.transaction(tenant) as tx:
            rows += await tx.scalar(sa.select(sa.func.count()).where(INSPECTIONS.c.tenant == tenant)) or 0
    return rows, await house.ledger_size()


async def listed(house: House, login: str, tenant: str = "", **query: Any) -> list[str]:
    request = pb.ListInspectionsRequest(parent=f"tenants/{tenant or house.town}", **query)
    return [each.name for each in (await house(login, request)).inspections]


async def shown(house: House, login: str, name: str) -> pb.Inspection:
    inspection: pb.Inspection = (await house(login, pb.GetInspectionRequest(name=name))).inspection
    return inspection


async def test_an_inspection_keeps_verdicts_notes_grade_and_findings(supervised: House) -> None:
    said = results(SY_02=NOT_MET, SY_09=NOT_APPLICABLE)
    said[CHECKS.index("SY-02")].note = "仍是去年的清单。"

    inspection = await inspected(
        supervised, results=said, grade=3, findings=[draft(), draft("签到不全。", "2026-10-12")]
    )

    assert inspection == await shown(supervised, "agent", inspection.name)
    assert (inspection.inspector_kind, inspection.grade) == (pb.Inspection.INSPECTOR_KIND_TOWN_DISCIPLINE, 3)
    assert inspection.standards == f"tenants/{supervised.town}/standards/1"
    verdicts = {each.check: (each.verdict, each.note) for each in inspection.results}
    assert len(verdicts) == 16
    assert verdicts["SY-02"] == (NOT_MET, "仍是去年的清单。")
    assert [(each.text, each.mend_by) for each in inspection.findings] == [
        ("公示栏内容过期。", "2026-09-11"),
        ("签到不全。", "2026-10-12"),
    ]
    assert inspection.open_finding_count == 2


async def test_it_is_one_entry_and_each_finding_one_more_all_without_their_texts(supervised: House) -> None:
    said = results(SY_02=NOT_MET)
    said[0].note = "地方太小。"

    inspection = await inspected(supervised, results=said, findings=[draft(), draft("签到不全。")])

    [held] = await supervised.events(pb.InspectionHeld)
    assert (held.inspection, held.unit) == (inspection.name, supervised.unit("village"))
    assert (held.met_count, held.not_met_count, held.finding_count, held.grade) == (15, 1, 2, 4)
    opened = await supervised.events(pb.FindingOpened)
    assert {each.finding.finding for each in opened} == {each.name for each in inspection.findings}
    assert {len(each.mac) for each in (*held.notes, *(event.text for event in opened))} == {32}
    assert not {"地方", "公示栏", "签到"} & {word for word in ("地方", "公示栏", "签到") if word in f"{held}{opened}"}


async def test_volunteers_inspect_and_rate_the_points_that_they_were_given(supervised: House) -> None:
    volunteer = await appointed(supervised)

    inspection = await inspected(supervised, "deputy", grade=5)

    assert (inspection.inspector_kind, inspection.volunteer) == (
        pb.Inspection.INSPECTOR_KIND_VOLUNTEER,
        volunteer.name,
    )
    assert (inspection.inspector, inspection.grade) == (volunteer.account, 5)


async def test_a_volunteer_of_another_point_or_out_of_term_is_refused(supervised: House) -> None:
    await appointed(supervised, first_day="2026-09-10", last_day="2026-12-31")
    before = await count(supervised)

    with pytest.raises(Denied, match="NOT_IN_TERM"):
        await inspected(supervised, "deputy")
    supervised.clock.set(local(2026, 9, 10))
    for slug in ("community", "service-centre"):
        with pytest.raises(Denied, match="NOT_YOUR_POINT"):
            await inspected(supervised, "deputy", slug)
    with pytest.raises(Invalid, match="date"):
        await inspected(supervised, "deputy", date="2026-09-09")
    supervised.clock.set(local(2027, 1, 1, 0))
    with pytest.raises(Denied, match="NOT_IN_TERM"):
        await inspected(supervised, "deputy")

    assert await count(supervised) == before


async def test_an_appointment_without_the_role_at_the_point_is_not_enough(supervised: House) -> None:
    """The operator has taken the grant away, and the next token says so."""
    await appointed(supervised)
    await supervised.person("deputy", Role.VOLUNTEER, supervised.unit("community"))

    with pytest.raises(Denied, match="NOT_IN_TERM"):
        await inspected(supervised, "deputy")


async def test_the_county_inspects_every_point_and_its_windows_without_the_checklist(supervised: House) -> None:
    await appointed(supervised, "member", "civil-affairs", by="commission")

    room = await inspected(supervised, "commission")
    window = await inspected(supervised, "commission", "civil-affairs", supervised.county, findings=[draft()])
    by_member = await inspected(supervised, "member", "civil-affairs", supervised.county)

    assert room.inspector_kind == window.inspector_kind == pb.Inspection.INSPECTOR_KIND_COUNTY_DISCIPLINE
    assert (window.standards, len(window.results), len(by_member.results)) == ("", 0, 0)
    assert await listed(supervised, "window", supervised.county) != []
    with pytest.raises(InvalidFields, match=r"results\[0\].check"):
        await inspected(supervised, "commission", "civil-affairs", supervised.county, results=results()[:1])
    with pytest.raises(Denied):
        await inspected(supervised, "discipline", "civil-affairs", supervised.county)


async def test_results_answer_each_check_of_the_version_once(supervised: House) -> None:
    said = [*results()[2:], results()[2], pb.Inspection.Result(check="XX-01", verdict=NOT_MET)]
    before = await count(supervised)

    with pytest.raises(InvalidFields) as refusal:
        await inspected(supervised, results=said)

    assert {each.field: each.reason for each in refusal.value.violations} == {
        "results[0].check": "CHECK_TWICE",
        "results[14].check": "CHECK_TWICE",
        "results[15].check": "UNKNOWN_CHECK",
        "results": "CHECK_MISSING",
    }
    assert "LY-01、LY-02" in refusal.value.violations[-1].description
    assert await count(supervised) == before


async def test_an_inspection_keeps_the_version_that_it_was_held_against(supervised: House) -> None:
    old = await inspected(supervised)
    request = publication(supervised.county)
    request.content.six_haves[0].code = "LY-11"
    await supervised("operator", request)

    filled_in_before = await inspected(supervised, standards_version=1)
    with pytest.raises(InvalidFields, match="还有标准没有结论：LY-11"):
        await inspected(supervised)
    with pytest.raises(NotFound, match="NO_SUCH_STANDARDS"):
        await inspected(supervised, standards_version=3)

    assert (await shown(supervised, "agent", old.name)).standards == filled_in_before.standards == old.standards


async def test_without_standards_nothing_is_checked(house: House) -> None:
    await house.person("discipline", Role.TOWN_DISCIPLINE, house.town)

    with pytest.raises(Refused, match="NO_STANDARDS"):
        await inspected(house)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"date": "2026-09-02"}, "date"),
        ({"grade": 0}, "grade"),
        ({"grade": 6}, "grade"),
        ({"findings": [draft(), draft(mend_by="2026-08-31")]}, r"findings\[1\].mend_by"),
        ({"findings": [draft(mend_by="2026-12-01")]}, r"findings\[0\].mend_by"),
        ({"findings": [draft(text=" ")]}, r"findings\[0\].text"),
        ({"findings": [draft(mend_by="2026-02-30")]}, r"findings\[0\].mend_by"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(supervised: House, facts: dict[str, Any], field: str) -> None:
    before = await count(supervised)

    with pytest.raises(Invalid, match=field):
        await inspected(supervised, **facts)

    assert await count(supervised) == before


async def test_a_point_that_is_retired_or_unknown_is_not_inspected(supervised: House) -> None:
    retired = supervised.unit_message("village", revision=2, retire_time=LONG_AGO)
    await supervised.hear_in(supervised.town, gateway.UnitRetired(unit=retired))
    before = await count(supervised)

    with pytest.raises(Refused, match="POINT_RETIRED"):
        await inspected(supervised)
    with pytest.raises(NotFound, match="NO_POINT"):
        await inspected(supervised, slug="finance")

    assert await count(supervised) == before


async def test_a_follow_up_names_the_earlier_inspection_of_the_same_point(supervised: House) -> None:
    earlier, elsewhere = await inspected(supervised), await inspected(supervised, slug="community")
    supervised.clock.set(local(2026, 9, 20))

    follow_up = await inspected(supervised, follows=earlier.name)

    assert follow_up.follows == earlier.name
    assert (await supervised.events(pb.InspectionHeld))[-1].follows == earlier.name
    before = await count(supervised)
    with pytest.raises(Invalid, match="OTHER_POINT"):
        await inspected(supervised, follows=elsewhere.name)
    with pytest.raises(Invalid, match="date"):
        await inspected(supervised, follows=earlier.name, date="2026-08-30")
    with pytest.raises(NotFound, match="NO_INSPECTION"):
        await inspected(supervised, follows=f"tenants/{supervised.town}/inspections/{'0' * 32}")
    assert await count(supervised) == before


async def test_who_sees_what(supervised: House) -> None:
    await appointed(supervised)
    await appointed(supervised, "elder", "service-centre")
    village, centre = await inspected(supervised), await inspected(supervised, slug="service-centre")

    logins = ("agent", "neighbour", "clerk", "deputy", "elder", "discipline", "commission")
    seen = {login: set(await listed(supervised, login)) for login in logins}

    both = {village.name, centre.name}
    assert seen == {
        "agent": {village.name},
        "neighbour": set(),
        "clerk": both,
        "deputy": {village.name},
        "elder": {centre.name},
        "discipline": both,
        "commission": both,
    }
    for login, names in seen.items():
        for name in both - names:
            with pytest.raises(NotFound, match="NO_INSPECTION"):
                await shown(supervised, login, name)
    assert await listed(supervised, "window") == []
    for login in ("party", "operator"):
        with pytest.raises(Denied):
            await listed(supervised, login)


async def test_in_a_town_the_county_reads_the_texts_of_what_it_found_itself(supervised: House) -> None:
    own = await inspected(supervised, "commission", findings=[draft()])
    of_the_town = await inspected(supervised, findings=[draft()])

    assert (await shown(supervised, "commission", own.name)).findings[0].text == "公示栏内容过期。"
    seen = await shown(supervised, "commission", of_the_town.name)
    assert ([each.text for each in seen.findings], seen.grade) == ([""], 4)
    assert (await shown(supervised, "agent", own.name)).findings[0].text == "公示栏内容过期。"


async def test_lists_are_filtered_sorted_and_paged_without_texts(supervised: House) -> None:
    await appointed(supervised)
    first = await inspected(supervised, "deputy", grade=5)
    supervised.clock.set(local(2026, 9, 2))
    second = await inspected(supervised, grade=2, findings=[draft(mend_by="2026-09-03")])
    supervised.clock.set(local(2026, 9, 4))
    third = await inspected(supervised, "commission", "community", grade=3, findings=[draft()])

    assert await listed(supervised, "discipline") == [third.name, second.name, first.name]
    assert await listed(supervised, "discipline", order_by="date") == [first.name, second.name, third.name]
    assert await listed(supervised, "discipline", order_by="grade") == [second.name, third.name, first.name]
    assert await listed(supervised, "discipline", point=supervised.point("community")) == [third.name]
    assert await listed(supervised, "discipline", open_findings=True) == [third.name, second.name]
    assert await listed(supervised, "discipline", overdue=True) == [second.name]
    by_volunteers = await listed(supervised, "discipline", inspector_kind=pb.Inspection.INSPECTOR_KIND_VOLUNTEER)
    assert by_volunteers == [first.name]
    for order in ("date", "date desc", "grade", "grade desc"):
        found, token = [], ""
        while True:
            query = pb.ListInspectionsRequest(
                parent=f"tenants/{supervised.town}", page_size=1, page_token=token, order_by=order
            )
            page = await supervised("discipline", query)
            found += page.inspections
            if not (token := page.next_page_token):
                break
        assert [each.name for each in found] == await listed(supervised, "discipline", order_by=order)
        assert not any(each.results or each.findings for each in found)


async def test_what_was_confirmed_is_no_open_finding_any_more(supervised: House) -> None:
    inspection = await inspected(supervised, findings=[draft()])
    await mended(supervised, inspection.findings[0])
    assert await listed(supervised, "discipline", open_findings=True) == [inspection.name]

    await confirmed(supervised, inspection.findings[0])

    assert await listed(supervised, "discipline", open_findings=True) == []
    assert (await shown(supervised, "agent", inspection.name)).open_finding_count == 0


async def test_the_same_request_records_one_inspection(supervised: House) -> None:
    request = visit(supervised, findings=[draft()], request_id="6f1c9f1e-6f0e-4c5e-9d2b-0c9f6f6f6f6f")

    names = {(await supervised("discipline", request)).inspection.name for _ in range(2)}

    assert len(names) == len(await supervised.events(pb.InspectionHeld)) == 1
