"""The rules of a county, and what changed ones would have raised."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.risk import v1 as pb

from services.common.errors import Denied, Invalid, InvalidFields, NotFound
from services.risk.inventories.store import ROWS as INVENTORIES
from tests.integration.risk.house import House
from tests.unit.watch.reports.builders import local

YELLOW, ORANGE, RED = pb.Warning.COLOUR_YELLOW, pb.Warning.COLOUR_ORANGE, pb.Warning.COLOUR_RED

WAITS = sa.text("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
"""Whether somebody waits for this transaction."""


def a_rule(**facts: Any) -> pb.AnalysisRules.Rule:
    """An audit counts ten points for a month; from ten on that is a yellow warning of the unit."""
    audit = pb.AnalysisRules.Weight(kind=pb.RiskInformation.KIND_AUDIT, points=10)
    return pb.AnalysisRules.Rule(
        **{
            "title": "审计",
            "subject": pb.AnalysisRules.SUBJECT_UNIT,
            "weights": [audit],
            "window_days": 30,
            "key_area_percent": 100,
            "key_link_percent": 100,
            "grade_percents": (100, 100, 100),
            "yellow": 10,
            "orange": 20,
            "red": 40,
            **facts,
        }
    )


async def set_rules(house: House, *rules: pb.AnalysisRules.Rule) -> pb.AnalysisRules:
    request = pb.SetAnalysisRulesRequest(parent=f"tenants/{house.county}", rules=rules)
    made: pb.AnalysisRules = (await house("commission", request)).analysis_rules
    return made


async def dry_run(house: House, first: str, last: str, *rules: pb.AnalysisRules.Rule, who: str = "discipline") -> Any:
    request = pb.DryRunRulesRequest(parent=f"tenants/{house.town}", rules=rules, first_day=first, last_day=last)
    return await house(who, request)


async def test_each_setting_is_an_edition_that_stays(house: House) -> None:
    before = (await house("officer", pb.ListAnalysisRulesRequest(parent=f"tenants/{house.town}"))).analysis_rules
    first = await set_rules(house, a_rule())
    second = await set_rules(house, a_rule(yellow=15))

    listed = (await house("officer", pb.ListAnalysisRulesRequest(parent=f"tenants/{house.town}"))).analysis_rules
    got = (
        await house("leader", pb.GetAnalysisRulesRequest(name=f"tenants/{house.town}/analysisRules/1"))
    ).analysis_rules
    assert [each.number for each in before] == [0]
    assert [each.number for each in listed] == [2, 1, 0]
    assert (got.rules[0].yellow, got.author) == (10, house.claims["commission"].subject)
    assert (first.number, second.rules[0].yellow) == (1, 15)
    told = await house.events(pb.AnalysisRulesSet, house.county)
    assert [(each.number, each.rule_count) for each in told] == [(1, 1), (2, 1)]
    with pytest.raises(NotFound):
        await house("leader", pb.GetAnalysisRulesRequest(name=f"tenants/{house.town}/analysisRules/3"))


async def test_a_town_is_analysed_anew_when_the_county_sets_rules(house: House) -> None:
    piece = await house.record()
    assert await house.warnings("leader") == []

    await set_rules(house, a_rule())
    await house.sweep_at(house.clock.now())

    [warning] = await house.warnings("leader")
    assert (warning.colour, warning.analysis_rules) == (YELLOW, f"tenants/{house.town}/analysisRules/1")
    assert [each.risk_information for each in (await house.warning(warning.name)).evidence] == [piece.name]


async def test_stricter_rules_raise_an_open_warning_and_milder_ones_leave_it(house: House) -> None:
    await set_rules(house, a_rule())
    for _ in range(2):
        await house.record()
    parent = f"tenants/{house.town}"

    await set_rules(house, a_rule(red=15, orange=12))
    run = await house("discipline", pb.RunAnalysisRequest(parent=parent))
    again = await house("discipline", pb.RunAnalysisRequest(parent=parent))
    [red] = await house.warnings("leader")
    await set_rules(house, a_rule(yellow=1000, orange=2000, red=3000))
    await house.sweep_at(house.clock.now())
    [after] = await house.warnings("leader")

    assert (run.raised_count, again.raised_count) == (1, 0)
    assert (red.colour, red.highest_colour, after) == (RED, RED, red)
    assert [each.colour for each in await house.events(pb.WarningRaised)] == [YELLOW, ORANGE, RED]


async def test_what_is_answered_while_everything_is_analysed_is_not_raised_anew(house: House) -> None:
    await set_rules(house, a_rule())
    await house.record()
    [warning] = await house.warnings("leader")
    await set_rules(house, a_rule(yellow=5, orange=8, red=10))

    async with house.database.transaction(house.town) as tx:
        await INVENTORIES.lock(tx, house.unit("finance"))
        running = asyncio.create_task(house("discipline", pb.RunAnalysisRequest(parent=f"tenants/{house.town}")))
        async with asyncio.timeout(10):
            while not running.done() and not await tx.scalar(WAITS):
                pass
        await house.answer_in(tx, warning)

    assert (await running).raised_count == 0
    [after] = await house.warnings("leader")
    assert (after.name, after.state, after.colour) == (warning.name, pb.Warning.STATE_ANSWERED, YELLOW)


async def test_what_is_recorded_while_a_warning_is_answered_counts_from_then_on(house: House) -> None:
    await set_rules(house, a_rule())
    await house.record()
    [warning] = await house.warnings("leader")

    async with house.database.transaction(house.town) as tx:
        await INVENTORIES.lock(tx, house.unit("finance"))
        recording = asyncio.create_task(house.record())
        async with asyncio.timeout(10):
            while not recording.done() and not await tx.scalar(WAITS):
                pass
        house.clock.set(house.clock.now() + timedelta(milliseconds=5))
        await house.answer_in(tx, warning)
    await recording

    [again] = [each for each in await house.warnings("leader") if each.name != warning.name]
    assert (again.state, again.information_count) == (pb.Warning.STATE_OPEN, 1)


async def test_only_the_county_sets_rules(house: House) -> None:
    size = await house.ledger_size()

    with pytest.raises(Denied):
        await house("commission", pb.SetAnalysisRulesRequest(parent=f"tenants/{house.town}", rules=[a_rule()]))
    with pytest.raises(Denied):
        await house("discipline", pb.SetAnalysisRulesRequest(parent=f"tenants/{house.county}", rules=[a_rule()]))

    assert await house.ledger_size() == size


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"window_days": -1}, "rules[0].window_days"),
        ({"window_days": 0}, "rules[0].window_days"),
        ({"decay_per_mille": -1}, "rules[0].decay_per_mille"),
        ({"decay_per_mille": 1001}, "rules[0].decay_per_mille"),
        ({"orange": 10}, "rules[0].orange"),
        ({"red": 19}, "rules[0].red"),
        ({"weights": [pb.AnalysisRules.Weight(kind=1, points=-1)]}, "rules[0].weights[0].points"),
        ({"weights": [pb.AnalysisRules.Weight(kind=1, points=1)] * 2}, "rules[0].weights"),
        ({"weights": [pb.AnalysisRules.Weight(kind=99, points=1)]}, "rules[0].weights[0].kind"),
        ({"grade_percents": (100, 100)}, "rules[0].grade_percents"),
    ],
)
async def test_what_are_no_rules_is_told_with_the_field(house: House, facts: dict[str, Any], field: str) -> None:
    size = await house.ledger_size()

    with pytest.raises(InvalidFields) as refused:
        await set_rules(house, a_rule(**facts))

    assert field in [each.field for each in refused.value.violations]
    assert await house.ledger_size() == size


async def test_two_rules_of_one_title_are_refused(house: House) -> None:
    with pytest.raises(InvalidFields) as refused:
        await set_rules(house, a_rule(), a_rule())

    assert refused.value.violations[0].field == "rules[1].title"


async def test_a_dry_run_shows_what_would_have_been_raised_and_writes_nothing(house: House) -> None:
    clerk = await house.position()
    for day in ("2026-08-03", "2026-08-10", "2026-08-11"):
        await house.record(day=day, position=clerk.name)
    await house.record("village-officer", slug="village", day="2026-08-20")
    size = await house.ledger_size()
    of_position = a_rule(title="岗位", subject=pb.AnalysisRules.SUBJECT_POSITION, window_days=5)

    shown = await dry_run(house, "2026-08-01", "2026-08-31", a_rule(), of_position)

    assert await house.ledger_size() == size
    by_subject = {(each.subject, each.unit.rpartition("/")[2]): each for each in shown.would_be_warnings}
    finance, position = by_subject[1, house.unit("finance")], by_subject[2, house.unit("finance")]
    assert [(each.day, each.colour, each.points) for each in finance.steps] == [
        ("2026-08-03", YELLOW, 10.0),
        ("2026-08-10", ORANGE, 20.0),
    ]
    assert (position.position, [each.day for each in position.steps]) == (clerk.name, ["2026-08-03", "2026-08-11"])
    assert [each.day for each in by_subject[1, house.unit("village")].steps] == ["2026-08-20"]
    assert len(by_subject) == 3


async def test_a_dry_run_comes_in_pages(house: House) -> None:
    await house.record(day="2026-08-03")
    await house.record("village-officer", slug="village", day="2026-08-20")
    request = pb.DryRunRulesRequest(
        parent=f"tenants/{house.town}",
        rules=[a_rule()],
        first_day="2026-08-01",
        last_day="2026-08-31",
        page_size=1,
    )

    first = await house("discipline", request)
    request.page_token = first.next_page_token
    second = await house("discipline", request)

    units = [each.unit.rpartition("/")[2] for page in (first, second) for each in page.would_be_warnings]
    assert (sorted(units), second.next_page_token) == (sorted([house.unit("finance"), house.unit("village")]), "")


async def test_days_of_a_dry_run_that_cannot_be_are_refused(house: House) -> None:
    for first, last in (("2026-08-02", "2026-08-01"), ("2026-08-01", "2026-09-02"), ("2022-01-01", "2026-08-01")):
        with pytest.raises(Invalid) as refused:
            await dry_run(house, first, last, a_rule())
        assert refused.value.violations[0].field == "last_day"


async def test_a_dry_run_counts_only_what_who_asks_sees(house: House) -> None:
    substantiated = pb.AnalysisRules.Weight(kind=pb.RiskInformation.KIND_REPORT_SUBSTANTIATED, points=10)
    await house.substantiated("r1", visible_to=common.LEVEL_TOWN)
    await house.substantiated("r2", visible_to=common.LEVEL_COUNTY)
    rule = a_rule(weights=[substantiated])

    in_town = await dry_run(house, "2026-09-01", "2026-09-01", rule)
    in_county = await dry_run(house, "2026-09-01", "2026-09-01", rule, who="commission")

    assert [each.steps[0].points for each in in_town.would_be_warnings] == [10.0]
    assert [each.steps[0].points for each in in_county.would_be_warnings] == [20.0]


async def test_a_town_is_analysed_by_its_own_discipline_committee(house: House) -> None:
    size = await house.ledger_size()

    with pytest.raises(Denied):
        await house("commission", pb.RunAnalysisRequest(parent=f"tenants/{house.town}"))

    assert await house.ledger_size() == size


async def test_what_left_the_window_counts_no_more(house: House) -> None:
    await set_rules(house, a_rule(yellow=20, orange=30))
    await house.record()
    house.clock.set(local(2026, 9, 1) + timedelta(days=30))
    await house.record()
    none = await house.warnings("leader")
    await house.record()

    assert (none, len(await house.warnings("leader"))) == ([], 1)
