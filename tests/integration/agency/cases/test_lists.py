"""Lists of cases: each sees those of the own point and desk, in pages, by what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Invalid, NotFound, TooMany
from tests.integration.agency.cases.steps import accepted, application, at_county, done, followed, received, required
from tests.integration.agency.house import House


async def listed(house: House, login: str = "clerk", order_by: str = "", **wanted: Any) -> list[str]:
    """The names of the cases on all pages of two."""
    names: list[str] = []
    token = ""
    while True:
        request = pb.ListCasesRequest(
            parent=f"tenants/{house.town}",
            page_size=2,
            page_token=token,
            order_by=order_by,
            filter=pb.ListCasesRequest.Filter(**wanted),
        )
        page = await house(login, request)
        names += [case.name for case in page.cases]
        if not (token := page.next_page_token):
            return names


async def later(house: House) -> None:
    house.clock.set(house.clock.now() + timedelta(hours=1))


async def three(house: House) -> tuple[str, str, str]:
    """One that waits for acceptance, one of seven days, and one of seventeen; received in this order."""
    waiting = await received(house)
    await later(house)
    short = await accepted(house, "SH-04")
    await later(house)
    return waiting.name, short.name, (await accepted(house)).name


async def test_the_newest_come_first_or_those_that_are_due_first(office: House) -> None:
    waiting, short, long = await three(office)

    assert await listed(office) == [long, short, waiting]
    assert await listed(office, order_by="receive_time") == [waiting, short, long]
    assert await listed(office, order_by="promised_date") == [short, long, waiting]


async def test_each_lists_what_is_of_their_point_or_comes_to_their_desk(office: House) -> None:
    waiting, short, long = await three(office)
    other = (await received(office, "SH-04", "neighbour", slug="community")).name

    assert set(await listed(office, "clerk")) == {waiting, short, long, other}
    assert set(await listed(office, "agent")) == {waiting, short, long}
    assert await listed(office, "neighbour") == [other]
    assert set(await listed(office, "window")) == {waiting, long}
    assert await listed(office, "stranger") == []


async def test_a_list_is_narrowed_to_a_desk_a_state_an_item_and_a_number(office: House) -> None:
    case = await at_county(office)
    other = await received(office, "SH-04")
    desk = f"tenants/{office.county}/units/{office.unit('finance', office.county)}"

    assert await listed(office, "finance", desk=desk) == [case.name]
    assert await listed(office, states=[pb.Case.STATE_RECEIVED]) == [other.name]
    assert await listed(office, item="SH-01") == [case.name]
    assert await listed(office, number=other.number) == [other.name]
    await done(office, "finance", case, "finance", office.county)
    assert await listed(office, "finance", desk=desk) == []


async def test_what_is_overdue_and_what_is_mine(office: House) -> None:
    _, short, long = await three(office)
    office.clock.set(office.clock.now() + timedelta(days=14))

    assert await listed(office, overdue=True) == [short]
    assert long in await listed(office, "agent", mine=True)
    assert await listed(office, "clerk", mine=True) == []


async def test_a_desk_lists_by_its_own_last_days_what_is_due_and_what_is_late(office: House) -> None:
    """The promise of the one that came first lasts longer than that of the second, the room's own days end before."""
    long = (await accepted(office)).name
    office.clock.set(office.clock.now() + timedelta(days=1))
    short = (await accepted(office, "SH-04")).name
    village = f"tenants/{office.town}/units/{office.unit('village')}"

    assert await listed(office, order_by="promised_date", desk=village) == [short, long]
    assert await listed(office, order_by="due_date", desk=village) == [long, short]
    office.clock.set(office.clock.now() + timedelta(days=2))
    assert await listed(office, desk=village, overdue=True) == [long]
    assert await listed(office, overdue=True) == []
    with pytest.raises(Invalid) as refused:
        await listed(office, order_by="due_date")
    assert refused.value.violations[0].field == "order_by"


async def test_a_page_token_of_another_order_is_refused(office: House) -> None:
    await three(office)
    first = await office("clerk", pb.ListCasesRequest(parent=f"tenants/{office.town}", page_size=1))

    with pytest.raises(Invalid):
        await office(
            "clerk",
            pb.ListCasesRequest(
                parent=f"tenants/{office.town}",
                page_size=1,
                page_token=first.next_page_token,
                order_by="promised_date",
            ),
        )


async def test_a_list_never_tells_who_applied(office: House) -> None:
    await accepted(office)

    page = await office("agent", pb.ListCasesRequest(parent=f"tenants/{office.town}"))

    assert [case.HasField("applicant") for case in page.cases] == [False]


async def test_an_applicant_follows_the_case_by_its_code_from_desk_to_desk_to_the_result(office: House) -> None:
    answer = await office("agent", application(office, brought=await required(office)))
    code, case = answer.receipt_code, answer.case
    assert (await followed(office, code)).desks == ["八一村"]
    await office("agent", pb.AcceptCaseRequest(name=case.name))
    await done(office, "agent", case, "village")
    await done(office, "clerk", case, "service-centre")

    at_work = await followed(office, code)
    await office(
        "window",
        pb.DecideCaseRequest(
            name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="收入超过标准。", remedies="可以申请行政复议。"
        ),
    )
    ended = await followed(office, code)

    assert set(at_work.desks) == {"县民政局", "县财政局"}
    assert at_work.promised_date == "2026-09-23"
    assert (ended.state, list(ended.desks)) == (pb.Case.STATE_DECIDED, [])
    assert (ended.result, ended.remedies) == ("收入超过标准。", "可以申请行政复议。")
    decided = (await office("window", pb.GetCaseRequest(name=case.name))).case
    assert (decided.result, decided.remedies) == (ended.result, ended.remedies)
    overseen = (await office("discipline", pb.GetCaseRequest(name=case.name))).case
    assert (overseen.result, overseen.remedies) == ("", "")


async def test_a_wrong_code_opens_nothing_and_ten_of_them_are_enough(office: House) -> None:
    await received(office)
    for n in range(10):
        with pytest.raises(NotFound):
            await followed(office, f"{n:016}")

    with pytest.raises(TooMany):
        await followed(office, "9" * 16)
