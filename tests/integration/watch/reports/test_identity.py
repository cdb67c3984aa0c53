"""Who reported, what a supervisor sees of what they brought, and leaving or handing over a report."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.message import Message
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from services.common.access import Claims, Role
from services.common.errors import Denied, DomainError, NotFound, Refused
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import (
    NOBODY,
    a_supervisor,
    answered,
    filed,
    history,
    investigated,
    shown,
    told,
)
from tests.luonan_town import NEVER
from tests.unit.watch.reports.builders import local

NAMED: dict[str, Any] = {
    "reporter_mode": pb.Report.REPORTER_MODE_NAMED,
    "reporter": pb.Reporter(name="王小明", contact="13800000000"),
}
BROUGHT: dict[str, Any] = {
    "by": "wanglei",
    "channel": pb.Report.CHANNEL_SUPERVISOR,
    "reporter_mode": pb.Report.REPORTER_MODE_THROUGH_SUPERVISOR,
}


async def reveal(house: House, name: str, login: str) -> pb.Reporter:
    request = pb.RevealIdentityRequest(name=name, reason="需要当面核实")
    reporter: pb.Reporter = (await house(login, request)).reporter
    return reporter


async def test_the_discipline_officer_who_handles_it_looks_with_a_reason_and_on_record(house: House) -> None:
    name = await filed(house, NOBODY, **NAMED)
    await investigated(house, name, "discipline-2", "discipline-1")

    reporter = await reveal(house, name, "discipline-1")

    assert (reporter.name, reporter.contact) == ("王小明", "13800000000")
    timeline = (await house("discipline-2", pb.GetTimelineRequest(name=name))).entries
    assert (timeline[-1].type, timeline[-1].actor) == (
        "watch.report.identity_revealed",
        house.town.account("discipline-1"),
    )
    [event] = await house.events(pb.ReportIdentityRevealed)
    assert len(event.reason.mac) == 32


@pytest.mark.parametrize("about", ["village-officer", "mayor", NOBODY], ids=["unit", "county", "town"])
async def test_nobody_else_looks_and_no_try_leaves_a_trace(house: House, about: str) -> None:
    name = await filed(house, about, **NAMED)
    decider = {"village-officer": "village-secretary", "mayor": "county-2", NOBODY: "discipline-2"}[about]
    await investigated(house, name, decider)
    before = await house.ledger_size()

    for login in ("village-secretary", "village-registrar", "discipline-1", "county-1", "county-viewer", "party"):
        with pytest.raises((Denied, NotFound)):
            await reveal(house, name, login)

    assert await house.ledger_size() == before


@pytest.mark.parametrize(("about", "looker"), [(NOBODY, "discipline-1"), ("mayor", "county-1")])
async def test_as_long_as_no_officer_is_named_nobody_looks(house: House, about: str, looker: str) -> None:
    name = await filed(house, about, **NAMED)
    before = await house.ledger_size()

    with pytest.raises(Refused, match="UNASSIGNED"):
        await reveal(house, name, looker)

    assert await house.ledger_size() == before


async def test_who_handed_a_report_over_looks_no_more(house: House) -> None:
    name = await filed(house, NOBODY, **NAMED)
    await investigated(house, name, "discipline-1")
    successor = house.town.account("discipline-2")
    await house("discipline-1", pb.HandOverReportRequest(name=name, officer=successor, reason="外出学习"))

    with pytest.raises(Denied, match="NOT_HANDLING_DISCIPLINE"):
        await reveal(house, name, "discipline-1")
    assert (await reveal(house, name, "discipline-2")).name == "王小明"


async def test_what_has_no_identity_has_none_to_show(house: House) -> None:
    name = await filed(house, NOBODY)
    await investigated(house, name, "discipline-1")
    before = await house.ledger_size()

    with pytest.raises(Refused, match="NO_IDENTITY"):
        await reveal(house, name, "discipline-1")

    assert await house.ledger_size() == before


async def test_no_answer_of_any_call_tells_who_reported(house: House) -> None:
    response = await told(house, NOBODY, **NAMED)
    name = response.report.name
    await answered(house, name, "discipline-1")
    calls: list[Message] = [
        pb.GetReportRequest(name=name),
        pb.ListReportsRequest(parent=house.town.name),
        pb.GetTimelineRequest(name=name),
        pb.ListMessagesRequest(name=name),
    ]

    answers = [str(await house("discipline-1", call)) for call in calls]

    assert all("王小明" not in answer and "13800000000" not in answer for answer in answers)
    assert "王小明" not in str(response.report)


async def test_a_supervisor_follows_what_they_brought_and_reads_what_they_wrote_and_no_more(house: House) -> None:
    await a_supervisor(house)
    name = await filed(house, NOBODY, **BROUGHT, text="补助名单没有公示。")
    link = pb.Subject(about="据查为财政所所长", cadre=house.town.cadre("finance-head"))
    await house("discipline-1", pb.LinkSubjectRequest(name=name, subject=link))
    officer = await investigated(house, name, "discipline-1")
    await house(officer, pb.RequestMoreTimeRequest(name=name, days=3, reason="等待银行流水"))
    await house(officer, pb.AnswerReportRequest(name=name, finding=pb.Report.FINDING_PARTLY, text="已处理当事人。"))

    report = await shown(house, name, "wanglei")

    assert (report.text, report.subject.about) == ("补助名单没有公示。", "村干部")
    assert report.state == pb.Report.STATE_ANSWERED
    assert (report.subject.cadre, report.subject.unit, list(report.proposal_reasons)) == ("", "", [])
    assert {"more_time", "answer"}.isdisjoint(field.name for field, _ in report.ListFields())
    assert "据查" not in str(report)


async def moves(house: House, name: str, login: str) -> list[tuple[str, str]]:
    """What happened to a report by somebody's timeline, and what is said of it, from behind the registration."""
    _, *entries = (await house(login, pb.GetTimelineRequest(name=name))).entries
    return [(entry.type.removeprefix("watch.report."), entry.summary) for entry in entries]


