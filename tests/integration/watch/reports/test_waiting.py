"""What waits for a level: an officer to be named, more time to be decided, an oversight, an escalation."""

from __future__ import annotations

from minshao.watch import v1 as pb

from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import answered, filed, investigated
from tests.unit.watch.reports.builders import local


async def waiting(house: House, login: str) -> list[str]:
    wanted = pb.ListReportsRequest.Filter(waiting_for_my_level=True)
    listed = await house(login, pb.ListReportsRequest(parent=house.town.name, filter=wanted))
    return [report.name for report in listed.reports]


async def test_a_report_without_an_officer_waits_for_the_organ_that_handles_it(house: House) -> None:
    of_unit, of_town = await filed(house), await filed(house, "")

    assert await waiting(house, "village-secretary") == [of_unit]
    assert await waiting(house, "discipline-1") == [of_town]
    assert await waiting(house, "county-1") == []


async def test_what_is_investigated_waits_for_nobody(house: House) -> None:
    await investigated(house, await filed(house))

    assert [await waiting(house, login) for login in ("village-secretary", "discipline-1", "county-1")] == [[], [], []]


async def test_a_request_for_more_time_waits_for_the_level_above_until_it_is_decided(house: House) -> None:
    name = await filed(house)
    officer = await investigated(house, name)

    await house(officer, pb.RequestMoreTimeRequest(name=name, days=3, reason="等待银行流水"))

    assert await waiting(house, "discipline-1") == [name]
    assert await waiting(house, "village-secretary") == []
    await house("discipline-1", pb.DecideMoreTimeRequest(name=name, granted=True, reason="情况属实"))
    assert await waiting(house, "discipline-1") == []


async def test_an_oversight_waits_for_the_organ_that_must_answer(house: House) -> None:
    name = await filed(house)
    await investigated(house, name)

    order = pb.OrderOversightRequest(parent=house.town.name, report=name, note="请抓紧。", last_day="2026-09-30")
    await house("discipline-1", order)

    assert await waiting(house, "village-secretary") == [name]


async def test_an_escalated_report_waits_for_the_level_that_was_told_until_it_is_answered(house: House) -> None:
    name = await filed(house)
    later = await filed(house)
    await answered(house, later)

    await house.sweep_at(local(2026, 9, 20))

    assert await waiting(house, "county-1") == [name]
    await answered(house, name)
    assert await waiting(house, "county-1") == []
