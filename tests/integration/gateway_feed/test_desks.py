"""The desk of a county department: the cases of all towns that are at its window or on their way to it."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.agency import v1 as agency
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Role
from services.common.errors import Denied, Invalid, NotFound
from services.common.events import Event
from tests.gateway_feed.observatory import Observatory
from tests.gateway_feed.telling import Case, Town, Window
from tests.unit.watch.reports.builders import local

DUE = ("2026-03-12", "2026-03-05", "2026-03-09", "", "2026-03-09")


@pytest.fixture
def observatory(observatory: Observatory) -> Observatory:
    """A week later: on the ninth."""
    observatory.clock.set(local(2026, 3, 9))
    return observatory


def parent(observatory: Observatory, slug: str = "civil-affairs") -> str:
    return f"tenants/{observatory.county}/units/{observatory.county}.{slug}"


async def desk(observatory: Observatory, caller: Claims | None = None, **asked: Any) -> gateway.ListDeskCasesResponse:
    """What stands on the desk of civil affairs, or of another parent that is named."""
    wanted = {
        name: asked.pop(name)
        for name in tuple(asked)
        if name in gateway.ListDeskCasesRequest.Filter.DESCRIPTOR.fields_by_name
    }
    request = gateway.ListDeskCasesRequest(
        **{"parent": parent(observatory), **asked}, filter=gateway.ListDeskCasesRequest.Filter(**wanted)
    )
    found: gateway.ListDeskCasesResponse = await observatory(request, caller or observatory.clerk())
    return found


async def summary(
    observatory: Observatory, caller: Claims | None = None, **asked: Any
) -> gateway.GetDeskSummaryResponse:
    request = gateway.GetDeskSummaryRequest(**{"parent": parent(observatory), **asked})
    found: gateway.GetDeskSummaryResponse = await observatory(request, caller or observatory.clerk())
    return found


def names(response: gateway.ListDeskCasesResponse) -> list[str]:
    return [each.case for each in response.desk_cases]


def window(
    observatory: Observatory, start: str = "", due: str = "", slug: str = "civil-affairs", step: int = 3
) -> Window:
    return Window(desk=f"{observatory.county}.{slug}", step=step, start_date=start, due_date=due)


def came(town: Town, *windows: Window) -> tuple[Case, Event]:
    """A case of a town that these windows have, and what was told of it."""
    case = town.a_case()
    return case, case.tell(agency.CasePartDone(), windows=windows)


async def several(observatory: Observatory) -> list[Case]:
    """Cases of both towns at the window, one after the other, and one that is on its way."""
    told = [
        came(town, window(observatory, f"2026-03-0{number + 1}", due))
        for number, (due, town) in enumerate(zip(DUE, [observatory.jingcun, observatory.shimen] * 3, strict=False))
    ]
    told.append(came(observatory.shimen, window(observatory)))
    for _, event in told:
        await observatory.take(event)
    return [case for case, _ in told]


async def test_a_desk_shows_what_it_has_to_do_in_each_case(observatory: Observatory) -> None:
    case, event = came(observatory.jingcun, window(observatory, "2026-03-02", "2026-03-06"))
    case.reference.state = agency.Case.STATE_HANDLING
    await observatory.take(event, case.tell(agency.CaseUrged()))

    found = await desk(observatory)

    assert list(found.desk_cases) == [
        gateway.DeskCase(
            case=case.name,
            step=3,
            town=observatory.jingcun.code,
            town_name="景村镇",
            number=case.reference.number,
            unit=case.reference.unit,
            item=f"tenants/{observatory.county}/items/pension",
            state=agency.Case.STATE_HANDLING,
            start_date="2026-03-02",
            due_date="2026-03-06",
            promised_date="2026-03-09",
            overdue=True,
        )
    ]


async def test_the_most_urgent_of_all_towns_come_first_page_by_page(observatory: Observatory) -> None:
    cases = await several(observatory)
    same_day = sorted((cases[2].name, cases[4].name))
    without = sorted((cases[3].name, cases[5].name))

    listed, sizes, token = list[str](), list[int](), ""
    while True:
        page = await desk(observatory, page_size=2, page_token=token)
        listed += names(page)
        sizes.append(len(page.desk_cases))
        if not (token := page.next_page_token):
            break

    assert listed == [cases[1].name, *same_day, cases[0].name, *without]
    assert sizes == [2, 2, 2]
    with pytest.raises(Invalid):
        first = await desk(observatory, page_size=2)
        await desk(observatory, page_size=2, page_token=first.next_page_token, order_by="start_date")


async def test_or_what_came_first_and_last_what_is_on_its_way(observatory: Observatory) -> None:
    cases = await several(observatory)

    first = await desk(observatory, page_size=4, order_by="start_date")
    second = await desk(observatory, page_size=4, order_by="start_date", page_token=first.next_page_token)

    assert names(first) + names(second) == [case.name for case in cases]


async def test_a_desk_is_narrowed(observatory: Observatory) -> None:
    cases = await several(observatory)

    assert names(await desk(observatory, overdue=True)) == [cases[1].name]
    assert names(await desk(observatory, paused=True)) == [cases[3].name]
    assert len(names(await desk(observatory, here=True))) == 5
    assert set(names(await desk(observatory, town=observatory.jingcun.code))) == {
        case.name for case in (cases[0], cases[2], cases[4])
    }
    assert names(await desk(observatory, number=cases[2].reference.number)) == [cases[2].name]
    assert len(names(await desk(observatory, item="pension"))) == 6
    assert names(await desk(observatory, item="SH-01")) == []


async def test_a_joint_case_stands_on_each_desk_until_that_desk_is_done(observatory: Observatory) -> None:
    both = [window(observatory, "2026-03-04", "2026-03-10", slug) for slug in ("civil-affairs", "finance")]
    case, event = came(observatory.jingcun, *both)
    await observatory.take(event)
    finance: dict[str, Any] = {"caller": observatory.clerk("finance"), "parent": parent(observatory, "finance")}
    assert names(await desk(observatory)) == names(await desk(observatory, **finance)) == [case.name]

    await observatory.take(case.tell(agency.CasePartDone(), windows=both[1:]))

    assert names(await desk(observatory)) == []
    assert names(await desk(observatory, **finance)) == [case.name]


async def test_events_that_come_twice_change_nothing(observatory: Observatory) -> None:
    case, event = came(observatory.jingcun, window(observatory))
    later = case.tell(agency.CasePartDone(), windows=[window(observatory, "2026-03-04", "2026-03-10")])
    await observatory.take(event, later)

    await observatory.take(event, later, event)

    assert [each.due_date for each in (await desk(observatory)).desk_cases] == ["2026-03-10"]
    assert (await summary(observatory)).total == gateway.DeskFigures(open=1)


async def test_the_summary_counts_by_town_and_in_all(observatory: Observatory) -> None:
    cases = await several(observatory)
    jingcun: dict[str, Any] = {"town": observatory.jingcun.code, "town_name": "景村镇"}
    shimen: dict[str, Any] = {"town": observatory.shimen.code, "town_name": "石门镇"}

    found = await summary(observatory)

    assert found.total == gateway.DeskFigures(open=6, coming=1, paused=1, due_today=2, overdue=1)
    assert list(found.towns) == [
        gateway.DeskFigures(**jingcun, open=3, due_today=2),
        gateway.DeskFigures(**shimen, open=3, coming=1, paused=1, overdue=1),
    ]
    for case in cases:
        await observatory.take(case.tell(agency.CaseDecided(), windows=[]))
    assert await summary(observatory) == gateway.GetDeskSummaryResponse(total=gateway.DeskFigures())


async def test_who_works_at_the_window_its_leader_and_the_county_see_it_and_nobody_else(
    observatory: Observatory,
) -> None:
    case, event = came(observatory.jingcun, window(observatory))
    await observatory.take(event)

    for caller in (observatory.clerk(), observatory.clerk(role=Role.UNIT_LEADER), observatory.officer()):
        assert names(await desk(observatory, caller)) == [case.name]
        assert (await summary(observatory, caller)).total.open == 1
    others = observatory.clerk("finance"), observatory.clerk("finance", Role.UNIT_LEADER), observatory.town_officer()
    for caller in (*others, observatory.viewer()):
        with pytest.raises(Denied):
            await desk(observatory, caller)
        with pytest.raises(Denied):
            await summary(observatory, caller)


async def test_only_a_department_of_the_county_has_a_desk(observatory: Observatory) -> None:
    town = observatory.jingcun.code
    for named in (f"tenants/{town}/units/{town}.finance", f"tenants/{observatory.county}/units/611099.finance"):
        with pytest.raises(NotFound):
            await desk(observatory, observatory.officer(), parent=named)
