"""Flow charts as pictures: everything is in them, nothing lies on anything else, and no text is more than text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.risk.charts.domain.chart import Content, Edge, StepKind
from services.risk.charts.domain.marks import Mark
from services.risk.charts.drawing.layout import Layout, Point, Size, Way, layout
from services.risk.charts.drawing.svg import PILL_HEIGHT, Sheet, box_of, draw
from services.risk.charts.drawing.words import lines, shortened, width
from tests.unit.risk.charts.builders import POSITIONS, a_step, business, charts

NAMES = {"clerk": "民政股·干事", "head": "所长"}
assert NAMES.keys() == set(POSITIONS)

NAMESPACE = "{http://www.w3.org/2000/svg}"


def drawn(content: Content, marks: Mapping[str, Mark] | None = None) -> str:
    sheet = Sheet(content=content, subtitle="第 1 版", positions=NAMES, marks=marks or {})
    return draw(sheet).decode()


def texts(picture: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(picture).iter(f"{NAMESPACE}text")]


def laid_out(content: Content) -> tuple[Layout, list[Size], list[Way]]:
    index = {each.id: at for at, each in enumerate(content.steps)}
    sizes = [Size(200 if at % 3 else 168, 40 + 10 * (at % 4)) for at in range(len(content.steps))]
    ways = [Way(index[e.source], index[e.target], Size(90, 30) if e.condition else None) for e in content.edges]
    return layout(0, sizes, ways), sizes, ways


def overlap(a: tuple[Point, Size], b: tuple[Point, Size]) -> bool:
    across = abs(a[0].x - b[0].x) < (a[1].width + b[1].width) / 2
    return across and abs(a[0].y - b[0].y) < (a[1].height + b[1].height) / 2


@settings(deadline=None)
@given(charts(most=40))
def test_no_step_and_no_condition_lies_on_another(content: Content) -> None:
    laid, sizes, ways = laid_out(content)

    things = list(zip(laid.steps, sizes, strict=True))
    things += [
        (route.label, way.label) for route, way in zip(laid.routes, ways, strict=True) if route.label and way.label
    ]
    assert not [pair for pair in combinations(things, 2) if overlap(*pair)]
    assert len(things) == len(content.steps) + sum(bool(each.condition) for each in content.edges)


@settings(deadline=None)
@given(charts(most=40))
def test_no_edge_runs_through_a_step_that_it_does_not_connect(content: Content) -> None:
    laid, sizes, ways = laid_out(content)

    for route, way in zip(laid.routes, ways, strict=True):
        for at, (middle, size) in enumerate(zip(laid.steps, sizes, strict=True)):
            if at in (way.source, way.target):
                continue
            for a, b in zip(route.points[::2], route.points[1::2], strict=True):
                beside = abs(a.x - middle.x) >= size.width / 2
                assert (
                    beside or max(a.y, b.y) <= middle.y - size.height / 2 or min(a.y, b.y) >= middle.y + size.height / 2
                )


@settings(deadline=None)
@given(charts(most=40))
def test_the_way_goes_down_and_only_what_closes_a_circle_goes_back_up(content: Content) -> None:
    laid, _, ways = laid_out(content)

    for route, way in zip(laid.routes, ways, strict=True):
        assert (laid.steps[way.source].y > laid.steps[way.target].y) is route.back
        assert (route.points[0].y, route.points[-1].y) == (laid.steps[way.source].y, laid.steps[way.target].y)
    assert all(each.y > laid.steps[0].y for each in laid.steps[1:])
    assert all(0 <= point.x <= laid.size.width for route in laid.routes for point in route.points)


def test_steps_positions_conditions_key_links_and_risk_points_are_in_the_picture() -> None:
    content = business(
        (
            a_step("apply", StepKind.START, title="受理申请"),
            a_step("check", StepKind.DECISION, title="材料是否齐全"),
            a_step("visit", title="入户调查核实家庭收入和财产", position="head", key_link=True),
            a_step("pay", StepKind.END, title="发放"),
        ),
        (Edge("apply", "check"), Edge("check", "visit", "齐全"), Edge("check", "apply", "不齐"), Edge("visit", "pay")),
    )

    found = texts(drawn(content, {"visit": Mark(2, 1), "check": Mark(1, None)}))

    assert {"低保办理", "第 1 版", "受理申请", "材料是否齐全", "发放", "齐全", "不齐", "所长", "民政股·干事"} <= set(
        found
    )
    assert "入户调查核实家庭收入和财产" in "".join(found)
    assert found.count("关键环节") == 2  # at the step and in the legend
    assert [each for each in found if "风险点" in each] == ["风险点及等级", "风险点 1", "一级风险点 2"]


@settings(deadline=None)
@given(charts(most=20), st.data())
def test_a_mark_lies_inside_its_step_below_what_is_written_there(content: Content, data: st.DataObject) -> None:
    grades = st.sampled_from([1, 2, 3, None])
    marks = {each.id: Mark(data.draw(st.integers(1, 999)), data.draw(grades)) for each in content.steps}
    sheet = Sheet(content=content, subtitle="", positions=NAMES, marks=marks)

    for step in content.steps:
        box = box_of(step, sheet)
        assert box.pill is not None
        top, foot = box.pill.y - PILL_HEIGHT / 2, box.pill.y + PILL_HEIGHT / 2
        assert top >= max(line.y for line in box.lines)
        assert foot <= box.edge(box.pill.width / 2)


def test_what_a_chart_has_not_is_not_in_its_legend() -> None:
    content = business((a_step("a", StepKind.START), a_step("b", StepKind.END)), (Edge("a", "b"),))

    assert not {"关键环节", "风险点及等级", "退回"} & set(texts(drawn(content)))


def test_a_step_of_a_power_chart_shows_to_which_business_step_it_belongs() -> None:
    steps = (a_step("a", StepKind.START, business_step="apply"), a_step("b", StepKind.END, business_step="decide"))
    sheet = Sheet(
        content=business(steps, (Edge("a", "b"),)),
        subtitle="权力运行流程图",
        positions=NAMES,
        business_steps={"apply": "受理", "decide": "决定"},
    )

    assert {"业务：受理", "业务：决定"} <= set(texts(draw(sheet).decode()))


EVIL = "<script>alert(1)</script>\"'&]]>"


def test_what_people_wrote_is_only_text_in_the_picture() -> None:
    steps = (a_step("a", StepKind.START, title=EVIL), a_step("b", StepKind.END))
    content = replace(business(steps, (Edge("a", "b", EVIL),)), title=EVIL)
    sheet = Sheet(content=content, subtitle=EVIL, positions={"clerk": EVIL})

    picture = draw(sheet).decode()

    assert "<script" not in picture
    tags = {each.tag.removeprefix(NAMESPACE) for each in ET.fromstring(picture).iter()}
    assert tags == {"svg", "title", "defs", "marker", "path", "rect", "g", "text"}
    assert EVIL in texts(picture)


@given(st.text(max_size=40))
def test_the_picture_is_well_formed_whatever_is_written_in_it(text: str) -> None:
    steps = (a_step("a", StepKind.START, title=text), a_step("b", StepKind.END))

    ET.fromstring(drawn(business(steps, (Edge("a", "b", text),))))


@given(charts())
def test_the_same_chart_is_drawn_in_the_same_bytes(content: Content) -> None:
    assert drawn(content) == drawn(content)


def test_a_chart_of_as_many_steps_and_edges_as_there_may_be_is_drawn() -> None:
    steps = [a_step(f"s{index}", StepKind.START if index == 0 else StepKind.STEP) for index in range(119)]
    edges = {(index, index + 1) for index in range(118)} | {(index, (index * 7 + 3) % 119) for index in range(81)}
    ways = [Edge(f"s{a}", f"s{b}", "条件") for a, b in sorted(edges) if a != b]
    content = business((*steps, a_step("end", StepKind.END)), (*ways, Edge("s118", "end")))

    assert len(re.findall("marker-end", drawn(content))) >= len(content.edges)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("受理", ["受理"]),
        ("材料不齐，一次性告知补正", ["材料不齐，", "一次性告知补正"]),
        ("一二三四五六七八九十甲乙", ["一二三四五六", "七八九十甲乙"]),
        ("", []),
    ],
)
def test_lines_are_of_about_the_same_width_and_end_behind_clauses(text: str, expected: list[str]) -> None:
    assert lines(text, 9) == expected


@given(st.text("审批材料，。ab1", max_size=60))
def test_lines_hold_all_of_the_text_and_none_is_much_too_wide(text: str) -> None:
    found = lines(text, 9)

    assert "".join(found) == text
    assert all(width(each) <= 11 for each in found)


def test_a_text_that_is_too_wide_ends_with_an_ellipsis() -> None:
    assert shortened("民政股·低保专干", 6) == "民政股·低…"
    assert shortened("会计", 6) == "会计"
