"""How the risks of a town stand: by unit, by aspect, and month by month."""

from __future__ import annotations

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.errors import Invalid, NotFound
from tests.integration.risk.house import House
from tests.integration.risk.reviews.steps import OCTOBER, recorded, unit_name
from tests.town_house import LONG_AGO


async def by_unit(house: House, who: str, **asked: str) -> dict[str, pb.RiskFigures]:
    request = pb.ListUnitRiskViewsRequest(parent=f"tenants/{house.town}", page_size=200, **asked)
    return {each.title: each.figures for each in (await house(who, request)).units}


async def by_aspect(house: House, who: str) -> dict[int, int]:
    """How many open yellow warnings lie in each aspect."""
    answer = await house(who, pb.ViewRiskAspectsRequest(parent=f"tenants/{house.town}"))
    return {each.aspect: each.figures.warnings_open_yellow for each in answer.aspects}


async def test_each_unit_is_shown_with_its_grades_and_open_warnings(house: House) -> None:
    head = await house.position("所长", standing=pb.Position.STANDING_LEADING)
    await house.power(head.name, extent=pb.Power.EXTENT_DECISIVE)
    await house.position("出纳")
    await house.substantiated("r1")

    shown = await by_unit(house, "party")

    finance = shown["财政所"]
    assert (finance.positions_grade_1, finance.positions_ungraded, finance.powers_grade_1) == (1, 1, 1)
    assert (finance.warnings_open_yellow, finance.information_report_substantiated) == (1, 0)
    assert shown["八一村"] == pb.RiskFigures()


async def test_with_a_period_what_was_collected_and_found_in_it_is_shown_too(house: House) -> None:
    await house.substantiated("r1")
    house.clock.set(OCTOBER)
    await house.substantiated("r2")

    september = (await by_unit(house, "leader", period="2026-09"))["财政所"]
    year = (await by_unit(house, "leader", period="2026"))["财政所"]

    assert (september.information_report_substantiated, year.information_report_substantiated) == (1, 2)


async def test_people_of_a_unit_see_their_own_alone(house: House) -> None:
    await house.substantiated("r1")

    assert list(await by_unit(house, "officer")) == ["财政所"]
    assert await by_unit(house, "village-officer", unit=unit_name(house)) == {}
    assert set((await by_aspect(house, "village-officer")).values()) == {0}
    answer = await house("village-officer", pb.ViewRiskTrendRequest(parent=f"tenants/{house.town}"))
    assert {each.figures.information_report_substantiated for each in answer.months} == {0}


async def test_warnings_stand_in_the_aspect_in_which_they_lie(house: House) -> None:
    await house.substantiated("r1")

    ethics, duty = pb.RiskInformation.ASPECT_ETHICS, pb.RiskInformation.ASPECT_DUTY
    shown = await by_aspect(house, "viewer")

    assert (shown[ethics], shown[duty], len(shown)) == (0, 1, 6)


async def test_the_trend_goes_month_by_month_up_to_the_current_one(house: House) -> None:
    await house.substantiated("r1")
    house.clock.set(OCTOBER)
    await recorded(house)
    await recorded(house)

    answer = await house("commission", pb.ViewRiskTrendRequest(parent=f"tenants/{house.town}", months=3))

    shown = [
        (each.month, each.figures.information_report_substantiated, each.figures.information_self_found)
        for each in answer.months
    ]
    assert shown == [("2026-08", 0, 0), ("2026-09", 1, 0), ("2026-10", 0, 2)]


async def test_what_moved_up_and_what_somebody_left_is_in_none_of_their_figures(house: House) -> None:
    await house.substantiated("r1", visible_to=common.LEVEL_TOWN)
    await house.substantiated("r2", recused_accounts=[f"tenants/{house.town}/accounts/discipline"])

    collected = {
        who: (await by_unit(house, who, period="2026-09"))["财政所"].information_report_substantiated
        for who in ("leader", "discipline", "party")
    }

    assert collected == {"leader": 1, "discipline": 1, "party": 2}


async def test_what_accuses_a_unit_as_a_whole_is_in_no_figure_of_whoever_has_a_role_there(house: House) -> None:
    await house.deputy()
    await house.substantiated("r1")
    await house.accused("r2")

    collected = {
        who: (await by_unit(house, who, period="2026-09"))["财政所"].information_report_substantiated
        for who in ("leader", "deputy", "discipline")
    }

    assert collected == {"leader": 1, "deputy": 1, "discipline": 2}


async def test_a_unit_out_of_sight_has_no_views(house: House) -> None:
    parent, unit = f"tenants/{house.town}", unit_name(house)
    for request in (
        pb.ViewRiskAspectsRequest(parent=parent, unit=unit),
        pb.ViewRiskTrendRequest(parent=parent, unit=unit),
    ):
        async with house.refused(NotFound):
            await house("village-officer", request)


async def test_a_unit_that_there_is_not_has_no_views(house: House) -> None:
    parent, unit = f"tenants/{house.town}", f"tenants/{house.town}/units/{house.town}.nothing"
    for request in (
        pb.ViewRiskAspectsRequest(parent=parent, unit=unit),
        pb.ViewRiskTrendRequest(parent=parent, unit=unit),
        pb.ViewRiskHeatMapRequest(parent=parent, unit=unit),
    ):
        async with house.refused(NotFound):
            await house("discipline", request)


async def test_units_that_were_retired_are_shown_too_so_that_all_add_up_to_the_town(house: House) -> None:
    await house.substantiated("r1", "village")
    await house.substantiated("r2")
    retired = house.unit_message("village", revision=2, retire_time=LONG_AGO)
    await house.hear_in(house.town, gateway.UnitChanged(unit=retired, visible_to=common.LEVEL_UNIT))

    parent, period = f"tenants/{house.town}", "2026-09"
    units = (await house("discipline", pb.ListUnitRiskViewsRequest(parent=parent, period=period))).units
    towns = pb.ListTownRiskViewsRequest(parent=f"tenants/{house.county}", period=period)
    [town] = [each for each in (await house("commission", towns)).towns if each.town == parent]

    assert [each.title for each in units if each.retired] == ["八一村"]
    for figure in ("information_report_substantiated", "warnings_yellow", "warnings_open_yellow"):
        assert sum(getattr(each.figures, figure) for each in units) == getattr(town.figures, figure) == 2


async def test_a_period_that_is_none_is_refused(house: House) -> None:
    async with house.refused(Invalid):
        await by_unit(house, "party", period="2026-13")