@pytest.mark.parametrize(
    ("linked_to", "handler", "organ", "why"),
    [
        ("village-head", "discipline-1", "镇纪委", "被反映人为单位负责人"),
        ("mayor", "county-1", "县纪委监委", "涉及镇领导或镇纪委"),
        ("finance-clerk", "finance-secretary", "财政所", "已明确被反映人"),
    ],
)
async def test_a_supervisor_learns_which_organ_has_what_they_brought_but_neither_why_nor_that_it_was_linked(
    house: House, linked_to: str, handler: str, organ: str, why: str
) -> None:
    await a_supervisor(house)
    name = await filed(house, **BROUGHT)

    link = pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=house.town.cadre(linked_to)))
    await house("village-secretary", link)

    assert await moves(house, name, "wanglei") == [("rerouted", f"改由{organ}办理")]
    assert await moves(house, name, handler) == [("subject_linked", ""), ("rerouted", f"{why}，改由{organ}办理")]


async def test_a_supervisor_does_not_learn_who_left_what_they_brought_because_of_a_conflict(house: House) -> None:
    await a_supervisor(house)
    name = await filed(house, "village-registrar", **BROUGHT)

    for login in ("village-officer", "village-secretary"):
        await house(login, pb.DeclareConflictRequest(name=name, reason="亲戚"))

    assert await moves(house, name, "wanglei") == [("rerouted", "改由镇纪委办理")]
    assert [what for what, _ in await moves(house, name, "discipline-1")] == ["conflict_declared"] * 2 + ["rerouted"]


async def test_what_a_supervisor_brought_is_followed_up_to_the_county(house: House) -> None:
    await a_supervisor(house)
    name = await filed(house, "mayor", **BROUGHT)

    assert (await shown(house, name, "wanglei")).level == 3
    with pytest.raises(NotFound):
        await shown(house, name, "village-registrar")


async def test_another_supervisor_of_the_post_sees_the_register_without_the_text(house: House) -> None:
    await a_supervisor(house)
    await a_supervisor(house, "zhangsan", "张三")
    name = await filed(house, **BROUGHT)

    report = await shown(house, name, "zhangsan")

    assert (report.number, report.text, report.subject.about) == ("景村监〔2026〕1号", "", "")


