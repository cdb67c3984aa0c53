"""The heat map of powers × aspects."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from minshao.common import v1 as common
from minshao.risk import v1 as pb

from services.common.errors import Denied, Invalid, NotFound
from tests.integration.risk.house import House
from tests.integration.risk.reviews.steps import recorded, unit_name

ASPECTS = (*range(pb.RiskPoint.ASPECT_ETHICS, pb.RiskPoint.ASPECT_ENVIRONMENT + 1), 0)
KINDS = range(pb.Power.KIND_DECISION, pb.Power.KIND_COORDINATION + 1)
MANAGEMENT, NONE = (pb.Power.KIND_MANAGEMENT, 2), (0, 0)
PROCESS, DUTY = pb.RiskPoint.ASPECT_PROCESS, pb.RiskPoint.ASPECT_DUTY
Cell = tuple[tuple[int, int], int]


async def lines(house: House, who: str, slug: str = "", **asked: int) -> list[pb.PowerKindRiskView]:
    unit = unit_name(house, slug) if slug else ""
    request = pb.ViewRiskHeatMapRequest(parent=f"tenants/{house.town}", unit=unit, **asked)
    return list((await house(who, request)).powers)


def numbers(cell: pb.RiskCell) -> tuple[int, int, int]:
    return cell.risk_points, cell.open_warnings, cell.information


async def warm(house: House, who: str, slug: str = "", **asked: int) -> dict[Cell, tuple[int, int, int]]:
    """The cells in which something lies."""
    return {
        ((line.kind, line.grade), cell.aspect): numbers(cell)
        for line in await lines(house, who, slug, **asked)
        for cell in line.cells
        if any(numbers(cell))
    }


async def powers(house: House, who: str, **asked: Any) -> list[pb.PowerRiskView]:
    request = pb.ListPowerRiskViewsRequest(**{"parent": f"tenants/{house.town}", "page_size": 200, **asked})
    return list((await house(who, request)).powers)


async def test_each_kind_and_grade_has_a_cell_for_each_aspect_also_where_nothing_lies_in_it(house: House) -> None:
    shown = await lines(house, "viewer")

    assert [(each.kind, each.grade) for each in shown] == [*((kind, n) for kind in KINDS for n in (1, 2, 3)), NONE]
    assert all([cell.aspect for cell in each.cells] == list(ASPECTS) for each in shown)
    assert not any(any(numbers(cell)) for each in shown for cell in each.cells)


async def test_what_lies_in_a_power_stands_under_its_kind_and_grade_and_what_lies_in_none_beside_them(
    house: House,
) -> None:
    position, power = await house.clerk()
    at = {"unit": unit_name(house), "position": position.name, "power": power.name}
    await house.confirmed(power=power.name)
    await house.confirmed(aspect=DUTY)
    await house.risk_point(power=power.name)
    await recorded(house, **at)
    await recorded(house, aspect=pb.RiskInformation.ASPECT_UNSPECIFIED)

    shown = {(each.kind, each.grade): each.powers for each in await lines(house, "party")}

    assert await warm(house, "party") == {
        (MANAGEMENT, PROCESS): (1, 0, 0),
        (MANAGEMENT, DUTY): (0, 0, 1),
        (NONE, DUTY): (1, 0, 0),
        (NONE, 0): (0, 0, 1),
    }
    assert (shown[MANAGEMENT], sum(shown.values())) == (1, 1)


async def test_open_warnings_and_the_information_of_the_months_asked_for_are_counted(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("party")
    house.clock.set(house.clock.now() + timedelta(days=60))

    now, this_month = await warm(house, "party"), await warm(house, "party", months=1)
    await house.answer(warning)

    assert (now, this_month) == ({(NONE, DUTY): (0, 1, 1)}, {(NONE, DUTY): (0, 1, 0)})
    assert await warm(house, "party") == {(NONE, DUTY): (0, 0, 1)}


async def test_a_risk_point_that_is_withdrawn_is_cold(house: House) -> None:
    point = await house.confirmed()
    before = await warm(house, "party")
    await house("officer", pb.WithdrawRiskPointRequest(name=point.name, reason="不再存在。"))

    assert (before, await warm(house, "party")) == ({(NONE, PROCESS): (1, 0, 0)}, {})


async def test_people_of_a_unit_are_shown_their_own_alone(house: House) -> None:
    await house.confirmed()
    await recorded(house, "village", "village-officer")

    assert await warm(house, "officer") == {(NONE, PROCESS): (1, 0, 0)}
    assert await warm(house, "village-officer") == {(NONE, DUTY): (0, 0, 1)}
    assert await warm(house, "party", "village") == {(NONE, DUTY): (0, 0, 1)}


async def test_what_moved_up_is_in_no_cell_of_those_below_and_what_somebody_left_in_none_of_theirs(
    house: House,
) -> None:
    await house.clerk()
    await house.substantiated("r1", subject_cadre="wang-lei", visible_to=common.LEVEL_TOWN)
    left = [f"tenants/{house.town}/accounts/discipline"]
    await house.substantiated("r2", subject_cadre="wang-lei", recused_accounts=left)

    for who, seen in (("leader", 1), ("discipline", 1), ("party", 2)):
        cells = await warm(house, who)
        [line] = await powers(house, who)

        assert {cell: found[2] for cell, found in cells.items() if found[2]} == {(MANAGEMENT, DUTY): seen}
        assert [cell.information for cell in line.cells if cell.aspect == DUTY] == [seen]


async def test_powers_are_listed_with_a_cell_for_each_aspect(house: House) -> None:
    position, power = await house.clerk()
    bare = await house.power(position.name, "凭证审核", kind=pb.Power.KIND_COORDINATION)
    await house.confirmed(power=power.name)

    shown = {each.power: each for each in await powers(house, "commission")}

    assert shown.keys() == {power.name, bare.name}
    line = shown[power.name]
    assert (line.title, line.unit, line.kind, line.grade) == ("资金拨付审核", unit_name(house), *MANAGEMENT)
    assert [(cell.aspect, numbers(cell)) for cell in line.cells if any(numbers(cell))] == [(PROCESS, (1, 0, 0))]
    assert [cell.aspect for cell in shown[bare.name].cells] == list(ASPECTS)
    assert not any(any(numbers(cell)) for cell in shown[bare.name].cells)


async def test_powers_are_listed_page_by_page_the_strictest_first(house: House) -> None:
    head = await house.position("所长", standing=pb.Position.STANDING_LEADING)
    await house.power(head.name, "一", kind=pb.Power.KIND_COORDINATION)
    await house.power(head.name, "二", extent=pb.Power.EXTENT_DECISIVE)
    await house.power(head.name, "三")
    request = pb.ListPowerRiskViewsRequest(parent=f"tenants/{house.town}", order_by="grade", page_size=2)

    first = await house("officer", request)
    request.page_token = first.next_page_token
    second = await house("officer", request)

    assert [each.grade for each in (*first.powers, *second.powers)] == [1, 2, 3]
    assert second.next_page_token == ""
    assert [each.title for each in await powers(house, "party", grade=1)] == ["二"]


async def test_a_unit_out_of_sight_has_no_heat_map_and_no_powers(house: House) -> None:
    await house.clerk()

    async with house.refused(NotFound):
        await lines(house, "village-officer", "finance")
    assert await powers(house, "village-officer", unit=unit_name(house)) == []
    async with house.refused(Denied):
        await powers(house, "viewer")


async def test_more_months_than_are_counted_are_refused(house: House) -> None:
    async with house.refused(Invalid):
        await lines(house, "party", months=61)


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_cell_is_what_a_recount_comes_to(house: House, seed: int) -> None:
    random = Random(seed)
    position = await house.position("所长", standing=pb.Position.STANDING_LEADING)
    named = [
        await house.power(position.name, f"权力{n}", kind=pb.Power.Kind.ValueType(random.choice(KINDS)))
        for n in range(8)
    ]
    kinds = {"": NONE, **{each.name: (each.content.kind, each.grade) for each in named}}
    points: Counter[tuple[str, int]] = Counter()
    collected: Counter[tuple[str, int]] = Counter()
    for _ in range(5):
        power, aspect = random.choice(list(kinds)), random.randint(1, 5)
        await house.confirmed(power=power, aspect=aspect)
        points[power, aspect] += 1
    for _ in range(15):
        power, aspect = random.choice(list(kinds)), random.randint(0, 5)
        await recorded(house, power=power, position=position.name if power else "", aspect=aspect)
        collected[power, aspect] += 1

    recount: dict[Cell, Counter[str]] = {}
    for counted, what in ((points, "risk_points"), (collected, "information")):
        for (power, aspect), number in counted.items():
            recount.setdefault((kinds[power], aspect), Counter())[what] += number
    by_kind = {cell: (found["risk_points"], found["information"]) for cell, found in recount.items()}
    by_power = {key: (points[key], collected[key]) for key in (points | collected) if key[0]}

    assert {cell: (n[0], n[2]) for cell, n in (await warm(house, "party")).items() if n[0] or n[2]} == by_kind
    assert {
        (line.power, cell.aspect): (cell.risk_points, cell.information)
        for line in await powers(house, "party")
        for cell in line.cells
        if cell.risk_points or cell.information
    } == by_power
    warned = Counter((kinds[each.power], int(each.aspect)) for each in await house.warnings("party") if each.state == 1)
    assert {cell: n[1] for cell, n in (await warm(house, "party")).items() if n[1]} == dict(warned)
