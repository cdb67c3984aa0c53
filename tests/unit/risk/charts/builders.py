"""Flow charts to test with: good ones, small and generated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from services.risk.charts.domain.chart import Content, Edge, Step, StepKind
from services.risk.charts.domain.rules import Surroundings

POSITIONS = ("clerk", "head")
BUSINESS_STEPS = ("apply", "decide")
AROUND = Surroundings(POSITIONS, ("power",), {"business": BUSINESS_STEPS})


def a_step(id: str, kind: StepKind = StepKind.STEP, **facts: Any) -> Step:
    return Step(**{"id": id, "title": id, "kind": kind, "position": "clerk", **facts})


def business(steps: tuple[Step, ...], edges: tuple[Edge, ...]) -> Content:
    return Content(title="低保办理", steps=steps, edges=edges)


@st.composite
def charts(draw: st.DrawFn, most: int = 12) -> Content:
    """Any good business chart: a tree that grows from the start, whose leaves are ends, with ways across and back."""
    count = draw(st.integers(2, most))
    sources = [draw(st.integers(0, index)) for index in range(count - 1)]
    edges = {(source, index + 1) for index, source in enumerate(sources)}
    inner = sorted(set(sources))
    more = st.tuples(st.sampled_from(inner), st.integers(0, count - 1)).filter(lambda each: each[0] != each[1])
    edges |= draw(st.sets(more, max_size=count))
    kinds = [StepKind.START, *(StepKind.STEP if index in inner else StepKind.END for index in range(1, count))]
    steps = tuple(
        a_step(f"s{index}", kind, position=draw(st.sampled_from(POSITIONS)), key_link=draw(st.booleans()))
        for index, kind in enumerate(kinds)
    )
    ways = [Edge(f"s{a}", f"s{b}", draw(st.sampled_from(("", "材料不齐")))) for a, b in sorted(edges)]
    return business(steps, tuple(draw(st.permutations(ways))))


@st.composite
def power_charts(draw: st.DrawFn) -> Content:
    """Any good power chart."""
    content = draw(charts())
    steps = [replace(each, business_step=draw(st.sampled_from(BUSINESS_STEPS))) for each in content.steps]
    steps[-1] = replace(steps[-1], key_link=True)
    return replace(content, powers=("power",), business_chart="business", steps=tuple(steps))