async def test_a_supervisor_out_of_office_sees_nothing_and_brings_nothing_with_a_token_that_is_valid(
    house: House,
) -> None:
    await a_supervisor(house)
    name = await filed(house, **BROUGHT)
    house.town.clock.set(local(2027, 9, 1, 0))
    before = await house.ledger_size()
    calls: list[Message] = [
        pb.GetReportRequest(name=name),
        pb.ListReportsRequest(parent=house.town.name),
        pb.GetTimelineRequest(name=name),
        pb.DeclareConflictRequest(name=name, reason="亲戚"),
        pb.ReopenReportRequest(name=name, reason="没有调查"),
        pb.ExportRegisterRequest(parent=house.town.name, year=2026, format=pb.ExportRegisterRequest.FORMAT_XLSX),
    ]

    for call in calls:
        with pytest.raises(Denied, match="NOT_IN_OFFICE"):
            await house("wanglei", call)
    with pytest.raises(Denied, match="NOT_IN_OFFICE"):
        await filed(house, **BROUGHT)

    assert await house.ledger_size() == before


async def test_a_registrar_who_is_supervisor_too_registers_what_came_by_telephone(house: House) -> None:
    supervisor = await a_supervisor(house)
    village = house.town.unit("village")
    await house.person("wanglei", (Role.SUPERVISOR, village), (Role.REGISTRAR, village))

    name = await filed(house, by="wanglei", channel=pb.Report.CHANNEL_TELEPHONE)

    assert (await shown(house, name)).channel == pb.Report.CHANNEL_TELEPHONE
    assert supervisor.account == house.town.account("wanglei")


async def test_a_conflict_of_every_handler_moves_a_report_up_level_by_level_and_never_out_of_a_hand(
    house: House,
) -> None:
    name = await filed(house, "finance-head", kind=pb.Report.KIND_OPINION, subject=pb.Subject(about="路灯"))
    organs = []

    for login in ("village-officer", "village-secretary", "discipline-1", "discipline-2", "county-1"):
        await house(login, pb.DeclareConflictRequest(name=name, reason="亲戚"))
        with pytest.raises(NotFound):
            await shown(house, name, login)
        organs.append((await shown(house, name, "county-2")).organ.rpartition("/")[2])

    town = house.town
    assert organs == [
        town.unit("village"),
        town.unit("discipline"),
        town.unit("discipline"),
        f"{town.county}.discipline",
        f"{town.county}.discipline",
    ]


async def test_the_last_officer_of_the_county_leaves_it_to_the_county(house: House) -> None:
    name = await filed(house, "mayor")
    await investigated(house, name, "county-1", "county-2")

    for login in ("county-2", "county-1"):
        await house(login, pb.DeclareConflictRequest(name=name, reason="亲戚"))

    [*_, event] = await house.events(pb.ReportConflictDeclared)
    assert (event.report.organ, event.report.level) == (f"{house.town.county}.discipline", 3)
    assert list(event.report.recused_accounts) == [house.town.account("county-2"), house.town.account("county-1")]


async def test_who_left_a_report_is_not_named_its_officer_again(house: House) -> None:
    name = await filed(house, NOBODY)
    await house("discipline-1", pb.DeclareConflictRequest(name=name, reason="亲戚"))
    before = await history(house, name)

    with pytest.raises(Refused):
        await house("discipline-2", pb.AssignReportRequest(name=name, officer=house.town.account("discipline-1")))

    assert await history(house, name) == before


async def test_an_officer_whom_the_link_shows_it_to_be_about_leaves_it(house: House) -> None:
    name = await filed(house, "village-officer")
    await investigated(house, name, "village-secretary")
    secretary = pb.Subject(cadre=house.town.cadre("village-secretary"))

    linked = await house("discipline-1", pb.LinkSubjectRequest(name=name, subject=secretary))

    assert linked.report.organ == house.town.unit_name("village")
    assert (linked.report.state, linked.report.officer) == (pb.Report.STATE_REGISTERED, "")
    with pytest.raises(NotFound):
        await shown(house, name, "village-secretary")


