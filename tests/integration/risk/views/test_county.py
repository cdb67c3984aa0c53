"""The county sees how the risks of its own units and of its towns stand together, and town by town."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.risk import v1 as pb

from services.common.errors import Denied
from services.common.periods import local_date
from tests.integration.risk.house import House

ETHICS, DUTY = pb.RiskInformation.ASPECT_ETHICS, pb.RiskInformation.ASPECT_DUTY


async def recorded_in_department(house: House) -> None:
    """The county's finance department finds something itself."""
    request = pb.RecordRiskInformationRequest(
        parent=f"tenants/{house.county}",
        unit=f"tenants/{house.county}/units/{house.unit('finance', house.county)}",
        kind=pb.RiskInformation.KIND_SELF_FOUND,
        aspect=DUTY,
        day=str(local_date(house.clock.now())),
        text="自查发现。",
    )
    await house("department-officer", request)


async def towns(house: House, who: str = "viewer", **asked: Any) -> list[pb.TownRiskFigures]:
    """All pages of the towns."""
    request = pb.ListTownRiskViewsRequest(**{"parent": f"tenants/{house.county}", **asked})
    shown: list[pb.TownRiskFigures] = []
    while True:
        answer = await house(who, request)
        shown.extend(answer.towns)
        if not answer.next_page_token:
            return shown
        request.page_token = answer.next_page_token


async def test_what_is_shown_of_the_county_is_its_own_and_that_of_its_towns(house: House) -> None:
    _, power = await house.clerk()
    await house.confirmed(power=power.name)
    await house.substantiated("r1")
    await recorded_in_department(house)
    parent = f"tenants/{house.county}"

    aspects = {
        each.aspect: each.figures for each in (await house("viewer", pb.ViewRiskAspectsRequest(parent=parent))).aspects
    }
    month = (await house("commission", pb.ViewRiskTrendRequest(parent=parent, months=1))).months[0].figures
    lines = (await house("viewer", pb.ViewRiskHeatMapRequest(parent=parent))).powers

    assert (aspects[DUTY].warnings_open_yellow, aspects[ETHICS].warnings_open_yellow) == (1, 0)
    assert sum(each.risk_points_standing for each in aspects.values()) == 1
    assert (month.information_report_substantiated, month.information_self_found) == (1, 1)
    assert sum(each.powers for each in lines) == 1
    assert sum(cell.risk_points for each in lines for cell in each.cells) == 1


async def test_people_of_a_department_see_their_own_unit_alone(house: House) -> None:
    await house.substantiated("r1")
    await recorded_in_department(house)

    answer = await house("department-officer", pb.ViewRiskTrendRequest(parent=f"tenants/{house.county}", months=1))

    figures = answer.months[0].figures
    assert (figures.information_report_substantiated, figures.information_self_found) == (0, 1)


async def test_each_town_is_listed_with_its_figures(house: House) -> None:
    await house.power((await house.position()).name)
    await house.substantiated("r1")
    await recorded_in_department(house)

    standing = {each.town: each for each in await towns(house)}
    [shown] = [
        each for each in await towns(house, period="2026-09", page_size=1) if each.town == f"tenants/{house.town}"
    ]

    assert standing[shown.town].title == shown.title == "景村镇"
    assert standing[shown.town].figures.information_report_substantiated == 0
    assert (shown.figures.information_report_substantiated, shown.figures.information_self_found) == (1, 0)
    assert (shown.figures.warnings_open_yellow, shown.figures.positions_grade_2) == (1, 1)
    descending = [each.town for each in await towns(house, order_by="town desc", page_size=1)]
    assert descending == sorted(standing, reverse=True)


async def test_a_town_has_no_towns_and_its_people_see_no_others(house: House) -> None:
    assert await towns(house, parent=f"tenants/{house.town}") == []
    with pytest.raises(Denied):
        await towns(house, "discipline")
