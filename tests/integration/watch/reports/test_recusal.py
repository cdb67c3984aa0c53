"""Recusal as people meet it: by all that somebody is, at every link, and never so that nobody is left."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.errors import DomainError, NotFound
from services.common.organisation import store as organisation
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import CLERK, NOBODY, filed, history, investigated, shown

NAMED: dict[str, Any] = {
    "reporter_mode": pb.Report.REPORTER_MODE_NAMED,
    "reporter": pb.Reporter(name="张三", contact="13800000000"),
}
LONG_AGO = gateway.Unit().retire_time.__class__(seconds=1)


@pytest.mark.parametrize("role", [Role.UNIT_LEADER, Role.REGISTRAR, Role.AGENT])
async def test_who_has_any_role_in_the_accused_unit_is_recused_in_every_call(house: House, role: Role) -> None:
    finance = house.town.unit("finance")
    double = await house.person("double", (Role.TOWN_DISCIPLINE, house.town.code), (role, finance))
    name = await filed(house, NOBODY, **NAMED)
    await investigated(house, name, "discipline-1", "double")

    link = pb.LinkSubjectRequest(name=name, subject=pb.Subject(unit=house.town.unit_name("finance")))
    await house("discipline-1", link)

    assert double not in str(await shown(house, name))
    listed = await house("double", pb.ListReportsRequest(parent=house.town.name))
    assert name not in {each.name for each in listed.reports}
    for request in (
        pb.GetReportRequest(name=name),
        pb.StartInvestigationRequest(name=name),
        pb.RevealIdentityRequest(name=name, reason="核实"),
        pb.GetTimelineRequest(name=name),
    ):
        with pytest.raises(NotFound):
            await house("double", request)


async def test_an_accusation_names_in_its_events_the_unit_that_it_is_about_as_a_whole_and_no_other(
    house: House,
) -> None:
    finance, clerk = house.town.unit_name("finance"), house.town.cadre(CLERK)
    name = await filed(house, NOBODY)
    for subject in (pb.Subject(unit=finance), pb.Subject(cadre=clerk)):
        await house("county-1", pb.LinkSubjectRequest(name=name, subject=subject))
    opinion = await filed(house, NOBODY, kind=pb.Report.KIND_OPINION, subject=pb.Subject(about="财政所", unit=finance))

    registered, linked = await house.events(pb.ReportRegistered), await house.events(pb.ReportSubjectLinked)

    references = [each.report for each in registered] + [each.report for each in linked]
    said = [(each.report, list(each.recused_units)) for each in references]
    assert said == [(name, []), (opinion, []), (name, [house.town.unit("finance")]), (name, [])]


async def test_a_link_after_which_the_same_organ_has_it_interrupts_nobody(house: House) -> None:
    name = await filed(house, NOBODY)
    officer = await investigated(house, name, "discipline-1")
    unit = gateway.Unit(
        name=house.town.unit_name("village"), kind=gateway.Unit.KIND_VILLAGE, retire_time=LONG_AGO, revision=2
    )
    await house.hear(gateway.UnitRetired(unit=unit))

    await house("discipline-1", pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=house.town.cadre(CLERK))))

    report = await shown(house, name)
    assert (report.state, report.officer) == (pb.Report.STATE_INVESTIGATING, house.town.account(officer))
    assert "rerouted" not in await history(house, name)


async def test_what_rises_to_where_everybody_has_left_it_rises_on(house: House) -> None:
    name = await filed(house)
    for login in ("discipline-1", "discipline-2"):
        await house(login, pb.DeclareConflictRequest(name=name, reason="亲属"))

    await house("village-secretary", pb.ClassifyReportRequest(name=name, classification=pb.Report.CLASSIFICATION_MAJOR))

    report = await shown(house, name)
    assert report.level == common.LEVEL_COUNTY
    [rerouted] = await house.events(pb.ReportRerouted)
    assert rerouted.cause == pb.ReportRerouted.CAUSE_CONFLICT
    await house("county-1", pb.AssignReportRequest(name=name, officer=house.town.account("county-1")))


async def test_when_the_last_other_handler_leaves_the_next_level_has_what_is_about_the_one_who_stays(
    house: House,
) -> None:
    name, other = await filed(house), await filed(house, "village-registrar")
    village = house.town.unit("village")
    secretary = gateway.Account(
        name=house.town.account("village-secretary"),
        roles=[gateway.RoleGrant(role=common.ROLE_BRANCH_SECRETARY, scope=village)],
        disable_time=LONG_AGO,
        revision=2,
    )

    await house.hear(gateway.AccountChanged(account=secretary))

    assert (await shown(house, name)).level == common.LEVEL_TOWN
    assert (await shown(house, other)).organ == house.town.unit_name("village")


async def test_the_level_above_acts_for_the_reporter_where_the_unit_is_no_more(house: House) -> None:
    name = await filed(house)
    officer = await investigated(house, name)
    await house(officer, pb.AnswerReportRequest(name=name, finding=pb.Report.FINDING_UNSUBSTANTIATED, text="不属实。"))
    unit = gateway.Unit(
        name=house.town.unit_name("village"), kind=gateway.Unit.KIND_VILLAGE, retire_time=LONG_AGO, revision=2
    )
    await house.hear(gateway.UnitRetired(unit=unit))

    await house("discipline-1", pb.ReopenReportRequest(name=name, reason="来电表示不满意"))

    assert (await shown(house, name)).level == common.LEVEL_TOWN


@pytest.mark.parametrize("login", ["village-officer", "village-secretary"])
async def test_the_organ_that_handles_it_reopens_it_for_a_reporter_who_calls(house: House, login: str) -> None:
    name = await filed(house, "village-registrar")
    officer = await investigated(house, name)
    await house(officer, pb.AnswerReportRequest(name=name, finding=pb.Report.FINDING_UNSUBSTANTIATED, text="不属实。"))

    await house(login, pb.ReopenReportRequest(name=name, reason="来电表示不满意"))

    assert (await shown(house, name)).level == common.LEVEL_TOWN


async def until_somebody_waits(house: House) -> None:
    """Returns when a transaction waits for a row that another one holds."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while True:
        async with house.town.database.transaction(house.town.code) as tx:
            if await tx.scalar(waiting):
                return


