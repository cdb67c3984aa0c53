"""What is assessed, who sees it, and what explains it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Denied, Invalid, NotFound
from tests.integration.agency.assessments.steps import (
    DEPARTMENT,
    OFFICER,
    POINT,
    TOWN,
    advised,
    explained,
    figures,
    granted,
    refused_case,
)
from tests.integration.agency.cases.steps import accepted, application, at_county, done, required
from tests.integration.agency.house import House
from tests.integration.agency.records import account, sweep_at

VILLAGE, COMMUNITY = "景村镇八一村便民服务代理室", "景村镇东街社区便民服务代理室"


async def at_departments(office: House) -> pb.Case:
    """A joint case that both departments have done, the finance department on the day after its ten."""
    case = await at_county(office)
    await done(office, "window", case, "civil-affairs", office.county)
    await sweep_at(office, office.clock.now() + timedelta(days=15))
    return await done(office, "finance", case, "finance", office.county)


async def test_points_stand_with_what_came_in_and_what_was_decided_there(office: House) -> None:
    await advised(office)
    await refused_case(office)
    await accepted(office)
    await advised(office, "neighbour", "community")

    found = await figures(office, "discipline", POINT)

    assert list(found) == [COMMUNITY, VILLAGE]
    village = found[VILLAGE]
    assert (village.received, village.open, village.decided) == (3, 1, 2)
    assert (village.at_once, village.granted, village.refused) == (1, 1, 1)
    assert (village.clocked, village.in_promise_rate, village.first_visit_rate) == (2, 1.0, 1.0)


async def test_time_that_was_paused_is_not_used(office: House) -> None:
    case = await accepted(office)
    await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=["收入证明"]))
    await sweep_at(office, office.clock.now() + timedelta(days=10))
    await office("agent", pb.SupplyMaterialsRequest(name=case.name, brought=["收入证明"]))
    await sweep_at(office, office.clock.now() + timedelta(days=3))
    refusal = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await office("agent", refusal)

    [village] = (await figures(office, "discipline", POINT)).values()

    assert (village.used_days, village.mean_used_days, village.late) == (1, 1.0, 0)
    assert (village.settled, village.first_visit) == (1, 0)


async def test_a_department_stands_with_its_own_time(office: House) -> None:
    case = await at_departments(office)
    await granted(office, case)

    found = await figures(office, "discipline", DEPARTMENT)

    assert {title: (each.received, each.decided, each.late) for title, each in found.items()} == {
        "县民政局": (1, 1, 0),
        "县财政局": (1, 1, 1),
    }
    assert found["县财政局"].used_days == 11


async def test_whom_a_case_was_handed_to_is_assessed_by_it(office: House) -> None:
    case = await accepted(office, "SH-04")
    await office("agent", pb.OfferCaseRequest(name=case.name, to=account(office, "clerk")))
    await office("clerk", pb.TakeCaseRequest(name=case.name))
    decision = pb.DecideCaseRequest(name=case.name, outcome=pb.Case.OUTCOME_WITHDRAWN, reason="申请人不办了。")
    await office("clerk", decision)

    assert (await figures(office, "discipline", OFFICER)).keys() == {"clerk"}


async def test_a_case_with_two_notices_is_a_breach_that_is_found_behind_the_figure(office: House) -> None:
    await advised(office)
    case = (await office("agent", application(office, "SH-01"))).case
    for _ in range(2):
        await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=list(case.lacking)))
    refusal = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await office("agent", refusal)

    assert await explained(office, "agent", POINT, office.point("village"), "repeated_notice") == [case.number]


async def test_an_explanation_does_not_say_who_applied(office: House) -> None:
    await advised(office)

    request = pb.ExplainFigureRequest(
        parent=f"tenants/{office.town}", kind=TOWN, subject=f"tenants/{office.town}", figure="decided", period="2026"
    )
    answer = await office("party", request)

    assert len(answer.cases) == 1
    assert "张三" not in str(answer)


async def test_a_period_is_a_year_a_quarter_a_month_or_two_days(office: House) -> None:
    await advised(office)

    for period in ("2026", "2026Q3", "2026-09", "2026-09-01/2026-09-01"):
        assert list(await figures(office, "party", POINT, period=period)) == [VILLAGE]
    for period in ("2025", "2026Q4", "2026-08", "2026-09-02/2026-12-31"):
        assert await figures(office, "party", POINT, period=period) == {}


async def test_subjects_are_in_the_order_of_a_figure_page_by_page(office: House) -> None:
    await advised(office)
    for _ in range(2):
        await advised(office, "neighbour", "community")
    parent = f"tenants/{office.town}"

    assert list(await figures(office, "party", POINT, order_by="decided")) == [VILLAGE, COMMUNITY]
    first = await office(
        "party",
        pb.ListFiguresRequest(parent=parent, kind=POINT, period="2026", order_by="decided desc", page_size=1),
    )
    second = await office(
        "party",
        pb.ListFiguresRequest(
            parent=parent,
            kind=POINT,
            period="2026",
            order_by="decided desc",
            page_size=1,
            page_token=first.next_page_token,
        ),
    )
    assert [each.title for answer in (first, second) for each in answer.subjects] == [COMMUNITY, VILLAGE]
    assert (first.total.decided, second.total.decided, second.next_page_token) == (3, 3, "")


async def test_each_sees_what_concerns_them(office: House) -> None:
    await advised(office)
    await advised(office, "neighbour", "community")
    await granted(office, await at_departments(office))
    every_point = [COMMUNITY, VILLAGE]
    seen = {
        "agent": (["agent"], [VILLAGE], [], []),
        "clerk": ([], every_point, ["景村镇"], []),
        "party": (["agent", "neighbour"], every_point, ["景村镇"], ["县民政局", "县财政局"]),
        "commission": (["agent", "neighbour"], every_point, ["景村镇"], ["县民政局", "县财政局"]),
        "viewer": ([], every_point, ["景村镇"], ["县民政局", "县财政局"]),
        "finance": ([], [], [], ["县财政局"]),
    }

    for login, expected in seen.items():
        found = [list(await figures(office, login, kind, period="2026")) for kind in (OFFICER, POINT, TOWN, DEPARTMENT)]
        assert tuple(found) == expected, login


async def test_what_is_out_of_sight_is_not_explained(office: House) -> None:
    await advised(office, "neighbour", "community")

    with pytest.raises(NotFound):
        await explained(office, "agent", POINT, office.point("community"), "decided")
    with pytest.raises(NotFound):
        await explained(office, "agent", OFFICER, account(office, "neighbour"), "decided")


async def test_a_point_does_not_learn_which_card_was_dissatisfied(office: House) -> None:
    parent = f"tenants/{office.town}"
    card = await office("agent", pb.HandOutCardRequest(parent=parent, point=office.point("village")))
    returned = pb.ReturnCardRequest(
        parent=parent, code=card.return_code, satisfaction=pb.SATISFACTION_DISSATISFIED, opinion="等了很久。"
    )
    await office("citizen", returned)

    [village] = (await figures(office, "agent", POINT)).values()
    assert (village.cards_handed_out, village.cards_returned, village.cards_dissatisfied) == (1, 1, 1)
    with pytest.raises(Denied):
        await explained(office, "agent", POINT, office.point("village"), "cards_dissatisfied")
    assert len(await explained(office, "discipline", POINT, office.point("village"), "cards_dissatisfied")) == 1


async def test_the_county_sees_its_towns_side_by_side_and_departments_over_all_of_them(office: House) -> None:
    await granted(office, await at_departments(office))
    window = office.point("civil-affairs", office.county)
    own = pb.CreateCaseRequest(
        parent=f"tenants/{office.county}",
        point=window,
        item="SH-01",
        applicant=pb.Case.Applicant(name="张三", phone="13809140001"),
        brought=await required(office),
    )
    case = (await office("window", own)).case
    await office("window", pb.AcceptCaseRequest(name=case.name))

    towns = await figures(office, "commission", TOWN, office.county, period="2026")
    departments = await figures(office, "window", DEPARTMENT, office.county, period="2026")

    assert {title: each.received for title, each in towns.items()} == {"洛南县": 1, "景村镇": 1}
    assert {title: (each.received, each.decided) for title, each in departments.items()} == {"县民政局": (2, 1)}


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("period", {"period": "2026-13"}),
        ("period", {"period": "2026-02-30/2026-03-01"}),
        ("period", {"period": "2026-09-02/2026-09-01"}),
        ("period", {}),
        ("order_by", {"period": "2026", "order_by": "beauty"}),
    ],
)
async def test_what_cannot_be_assessed_is_refused_with_its_field(
    office: House, field: str, asked: dict[str, Any]
) -> None:
    request = pb.ListFiguresRequest(parent=f"tenants/{office.town}", kind=POINT, **asked)

    with pytest.raises(Invalid) as refusal:
        await office("party", request)

    assert [each.field for each in refusal.value.violations] == [field]


@pytest.mark.parametrize("figure", ["in_promise_rate", "beauty"])
async def test_a_rate_and_what_is_no_figure_have_no_cases(office: House, figure: str) -> None:
    with pytest.raises(Invalid):
        await explained(office, "party", POINT, office.point("village"), figure)


async def test_a_subject_of_another_kind_is_refused(office: House) -> None:
    with pytest.raises(Invalid):
        await explained(office, "party", DEPARTMENT, office.point("village"), "decided")
