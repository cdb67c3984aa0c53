"""What is otherwise in one version of a chart than in another."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.risk.charts.domain.changes import Change, difference
from services.risk.charts.domain.chart import Content, Edge, StepKind
from tests.unit.risk.charts.builders import a_step, business, charts


def test_steps_and_edges_that_came_went_and_changed_are_told_by_field() -> None:
    start, review, end = a_step("start", StepKind.START), a_step("review"), a_step("end", StepKind.END)
    before = business((start, review, end), (Edge("start", "review"), Edge("review", "end")))
    moved = replace(review, position="head", key_link=True)
    visit = a_step("visit")
    after = replace(
        before,
        title="低保审批",
        steps=(start, moved, visit),
        edges=(Edge("start", "review", "材料齐全"), Edge("review", "visit")),
    )

    found = difference(before, after)

    assert found.fields == ("title",)
    assert found.steps == (Change(review, moved), Change(None, visit), Change(end, None))
    assert found.steps[0].fields == ("position", "key_link")
    assert found.edges == (
        Change(Edge("start", "review"), Edge("start", "review", "材料齐全")),
        Change(None, Edge("review", "visit")),
        Change(Edge("review", "end"), None),
    )


def test_other_powers_and_another_business_chart_are_told_by_field() -> None:
    before = replace(business((a_step("start", StepKind.START),), ()), powers=("a", "b"), business_chart="one")

    assert difference(before, replace(before, powers=("b", "c"))).fields == ("powers",)
    assert difference(before, replace(before, business_chart="two")).fields == ("business_chart",)
    assert not difference(before, replace(before, powers=("b", "a")))


@given(charts(), st.randoms())
def test_the_same_in_another_order_is_no_difference(content: Content, random: Random) -> None:
    steps, edges = list(content.steps), list(content.edges)
    random.shuffle(steps)
    random.shuffle(edges)

    assert not difference(content, replace(content, steps=tuple(steps), edges=tuple(edges)))


@given(charts(), charts())
def test_the_differences_lead_from_one_version_to_the_other(before: Content, after: Content) -> None:
    found = difference(before, after)

    steps, edges = dict(before.step_of), {(each.source, each.target): each for each in before.edges}
    for step in found.steps:
        if step.before:
            del steps[step.before.id]
        if step.after:
            steps[step.after.id] = step.after
    for edge in found.edges:
        if edge.before:
            del edges[edge.before.source, edge.before.target]
        if edge.after:
            edges[edge.after.source, edge.after.target] = edge.after
    assert steps == after.step_of
    assert set(edges.values()) == set(after.edges)