async def test_what_is_about_the_only_one_who_could_handle_it_goes_to_the_town(house: House) -> None:
    name = house.town.account("village-secretary")
    alone = gateway.Account(name=name, cadre=house.town.cadre("village-secretary"), revision=2)
    await house.hear(gateway.AccountChanged(account=alone))

    about_the_officer = await told(house, "village-officer")
    about_somebody = await told(house, "village-registrar")
    linked = pb.LinkSubjectRequest(
        name=about_somebody.report.name, subject=pb.Subject(cadre=house.town.cadre("village-officer"))
    )
    report = (await house("discipline-1", linked)).report

    assert about_the_officer.report.organ == house.town.unit_name("discipline")
    assert about_somebody.report.organ == house.town.unit_name("village")
    assert report.organ == house.town.unit_name("discipline")
    [event] = await house.events(pb.ReportRerouted)
    assert event.cause == pb.ReportRerouted.CAUSE_SUBJECT


async def test_a_county_officer_with_the_same_id_as_the_accused_of_a_town_handles_the_report(house: House) -> None:
    account = house.town.account("county-1")
    grants = house.town.claims["county-1"].grants
    same_id = f"tenants/{house.town.county}/cadres/discipline-1"
    house.town.claims["county-1"] = Claims(account, grants, NEVER, same_id)
    name = await filed(house, "discipline-1")

    report = await shown(house, name, "county-1")

    assert report.text
    with pytest.raises(NotFound):
        await shown(house, name, "discipline-1")


async def test_everything_of_an_officer_is_handed_over_but_what_the_other_may_not_handle(house: House) -> None:
    free, about_the_other, left, elsewhere = (
        await filed(house, "village-registrar"),
        await filed(house, "village-secretary"),
        await filed(house, "village-registrar"),
        await filed(house, NOBODY),
    )
    for name in (free, left):
        await investigated(house, name, "village-secretary", "village-officer")
    await house("village-secretary", pb.DeclareConflictRequest(name=left, reason="亲戚"))
    await investigated(house, elsewhere, "discipline-1")
    account = house.town.account
    request = pb.HandOverAllRequest(
        parent=house.town.name,
        from_officer=account("village-officer"),
        to_officer=account("village-secretary"),
        reason="外出学习",
    )

    response = await house("village-officer", request)

    assert (list(response.reports), list(response.left)) == ([free], [left])
    assert (await shown(house, free)).officer == account("village-secretary")
    assert (await shown(house, left)).officer == account("village-officer")
    assert (await shown(house, free)).state == pb.Report.STATE_INVESTIGATING
    assert await history(house, about_the_other) == ["registered"]
    assert (await shown(house, elsewhere)).officer == account("discipline-1")


async def test_nobody_hands_over_what_another_organ_handles(house: House) -> None:
    name = await filed(house, "village-registrar")
    await investigated(house, name, "village-secretary", "village-officer")
    account = house.town.account
    before = await history(house, name)

    response = await house(
        "finance-secretary",
        pb.HandOverAllRequest(
            parent=house.town.name,
            from_officer=account("village-officer"),
            to_officer=account("finance-clerk"),
            reason="外出学习",
        ),
    )

    assert (list(response.reports), list(response.left)) == ([], [])
    assert await history(house, name) == before


@pytest.mark.parametrize("officer", ["finance-clerk", "village-registrar", "village-head", "discipline-1", "nobody"])
async def test_an_officer_is_somebody_of_the_organ(house: House, officer: str) -> None:
    name = await filed(house)
    before = await history(house, name)

    with pytest.raises(DomainError):
        await house("village-secretary", pb.AssignReportRequest(name=name, officer=house.town.account(officer)))

    assert await history(house, name) == before
    assert (await shown(house, name)).officer == ""


async def test_who_decides_on_more_time_reads_what_is_asked_and_not_the_accusation(house: House) -> None:
    name = await filed(house)
    await house("village-secretary", pb.RequestMoreTimeRequest(name=name, days=3, reason="等待银行流水"))

    report = await shown(house, name, "discipline-1")

    assert (report.more_time.days, report.more_time.reason) == (3, "等待银行流水")
    assert (report.text, report.subject.about) == ("", "")