async def test_a_change_of_a_cadre_waits_for_a_link_that_is_under_way(house: House) -> None:
    name = await filed(house, NOBODY)
    promoted = gateway.Cadre(
        name=house.town.cadre(CLERK),
        display_name=CLERK,
        unit=house.town.unit_name("village"),
        leads_town=True,
        account=house.town.account(CLERK),
        revision=2,
    )
    async with house.town.database.transaction(house.town.code) as tx:
        await organisation.hold_cadre(tx, CLERK)
        change = asyncio.create_task(house.hear(gateway.CadreChanged(cadre=promoted)))
        await until_somebody_waits(house)
        assert not change.done()
    await change
    link = pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=house.town.cadre(CLERK)))

    await house("discipline-1", link)

    assert (await shown(house, name)).level == common.LEVEL_COUNTY


async def test_a_disabled_account_never_becomes_an_officer_by_a_call_that_was_under_way(house: House) -> None:
    name = await filed(house, "village-registrar")
    village = house.town.unit("village")
    disabled = gateway.Account(
        name=house.town.account(CLERK),
        roles=[gateway.RoleGrant(role=common.ROLE_UNIT_OFFICER, scope=village)],
        disable_time=LONG_AGO,
        revision=2,
    )
    calls = [
        house("village-secretary", pb.AssignReportRequest(name=name, officer=house.town.account(CLERK))),
        house.hear(gateway.AccountChanged(account=disabled)),
    ]

    outcomes = await asyncio.gather(*calls, return_exceptions=True)

    assert all(each is None or isinstance(each, pb.AssignReportResponse | DomainError) for each in outcomes)
    assert (await shown(house, name)).officer == ""
