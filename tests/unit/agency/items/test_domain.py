"""Service items: what may be promised, and what a town may make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.items.domain import (
    LIMITS,
    Category,
    Handling,
    Item,
    Material,
    Part,
    Step,
    Terms,
    check_item,
    check_terms,
    route_at,
)
from services.agency.points.domain import Tier
from services.common.errors import InvalidFields, Refused

CIVIL, FINANCE = "611021.civil-affairs", "611021.finance"
DEPARTMENTS = {CIVIL, FINANCE}


def village(days: int = 2) -> Step:
    return Step(Tier.VILLAGE, (Part(days),))


def town(days: int = 5) -> Step:
    return Step(Tier.TOWN, (Part(days),))


def county(days: int = 10, department: str = CIVIL) -> Step:
    return Step(Tier.COUNTY, (Part(days, department),))


BOTH = Step(Tier.COUNTY, (Part(10, CIVIL), Part(7, FINANCE)))

ALLOWANCE = Item(
    code="SH-01",
    name="最低生活保障补助申报",
    category=Category.SOCIAL,
    handling=Handling.JOINT,
    route=(village(), town(), BOTH),
    materials=(Material("申请书"), Material("户口簿", may_follow=True)),
)
RELIEF = replace(ALLOWANCE, code="SH-02", handling=Handling.REPORT_UP, route=(village(), town(3), county(5)))
ADVICE = replace(ALLOWANCE, code="QT-01", handling=Handling.AT_ONCE, route=(village(0),))
TALK = replace(ALLOWANCE, code="SH-04", handling=Handling.PROMISED, route=(village(), town()))


def reasons(item: Item) -> dict[str, str]:
    """What is wrong with an item, by field."""
    with pytest.raises(InvalidFields) as refusal:
        check_item(item, DEPARTMENTS)
    return {violation.field: violation.reason for violation in refusal.value.violations}


@pytest.mark.parametrize("item", [ALLOWANCE, RELIEF, ADVICE, TALK], ids=lambda item: item.code)
def test_items_of_every_kind_of_handling_are_published(item: Item) -> None:
    check_item(item, DEPARTMENTS)


def test_a_joint_step_counts_its_longest_department() -> None:
    assert ALLOWANCE.days == 2 + 5 + 10


@pytest.mark.parametrize(("step", "limit"), [(village(3), 2), (town(6), 5), (county(11), 10), (county(10_000), 10)])
def test_a_promise_over_the_limit_of_its_tier_is_refused_with_the_limit(step: Step, limit: int) -> None:
    route = tuple(step if each.tier is step.tier else each for each in RELIEF.route)
    with pytest.raises(InvalidFields) as refusal:
        check_item(replace(RELIEF, route=route), DEPARTMENTS)

    [violation] = refusal.value.violations
    assert violation.reason == "OVER_LIMIT"
    assert f"{limit} 个工作日" in violation.description


@pytest.mark.parametrize(("days", "reason"), [(0, "NOT_AT_ONCE"), (-1, "OVER_LIMIT")])
def test_only_what_is_done_at_once_promises_no_days_and_nothing_promises_fewer(days: int, reason: str) -> None:
    assert reasons(replace(TALK, route=(village(days), town()))) == {"route[0].parts[0].days": reason}
    assert reasons(replace(ADVICE, route=(village(1),))) == {"route[0].parts[0].days": "AT_ONCE_DAYS"}


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        (replace(RELIEF, route=()), {"route": "NOTHING_ABOVE"}),
        (
            replace(RELIEF, route=(village(), county(5, "611021.nowhere"))),
            {"route[1].parts[0].department": "UNKNOWN_DEPARTMENT"},
        ),
        (replace(RELIEF, route=(town(), village())), {"route[1]": "ROUTE_ORDER"}),
        (replace(TALK, route=(town(), town())), {"route[1]": "ROUTE_ORDER"}),
        (replace(RELIEF, route=(village(), BOTH)), {"handling": "JOINT"}),
        (replace(ALLOWANCE, route=(village(), county())), {"handling": "JOINT"}),
        (
            replace(ALLOWANCE, route=(village(), Step(Tier.COUNTY, (Part(5, CIVIL), Part(5, CIVIL))))),
            {"route[1]": "DEPARTMENT_TWICE"},
        ),
        (replace(TALK, handling=Handling.REPORT_UP, route=(town(),)), {"route": "NOTHING_ABOVE"}),
        (replace(ADVICE, route=(village(0), town(0))), {"route": "AT_ONCE_ROUTE"}),
        (
            replace(TALK, route=(Step(Tier.VILLAGE, (Part(2, CIVIL),)), town())),
            {"route[0].parts[0].department": "DEPARTMENT_BELOW_COUNTY"},
        ),
        (
            replace(TALK, materials=(Material("身份证"), Material("身份证"))),
            {"materials[1].name": "MATERIAL_TWICE"},
        ),
        (
            replace(TALK, materials=(Material("照片", required=False, may_follow=True),)),
            {"materials[0].may_follow": "NOT_REQUIRED"},
        ),
    ],
)
def test_a_route_that_nobody_could_walk_is_refused_by_its_field(item: Item, wrong: dict[str, str]) -> None:
    assert reasons(item).items() >= wrong.items()


def test_a_step_of_one_department_after_another_is_no_joint_one() -> None:
    check_item(replace(RELIEF, route=(village(), county(5, CIVIL), county(5, FINANCE))), DEPARTMENTS)


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ({Tier.TOWN: 4}, "LENGTHENED"),
        ({Tier.VILLAGE: 0}, "LENGTHENED"),
        ({Tier.COUNTY: 1}, "NOT_OWN_STEP"),
    ],
)
def test_a_town_neither_lengthens_a_promise_nor_touches_the_countys(days: dict[Tier, int], reason: str) -> None:
    with pytest.raises(InvalidFields) as refusal:
        check_terms(RELIEF, Terms(days))

    assert [violation.reason for violation in refusal.value.violations] == [reason]


def test_a_town_sets_nothing_for_a_tier_that_does_nothing() -> None:
    with pytest.raises(InvalidFields):
        check_terms(ADVICE, Terms({Tier.TOWN: 1}))


def test_a_town_sets_nothing_for_what_is_done_at_once() -> None:
    with pytest.raises(InvalidFields) as refusal:
        check_terms(ADVICE, Terms({Tier.VILLAGE: 1}))

    assert [violation.reason for violation in refusal.value.violations] == ["NOT_OWN_STEP"]


@given(st.integers(1, 2), st.integers(1, 5), st.sampled_from([ALLOWANCE, RELIEF, TALK]), st.sampled_from(Tier))
def test_no_route_of_a_town_promises_more_than_the_county_or_its_tiers_allow(
    villages: int, towns: int, item: Item, point: Tier
) -> None:
    terms = Terms({Tier.VILLAGE: villages, Tier.TOWN: towns})
    countys = {step.tier: step.days for step in item.route}
    if point is Tier.COUNTY and item is TALK:
        return

    for step in route_at(item, terms, point):
        assert step.tier >= point
        assert step.days <= min(countys[step.tier], LIMITS[step.tier])


def test_a_case_that_comes_in_at_the_centre_begins_there() -> None:
    assert route_at(RELIEF, Terms({Tier.TOWN: 2}), Tier.TOWN) == (town(2), county(5))


def test_what_a_town_has_withdrawn_or_is_decided_below_is_not_taken_there() -> None:
    with pytest.raises(Refused) as withdrawn:
        route_at(RELIEF, Terms(withdrawn=True), Tier.VILLAGE)
    with pytest.raises(Refused) as below:
        route_at(TALK, Terms(), Tier.COUNTY)

    assert (withdrawn.value.reason, below.value.reason) == ("ITEM_WITHDRAWN", "ITEM_NOT_HERE")
