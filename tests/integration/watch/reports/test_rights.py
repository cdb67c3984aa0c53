"""Who may do what with a report: its officer, who assigns in the organ, who keeps the register of the post."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.risk import v1 as risk
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.errors import Denied, Refused
from services.common.instants import stamp
from tests.called import told_of
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import (
    CLERK,
    NOBODY,
    a_supervisor,
    answered,
    filed,
    history,
    investigated,
    shown,
)
from tests.unit.watch.reports.builders import local

NOW = local(2026, 9, 1)
OPINION: dict[str, Any] = {"kind": pb.Report.KIND_OPINION, "subject": pb.Subject(about="路灯")}


def a_handing_over(house: House, name: str, officer: str) -> pb.HandOverReportRequest:
    return pb.HandOverReportRequest(name=name, officer=house.town.account(officer), reason="外出学习")


def a_telling(house: House, name: str) -> pb.TellAnswerRequest:
    told = pb.Telling(teller="包村干部", manner="上门", tell_time=stamp(house.town.clock.now()))
    return pb.TellAnswerRequest(name=name, telling=told)


async def a_colleague(house: House) -> str:
    """Another officer of the village, who handles nothing."""
    await house.person("zhangsan", (Role.UNIT_OFFICER, house.town.unit("village")))
    return "zhangsan"


@pytest.mark.parametrize("giver", ["village-officer", "village-secretary"])
async def test_its_officer_hands_a_report_over_and_so_does_the_secretary(house: House, giver: str) -> None:
    colleague = await a_colleague(house)
    name = await filed(house, "village-registrar")
    await investigated(house, name, "village-secretary", "village-officer")

    handed = (await house(giver, a_handing_over(house, name, colleague))).report

    assert handed.officer == house.town.account(colleague)


async def test_a_colleague_hands_over_nothing_of_another_officer(house: House) -> None:
    colleague = await a_colleague(house)
    name = await filed(house, "village-registrar")
    await investigated(house, name, "village-secretary", "village-officer")
    before = await house.ledger_size()
    everything = pb.HandOverAllRequest(
        parent=house.town.name,
        from_officer=house.town.account("village-officer"),
        to_officer=house.town.account(colleague),
        reason="外出学习",
    )

    with pytest.raises(Denied, match="NOT_ITS_OFFICER"):
        await house(colleague, a_handing_over(house, name, colleague))
    response = await house(colleague, everything)

    assert (list(response.reports), list(response.left)) == ([], [])
    assert (await house.ledger_size(), (await shown(house, name)).officer) == (
        before,
        house.town.account("village-officer"),
    )


@pytest.mark.parametrize(
    ("about", "giver", "to"), [(NOBODY, "discipline-2", "discipline-2"), ("mayor", "county-2", "county-2")]
)
async def test_above_the_unit_any_officer_of_the_level_hands_over(
    house: House, about: str, giver: str, to: str
) -> None:
    name = await filed(house, about)
    await investigated(house, name, giver, to.replace("2", "1"))

    assert (await house(giver, a_handing_over(house, name, to))).report.officer == house.town.account(to)


async def test_what_nobody_has_linked_is_linked_by_the_registrar_of_its_post(house: House) -> None:
    name = await filed(house, NOBODY, **OPINION)

    linked = await house("village-registrar", pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=clerk(house))))

    assert linked.report.subject.cadre == clerk(house)


@pytest.mark.parametrize(("about", "by"), [(CLERK, "village-registrar"), (CLERK, "county-1")])
async def test_what_is_linked_is_linked_anew_by_its_organ_and_the_level_above_alone(
    house: House, about: str, by: str
) -> None:
    name = await filed(house, about)
    link = pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=house.town.cadre("finance-clerk")))
    before = await history(house, name)

    with pytest.raises(Denied, match="NOT_LINKER"):
        await house(by, link)

    assert await history(house, name) == before
    assert (await house("discipline-1", link)).report.organ == house.town.unit_name("finance")


async def test_the_answer_is_told_by_the_organ_by_who_brought_the_report_and_by_the_registrar(house: House) -> None:
    await a_supervisor(house)
    by_supervisor = await filed(house, by="wanglei", channel=pb.Report.CHANNEL_SUPERVISOR)
    await answered(house, by_supervisor)

    for login in ("village-secretary", "wanglei", "village-registrar"):
        assert (await house(login, a_telling(house, by_supervisor))).report.telling.HasField("tell_time")


async def test_sight_alone_neither_tells_the_answer_nor_reopens(house: House) -> None:
    await a_supervisor(house)
    name = await filed(house)
    await answered(house, name)
    before = await history(house, name)
    reopen = pb.ReopenReportRequest(name=name, reason="没有调查")
    calls: list[tuple[str, Message]] = [
        ("wanglei", a_telling(house, name)),
        ("county-1", a_telling(house, name)),
        ("wanglei", reopen),
        ("county-1", reopen),
    ]

    for login, call in calls:
        with pytest.raises(Denied, match="NOT_FOR_REPORTER"):
            await house(login, call)

    assert await history(house, name) == before
    assert (await house("village-registrar", reopen)).report.reopened


@pytest.mark.parametrize("unit", ["village", "finance", "nowhere", ""])
async def test_a_supervisor_out_of_office_gets_one_answer_whatever_unit_they_name(house: House, unit: str) -> None:
    await a_supervisor(house)
    house.town.clock.set(local(2027, 9, 1, 0))
    name = house.town.unit_name(unit) if unit else ""
    register = pb.ExportRegisterRequest(
        parent=house.town.name, year=2026, format=pb.ExportRegisterRequest.FORMAT_XLSX, unit=name
    )

    with pytest.raises(Denied, match="NOT_IN_OFFICE"):
        await house("wanglei", register)


async def test_a_report_waits_for_its_officer_and_is_not_handed_over_before(house: House) -> None:
    name = await filed(house)

    with pytest.raises(Refused, match="UNASSIGNED"):
        await house("village-secretary", a_handing_over(house, name, "village-secretary"))


def clerk(house: House) -> str:
    return house.town.cadre(CLERK)


async def test_what_was_done_is_told_to_who_may_read_what_was_found_and_to_nobody_else(house: House) -> None:
    accusation, opinion = await filed(house), await filed(house, NOBODY, **OPINION)
    readers = ("village-secretary", "village-registrar", "discipline-1")

    await house.hear_risk(told_of(("disposition", "d1"), house.town.code, a_criticism(house, accusation, opinion), NOW))

    told = {name: [who for who in readers if (await shown(house, name, who)).effects] for name in (accusation, opinion)}
    assert told == {accusation: ["village-secretary"], opinion: list(readers)}


def a_criticism(house: House, *reports: str) -> risk.DispositionRecorded:
    return risk.DispositionRecorded(
        disposition=f"{house.town.name}/dispositions/d1",
        severity=risk.Disposition.SEVERITY_CRITICISM,
        origins=reports,
        visible_to=common.LEVEL_UNIT,
    )
