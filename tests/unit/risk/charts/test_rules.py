"""What a flow chart must be like: good ones pass, and one that is broken in one way is told just that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.risk.charts.domain.chart import Content, Edge, Kind, Step, StepKind
from services.risk.charts.domain.rules import flaws
from tests.unit.risk.charts.builders import AROUND, POSITIONS, a_step, business, charts, power_charts

Broken = tuple[Content, set[str]]
"""A chart, and the paths at which it is to be told why."""


def reasons(content: Content, kind: Kind = Kind.BUSINESS) -> set[str]:
    return {each.reason for each in flaws(kind, content, AROUND)}


@given(charts())
def test_a_good_business_chart_has_no_flaw(content: Content) -> None:
    assert flaws(Kind.BUSINESS, content, AROUND) == []


@given(power_charts())
def test_a_good_power_chart_has_no_flaw(content: Content) -> None:
    assert flaws(Kind.POWER, content, AROUND) == []


def with_step(content: Content, at: int, **facts: object) -> Content:
    steps = list(content.steps)
    steps[at] = replace(steps[at], **facts)  # type: ignore[arg-type]
    return replace(content, steps=tuple(steps))


def more(content: Content, steps: tuple[Step, ...] = (), edges: tuple[Edge, ...] = ()) -> Content:
    return replace(content, steps=content.steps + steps, edges=content.edges + edges)


def inner(content: Content) -> list[int]:
    return [index for index, each in enumerate(content.steps) if each.kind is StepKind.STEP]


def no_start(content: Content, _any: int) -> Broken:
    return with_step(content, 0, kind=StepKind.STEP), {"content.steps"}


def two_starts(content: Content, _any: int) -> Broken:
    added = more(content, (a_step("x", StepKind.START),), (Edge("x", content.steps[-1].id),))
    return added, {"content.steps[0].kind", f"content.steps[{len(content.steps)}].kind"}


def no_end(content: Content, _any: int) -> Broken:
    steps = (replace(each, kind=StepKind.STEP) if each.kind is StepKind.END else each for each in content.steps)
    return replace(content, steps=tuple(steps)), {"content.steps"}


def unreachable(content: Content, any: int) -> Broken:
    to = content.steps[any % len(content.steps)].id
    return more(content, (a_step("x"),), (Edge("x", to),)), {f"content.steps[{len(content.steps)}]"}


def no_way_to_end(content: Content, _any: int) -> Broken:
    added = more(content, (a_step("x"),), (Edge(content.steps[0].id, "x"),))
    return added, {f"content.steps[{len(content.steps)}]"}


def cycle_without_exit(content: Content, _any: int) -> Broken:
    edges = (Edge(content.steps[0].id, "x"), Edge("x", "y"), Edge("y", "x"))
    count = len(content.steps)
    return more(content, (a_step("x"), a_step("y")), edges), {f"content.steps[{at}]" for at in (count, count + 1)}


def unknown_position(content: Content, any: int) -> Broken:
    at = any % len(content.steps)
    return with_step(content, at, position="gone"), {f"content.steps[{at}].position"}


def duplicate_step(content: Content, any: int) -> Broken:
    again = content.steps[any % len(content.steps)]
    again = replace(again, kind=StepKind.STEP) if again.kind is StepKind.START else again
    return replace(content, steps=(*content.steps, again)), {f"content.steps[{len(content.steps)}].id"}


def self_edge(content: Content, any: int) -> Broken:
    id = content.steps[[0, *inner(content)][any % (len(inner(content)) + 1)]].id
    return more(content, edges=(Edge(id, id),)), {f"content.edges[{len(content.edges)}].target"}


def duplicate_edge(content: Content, any: int) -> Broken:
    again = replace(content.edges[any % len(content.edges)], condition="再来一次")
    return more(content, edges=(again,)), {f"content.edges[{len(content.edges)}]"}


def edge_from_nowhere(content: Content, any: int) -> Broken:
    to = content.steps[any % len(content.steps)].id
    return more(content, edges=(Edge("nowhere", to),)), {f"content.edges[{len(content.edges)}].source"}


def edge_to_nowhere(content: Content, _any: int) -> Broken:
    added = more(content, edges=(Edge(content.steps[0].id, "nowhere"),))
    return added, {f"content.edges[{len(content.edges)}].target"}


def end_that_leads_on(content: Content, _any: int) -> Broken:
    end = next(each.id for each in content.steps if each.kind is StepKind.END)
    return more(content, edges=(Edge(end, content.steps[0].id),)), {f"content.edges[{len(content.edges)}].source"}


BREAKS: dict[str, Callable[[Content, int], Broken]] = {
    "NO_START": no_start,
    "SEVERAL_STARTS": two_starts,
    "NO_END": no_end,
    "UNREACHABLE": unreachable,
    "NO_WAY_TO_END": no_way_to_end,
    "CYCLE_WITHOUT_EXIT": cycle_without_exit,
    "UNKNOWN_POSITION": unknown_position,
    "DUPLICATE_STEP": duplicate_step,
    "SELF_EDGE": self_edge,
    "DUPLICATE_EDGE": duplicate_edge,
    "END_LEADS_ON": end_that_leads_on,
}


@pytest.mark.parametrize("reason", BREAKS)
@given(content=charts(), any=st.integers(0, 1000))
def test_a_chart_that_is_broken_in_one_way_is_told_that_and_where(reason: str, content: Content, any: int) -> None:
    broken, at = BREAKS[reason](content, any)

    found = flaws(Kind.BUSINESS, broken, AROUND)

    assert {each.reason for each in found} == {reason}
    assert {each.field for each in found} == at
    assert len(found) == len(at)


@pytest.mark.parametrize("broken", [edge_from_nowhere, edge_to_nowhere])
@given(content=charts(), any=st.integers(0, 1000))
def test_an_edge_of_a_step_that_there_is_not_is_told(
    broken: Callable[[Content, int], Broken], content: Content, any: int
) -> None:
    chart, at = broken(content, any)

    found = flaws(Kind.BUSINESS, chart, AROUND)

    assert [(each.reason, {each.field}) for each in found] == [("UNKNOWN_STEP", at)]


@given(power_charts())
def test_a_power_chart_without_a_key_link_is_told_so(content: Content) -> None:
    steps = tuple(replace(each, key_link=False) for each in content.steps)

    assert reasons(replace(content, steps=steps), Kind.POWER) == {"NO_KEY_LINK"}


@given(power_charts(), st.integers(0, 1000))
def test_a_step_of_a_power_chart_is_linked_to_one_that_there_is(content: Content, any: int) -> None:
    at = any % len(content.steps)

    unknown = flaws(Kind.POWER, with_step(content, at, business_step="nowhere"), AROUND)
    unlinked = flaws(Kind.POWER, with_step(content, at, business_step=""), AROUND)

    field = f"content.steps[{at}].business_step"
    assert [(each.field, each.reason) for each in unknown] == [(field, "UNKNOWN_BUSINESS_STEP")]
    assert [(each.field, each.reason) for each in unlinked] == [(field, "NOT_LINKED")]


@given(power_charts())
def test_a_power_chart_says_of_which_powers_and_which_business_it_is(content: Content) -> None:
    assert reasons(replace(content, powers=()), Kind.POWER) == {"NO_POWER"}
    assert reasons(replace(content, powers=("power", "gone")), Kind.POWER) == {"UNKNOWN_POWER"}
    assert reasons(replace(content, powers=("power", "power")), Kind.POWER) == {"DUPLICATE_POWER"}
    assert reasons(replace(content, business_chart=None), Kind.POWER) == {"NO_BUSINESS_CHART"}
    assert reasons(replace(content, business_chart="gone"), Kind.POWER) == {"UNKNOWN_BUSINESS_CHART"}


@given(power_charts())
def test_what_only_a_power_chart_has_is_refused_in_a_business_chart(content: Content) -> None:
    found = flaws(Kind.BUSINESS, content, AROUND)

    assert {each.reason for each in found} == {"ONLY_OF_POWER_CHART"}
    assert len(found) == 2 + len(content.steps)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    content = business(
        (a_step("a", StepKind.START), a_step("b", position="gone"), a_step("c"), a_step("d", StepKind.END)),
        (Edge("a", "b"), Edge("a", "a"), Edge("a", "x"), Edge("a", "d")),
    )

    found = {(each.field, each.reason) for each in flaws(Kind.BUSINESS, content, AROUND)}

    assert found == {
        ("content.steps[1].position", "UNKNOWN_POSITION"),
        ("content.edges[1].target", "SELF_EDGE"),
        ("content.edges[2].target", "UNKNOWN_STEP"),
        ("content.steps[1]", "NO_WAY_TO_END"),
        ("content.steps[2]", "UNREACHABLE"),
        ("content.steps[2]", "NO_WAY_TO_END"),
    }


ANY_KIND = st.sampled_from((StepKind.STEP, StepKind.DECISION, StepKind.END))


@given(st.lists(ANY_KIND, min_size=1, max_size=7), st.data())
def test_what_is_reached_is_what_a_table_of_all_ways_says(kinds: list[StepKind], data: st.DataObject) -> None:
    kinds = [StepKind.START, *kinds]
    count = len(kinds)
    pairs = data.draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=14))
    steps = tuple(a_step(f"s{index}", kind) for index, kind in enumerate(kinds))
    content = business(steps, tuple(Edge(f"s{a}", f"s{b}") for a, b in sorted(pairs)))

    ways = [[(a, b) in pairs for b in range(count)] for a in range(count)]
    for over, a, b in product(range(count), repeat=3):
        ways[a][b] |= ways[a][over] and ways[over][b]
    ends = [index for index, kind in enumerate(kinds) if kind is StepKind.END]
    stuck = {at for at in range(count) if ends and at not in ends and not any(ways[at][end] for end in ends)}
    expected = {("UNREACHABLE", at) for at in range(1, count) if not ways[0][at]}
    expected |= {("CYCLE_WITHOUT_EXIT" if ways[at][at] else "NO_WAY_TO_END", at) for at in stuck}

    found = [each for each in flaws(Kind.BUSINESS, content, AROUND) if each.field.endswith("]")]
    about_ways = {"UNREACHABLE", "CYCLE_WITHOUT_EXIT", "NO_WAY_TO_END"}
    told = {(each.reason, int(each.field[14:-1])) for each in found if each.reason in about_ways}
    assert told == expected


def test_a_position_counts_as_known_only_in_this_unit() -> None:
    content = business(
        (a_step("a", StepKind.START), a_step("b", StepKind.END, position=POSITIONS[1])), (Edge("a", "b"),)
    )

    assert reasons(content) == set()
    assert reasons(with_step(content, 1, position="another")) == {"UNKNOWN_POSITION"}
