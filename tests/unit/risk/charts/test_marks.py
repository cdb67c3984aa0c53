"""At which steps of a chart risk points are marked."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.risk.charts.domain.chart import Content, Edge, Step, StepKind
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


def test_in_the_chart_of_its_power_a_risk_point_is_marked_at_the_key_links_where_its_position_does_no_step() -> None:
    key_links = replace(OF_POWER, steps=tuple(replace(each, key_link=each.id != "pay") for each in OF_POWER.steps))

    assert marks(key_links, [Place("nobody", "power", 1)]) == {"apply": Mark(1, 1), "check": Mark(1, 1)}
    assert marks(key_links, [Place("head", "power", 1)]) == {"check": Mark(1, 1)}
    assert marks(key_links, [Place("nobody", None, 1), Place("nobody", "elsewhere", 1)]) == {}


def linked(*steps: Step) -> Content:
    """A power chart that is linked to the business chart."""
    return Content(title="", powers=("power",), business_chart="business", steps=steps, edges=())


def test_a_business_chart_marks_what_lies_in_a_power_only_at_the_steps_to_which_its_chart_is_linked() -> None:
    of_power = linked(
        a_step("take", business_step="apply"), a_step("look", business_step="apply"), a_step("sign", position="head")
    )

    assert marks(CONTENT, [Place("clerk", "power", 2)], [of_power]) == {"apply": Mark(1, 2)}
    both = [Place("clerk", "power", 2), Place("clerk", "other", 1), Place("clerk", None, 3)]
    assert marks(CONTENT, both, [of_power]) == {"apply": Mark(3, 1), "pay": Mark(2, 1)}


def test_a_business_chart_marks_it_where_the_key_links_are_linked_if_its_position_does_no_step_of_its_chart() -> None:
    of_power = linked(a_step("take", business_step="apply"), a_step("look", business_step="check", key_link=True))

    assert marks(CONTENT, [Place("head", "power", 2)], [of_power]) == {"check": Mark(1, 2)}


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

    done = {each.position for each in content.steps}
    for step in content.steps:
        lying = [each for each in places if each.position == step.position]
        if content.powers:
            lying = [each for each in lying if each.power in (None, *content.powers)]
            homeless = [each for each in places if each.power in content.powers and each.position not in done]
            lying += homeless if step.key_link else []
        if not lying:
            assert step.id not in found
            continue
        assert found[step.id].count == len(lying)
        assert found[step.id].grade == min((each.grade for each in lying if each.grade), default=None)


@given(charts(), power_charts(), _places)
def test_every_risk_point_of_a_linked_power_is_marked_and_at_no_step_to_which_its_chart_is_not_linked(
    content: Content, of_power: Content, places: list[Place]
) -> None:
    ids = [each.id for each in content.steps]
    steps = [replace(each, business_step=ids[n % len(ids)]) for n, each in enumerate(of_power.steps)]
    of_power = replace(of_power, steps=tuple(steps))
    there = [each for each in places if each.power == "power"]

    found = marks(content, there, [of_power])

    assert found.keys() <= of_power.linked_steps
    assert bool(found) is bool(there)
    assert all(each.count <= len(there) for each in found.values())
