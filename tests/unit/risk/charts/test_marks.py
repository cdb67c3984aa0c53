"""At which steps of a chart risk points are marked."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.risk.charts.domain.chart import Content, Edge, StepKind
from services.risk.charts.domain.marks import Mark, Place, marks
from tests.unit.risk.charts.builders import a_step, business, charts, power_charts

CONTENT = business(
    (
        a_step("apply", StepKind.START),
        a_step("check", position="head"),
        a_step("pay", StepKind.END),
    ),
    (Edge("apply", "check"), Edge("check", "pay")),
)
OF_POWER = replace(CONTENT, powers=("power", "other"), business_chart="business")


def test_a_risk_point_is_marked_at_each_step_that_its_position_does() -> None:
    assert marks(CONTENT, [Place("clerk", None, 2)]) == {"apply": Mark(1, 2), "pay": Mark(1, 2)}


def test_a_mark_counts_and_has_the_strictest_grade() -> None:
    places = [Place("head", None, None), Place("head", "power", 3), Place("head", "other", 1)]

    assert marks(CONTENT, places) == {"check": Mark(3, 1)}
    assert marks(CONTENT, places[:1]) == {"check": Mark(1, None)}


def test_a_power_chart_leaves_out_what_lies_in_other_powers() -> None:
    places = [Place("head", None, 2), Place("head", "other", 1), Place("head", "elsewhere", 1)]

    assert marks(OF_POWER, places) == {"check": Mark(2, 1)}


_places = st.lists(
    st.builds(
        Place,
        st.sampled_from(["clerk", "head", "nobody"]),
        st.sampled_from([None, "power", "elsewhere"]),
        st.sampled_from([None, 1, 2, 3]),
    )
)


@given(st.one_of(charts(), power_charts()), _places)
def test_marks_of_any_chart_are_what_a_plain_count_comes_to(content: Content, places: list[Place]) -> None:
    found = marks(content, places)

    for step in content.steps:
        lying = [each for each in places if each.position == step.position]
        if content.powers:
            lying = [each for each in lying if each.power in (None, *content.powers)]
        if not lying:
            assert step.id not in found
            continue
        assert found[step.id].count == len(lying)
        assert found[step.id].grade == min((each.grade for each in lying if each.grade), default=None)
