"""Reports when the organisation changes: none is ever without an organ, nor with an officer who cannot handle it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from google.protobuf.timestamp_pb2 import Timestamp
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.errors import NotFound
from services.common.rpc.call import LONGEST_CALL
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import CLERK, answered, filed, history, investigated, shown

LONG_AGO = Timestamp(seconds=1)


async def retired(house: House, slug: str = "village", revision: int = 2) -> None:
    unit = gateway.Unit(
        name=house.town.unit_name(slug),
        display_name="八一村",
        kind=gateway.Unit.KIND_VILLAGE,
        retire_time=LONG_AGO,
        revision=revision,
    )
    await house.hear(gateway.UnitRetired(unit=unit))


async def moved(house: House, login: str, slug: str = "village", revision: int = 2, **facts: Any) -> None:
    """A cadre of the village holds another office from now on."""
    cadre = gateway.Cadre(
        name=house.town.cadre(login),
        display_name=login,
        unit=house.town.unit_name(slug),
        position="干部",
        account=house.town.account(login),
        revision=revision,
        **facts,
    )
    await house.hear(gateway.CadreChanged(cadre=cadre))


async def changed(
    house: House, login: str, *roles: tuple[Role, str], tenant: str = "", revision: int = 2, **facts: Any
) -> None:
    """An account has just these roles from now on."""
    granted = [gateway.RoleGrant(role=common.Role.ValueType(role), scope=scope) for role, scope in roles]
    account = gateway.Account(name=house.town.account(login), roles=granted, revision=revision, **facts)
    await house.hear(gateway.AccountChanged(account=account), tenant)


async def listed(house: House, **wanted: Any) -> list[str]:
    """What the branch secretary finds."""
    request = pb.ListReportsRequest(parent=house.town.name, filter=pb.ListReportsRequest.Filter(**wanted))
    return [each.name for each in (await house("village-secretary", request)).reports]


async def causes(house: House) -> list[int]:
    return [event.cause for event in await house.events(pb.ReportRerouted)]


async def test_what_is_open_in_a_unit_that_is_retired_goes_to_the_town(house: House) -> None:
    waiting, begun, done = await filed(house), await filed(house), await filed(house)
    elsewhere = await filed(house, "finance-clerk")
    await investigated(house, begun)
    await answered(house, done)

    await retired(house)

    for name in (waiting, begun):
        report = await shown(house, name)
        assert (report.organ, report.level) == (house.town.unit_name("discipline"), common.LEVEL_TOWN)
        assert (report.state, report.officer) == (pb.Report.STATE_REGISTERED, "")
        with pytest.raises(NotFound):
            await shown(house, name, "village-secretary")
    assert (await shown(house, done)).organ == house.town.unit_name("village")
    assert (await shown(house, elsewhere)).organ == house.town.unit_name("finance")
    assert await causes(house) == [pb.ReportRerouted.CAUSE_UNIT_RETIRED] * 2
    timeline = await house("discipline-1", pb.GetTimelineRequest(name=begun))
    assert (timeline.entries[-1].actor, timeline.entries[-1].summary) == (
        "system/watch",
        "承办单位已撤销，改由镇纪委办理",
    )


async def test_a_unit_is_retired_once_however_often_it_is_told(house: House) -> None:
    name = await filed(house)

    for revision in (2, 2, 1, 3):
        await retired(house, revision=revision)

    assert (await history(house, name)).count("rerouted") == 1


async def test_what_was_being_registered_while_a_unit_was_retired_is_taken_over_too(house: House) -> None:
    await retired(house)
    name = await filed(house, "", unit=house.town.unit_name("finance"))
    as_if_it_had_been_there = sa.text(
        "UPDATE reports SET level = 1, organ = :village WHERE tenant = :tenant AND id = :id"
    )
    async with house.town.database.transaction(house.town.code) as tx:
        facts = {"village": house.town.unit("village"), "tenant": house.town.code, "id": name.rpartition("/")[2]}
        await tx.execute(as_if_it_had_been_there, facts)

    await house.sweep_at(house.town.clock.now() + LONGEST_CALL)

    assert (await shown(house, name)).organ == house.town.unit_name("discipline")


async def test_nothing_goes_to_a_unit_that_was_retired(house: House) -> None:
    about_nobody = await filed(house, "")
    await retired(house)
    link = pb.LinkSubjectRequest(name=about_nobody, subject=pb.Subject(cadre=house.town.cadre(CLERK)))

    linked = (await house("discipline-1", link)).report
    new = await filed(house, CLERK, unit=house.town.unit_name("finance"))

    for organ in (linked.organ, (await shown(house, new)).organ):
        assert organ == house.town.unit_name("discipline")


@pytest.mark.parametrize(
    ("office", "level", "cause"),
    [
        ({"leads_unit": "village"}, common.LEVEL_TOWN, pb.ReportRerouted.CAUSE_SUBJECT),
        ({"leads_town": True}, common.LEVEL_COUNTY, pb.ReportRerouted.CAUSE_TOWN_LEADERSHIP),
        ({"party_committee": True}, common.LEVEL_COUNTY, pb.ReportRerouted.CAUSE_TOWN_LEADERSHIP),
        ({"discipline_committee": True}, common.LEVEL_COUNTY, pb.ReportRerouted.CAUSE_TOWN_LEADERSHIP),
        ({"slug": "discipline"}, common.LEVEL_COUNTY, pb.ReportRerouted.CAUSE_TOWN_LEADERSHIP),
    ],
    ids=["of the unit", "of the town", "in its party committee", "in its discipline committee", "at the committee"],
)
async def test_a_report_about_who_has_become_a_leader_goes_to_who_handles_leaders(
    house: House, office: dict[str, Any], level: int, cause: int
) -> None:
    name = await filed(house)
    await investigated(house, name)
    if slug := office.get("leads_unit"):
        office = {"leads_unit": house.town.unit_name(slug)}

    await moved(house, CLERK, **office)

    report = await shown(house, name)
    assert (report.level, report.state, report.officer) == (level, pb.Report.STATE_REGISTERED, "")
    assert await causes(house) == [cause]
    with pytest.raises(NotFound):
        await shown(house, name, "village-secretary")


async def test_a_move_to_another_unit_leaves_the_report_where_it_happened(house: House) -> None:
    name = await filed(house)
    officer = await investigated(house, name)

    await moved(house, CLERK, "finance")

    report = await shown(house, name)
    assert (report.organ, report.officer) == (house.town.unit_name("village"), house.town.account(officer))
    assert await causes(house) == []


async def test_a_leader_who_leads_no_more_is_not_handed_back_to_the_unit(house: House) -> None:
    name = await filed(house, "village-head")

    await moved(house, "village-head")

    assert (await shown(house, name)).organ == house.town.unit_name("discipline")


async def test_an_answered_report_stays_and_is_reopened_at_who_handles_leaders(house: House) -> None:
    name = await filed(house)
    await answered(house, name)
    await moved(house, CLERK, leads_town=True)
    before = await shown(house, name)

    reopened = pb.ReopenReportRequest(name=name, reason="没有调查")
    await house("village-registrar", reopened)

    assert before.organ == house.town.unit_name("village")
    assert (await shown(house, name)).level == common.LEVEL_COUNTY


async def test_an_older_state_of_a_cadre_moves_nothing(house: House) -> None:
    await moved(house, CLERK, revision=3)
    name = await filed(house)

    await moved(house, CLERK, revision=2, leads_town=True)

    assert (await shown(house, name)).organ == house.town.unit_name("village")


@pytest.mark.parametrize("how", ["disabled", "without the role"])
async def test_a_report_whose_officer_leaves_waits_for_another(house: House, how: str) -> None:
    name, other = await filed(house, "village-registrar"), await filed(house, "village-registrar")
    await investigated(house, name, "village-secretary", CLERK)
    await investigated(house, other)

    if how == "disabled":
        await changed(house, CLERK, (Role.UNIT_OFFICER, house.town.unit("village")), disable_time=LONG_AGO)
    else:
        await changed(house, CLERK, (Role.REGISTRAR, house.town.unit("village")))

    report = await shown(house, name)
    assert (report.organ, report.officer) == (house.town.unit_name("village"), "")
    assert report.state == pb.Report.STATE_REGISTERED
    assert (await history(house, name))[-1] == "officer_left"
    assert (await shown(house, other)).state == pb.Report.STATE_INVESTIGATING
    assert await listed(house, unassigned=True) == [name]
    assert await listed(house, officer=house.town.account("village-secretary")) == [other]


async def test_an_officer_whose_account_changes_otherwise_keeps_the_report(house: House) -> None:
    name = await filed(house, "village-registrar")
    await investigated(house, name, "village-secretary", CLERK)
    village = house.town.unit("village")

    await changed(house, CLERK, (Role.UNIT_OFFICER, village), (Role.REGISTRAR, village))

    assert (await shown(house, name)).officer == house.town.account(CLERK)


async def test_an_officer_of_the_county_who_leaves_leaves_the_reports_of_its_towns(house: House) -> None:
    county, officer = house.town.county, f"county-{uuid4().hex}"
    await changed(house, officer, (Role.COUNTY_DISCIPLINE, county), tenant=county)
    name = await filed(house, "mayor")
    await house("county-1", pb.AssignReportRequest(name=name, officer=house.town.account(officer)))

    await changed(house, officer, tenant=county, revision=3)

    report = await shown(house, name)
    assert (report.level, report.officer) == (common.LEVEL_COUNTY, "")
    assert (await history(house, name))[-1] == "officer_left"
