"""A flow chart as a picture in SVG, for people to look at (domain §1.3).

What people wrote gets into the picture as text only: the template escapes everything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from services.common.characters import printable
from services.risk.charts.domain.chart import Content, Step, StepKind
from services.risk.charts.domain.marks import Mark
from services.risk.charts.drawing.layout import Point, Route, Size, Way, layout
from services.risk.charts.drawing.words import lines, shortened, width
from services.risk.powers.domain import grade_in_words

SVG = "image/svg+xml"

TITLE, SMALL, SMALLEST = 14, 11, 10
"""Sizes of letters."""
LINE, SMALL_LINE = 19, 15
STEP_WIDTH, ROOM, DECISION_ROOM, LABEL_ROOM = 168, 10.4, 7.0, 9.0
"""Of a step in pixels; of its title, that of a decision, and a condition in ems."""
DECISION_WIDTH, MOST_OF_DECISION = 206, 0.62
"""Of a decision, and the most of it that its words may take."""
PADDING = 10
PILL_PADDING, PILL_HEIGHT, PILL_GAP = 7, 15, 4
MARGIN, HEAD, LEAST_WIDTH = 32, 96, 420
INK, PALE, LINKED = "#1f2933", "#66727f", "#1f5fa8"

_TEMPLATE = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
    (Path(__file__).parent / "chart.svg.jinja").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is drawn of a version of a chart."""

    content: Content
    subtitle: str
    """What kind of chart it is, of which unit, in which version."""
    positions: Mapping[str, str]
    """Titles of the positions that do its steps."""
    business_steps: Mapping[str, str] = field(default_factory=dict)
    """Titles of the steps of the business chart to which its own are linked."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """The risk points at its steps; nothing for a step without."""


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    y: float
    """Of its foot, from the middle of the step."""
    size: int
    colour: str


@dataclass(frozen=True, slots=True)
class Pill:
    """How many risk points there are at a step, and of which grade, below what is written in it."""

    text: str
    grade: int
    """0 for none."""
    width: float
    y: float
    """Of its middle, from the middle of the step."""


@dataclass(frozen=True, slots=True)
class Box:
    """A step as it is drawn, around its middle."""

    shape: str
    size: Size
    lines: Sequence[Line]
    key_link: bool
    pill: Pill | None

    def edge(self, from_middle: float) -> float:
        """How far above and below the middle its outline runs, beside the middle."""
        half = self.size.height / 2
        return half * (1 - abs(from_middle) * 2 / self.size.width) if self.shape == "decision" else half


def draw(sheet: Sheet) -> bytes:
    """The picture of a chart without flaws. The same sheet always gives the same bytes."""
    content = sheet.content
    index = {each.id: place for place, each in enumerate(content.steps)}
    boxes = [box_of(each, sheet) for each in content.steps]
    labels = [lines(printable(each.condition), LABEL_ROOM) for each in content.edges]
    ways = [
        Way(index[edge.source], index[edge.target], _label_size(label) if label else None)
        for edge, label in zip(content.edges, labels, strict=True)
    ]
    start = next(index[each.id] for each in content.steps if each.kind is StepKind.START)
    laid = layout(start, [each.size for each in boxes], ways)
    size = Size(max(laid.size.width, LEAST_WIDTH) + 2 * MARGIN, laid.size.height + HEAD + MARGIN)
    return _TEMPLATE.render(
        title=printable(content.title),
        subtitle=printable(sheet.subtitle),
        size=size,
        left=(size.width - laid.size.width) / 2,
        top=HEAD,
        edges=[
            (_path(route, boxes[way.target], laid.steps[way.target]), route.back)
            for way, route in zip(ways, laid.routes, strict=True)
        ],
        labels=[
            (route.label, _label_size(label), label)
            for label, route in zip(labels, laid.routes, strict=True)
            if route.label
        ],
        boxes=zip(boxes, laid.steps, strict=True),
        legend=_legend(boxes, laid.routes),
    ).encode()


def _legend(boxes: Sequence[Box], routes: Sequence[Route]) -> Mapping[str, Sequence[int]]:
    """What is explained, since it is there; of risk points, in which grades."""
    grades = {each.pill.grade for each in boxes if each.pill}
    there = {
        "key": any(each.key_link for each in boxes),
        "risk": bool(grades),
        "back": any(each.back for each in routes),
    }
    in_order = sorted(grades, key=lambda grade: grade or math.inf)
    return {each: in_order for each, is_there in there.items() if is_there}


def box_of(step: Step, sheet: Sheet) -> Box:
    """As high as what is written in it; a decision so wide and high that it holds that too."""
    decision = step.kind is StepKind.DECISION
    room = DECISION_ROOM if decision else ROOM
    small = room * TITLE / SMALL
    written = [(each, TITLE, LINE, INK) for each in lines(printable(step.title), room)]
    position = printable(sheet.positions[step.position])
    written += [(each, SMALL, SMALL_LINE, PALE) for each in lines(shortened(position, 2 * small - 2), small)]
    if step.business_step:
        link = f"业务：{printable(sheet.business_steps.get(step.business_step, step.business_step))}"
        written.append((shortened(link, small), SMALL, SMALL_LINE, LINKED))
    height = sum(each[2] for each in written)
    pill = None
    if mark := sheet.marks.get(step.id):
        height += PILL_GAP + PILL_HEIGHT
        pill = _pill(mark, (height - PILL_HEIGHT) / 2)
    placed, y = [], -height / 2
    for text, letters, line, colour in written:
        y += line
        placed.append(Line(text, y - line * 0.28, letters, colour))
    size = Size(STEP_WIDTH, height + 2 * PADDING)
    if decision:
        widest = max([pill.width if pill else 0, *(width(text) * letters for text, letters, _, _ in written)])
        size = Size(DECISION_WIDTH, height / (1 - min(widest / DECISION_WIDTH, MOST_OF_DECISION)) + PADDING)
    return Box(step.kind.name.lower(), size, placed, step.key_link, pill)


def _pill(mark: Mark, y: float) -> Pill:
    text = f"{grade_in_words(mark.grade)}风险点 {mark.count}"
    return Pill(text, mark.grade or 0, width(text) * SMALLEST + 2 * PILL_PADDING, y)


def _label_size(label: Sequence[str]) -> Size:
    return Size(max(map(width, label)) * SMALL + 8, len(label) * SMALL_LINE + 4)


def _path(route: Route, target: Box, at: Point) -> str:
    """The way as SVG says it, up to the outline of the step to which it leads."""
    *points, last = route.points
    outline = target.edge(last.x - at.x)
    points.append(Point(last.x, at.y + (outline if route.back else -outline)))
    said = f"M{points[0].x:.1f} {points[0].y:.1f}"
    for place, (here, there) in enumerate(pairwise(points)):
        if place % 2:
            half = (here.y + there.y) / 2
            said += f"C{here.x:.1f} {half:.1f} {there.x:.1f} {half:.1f} {there.x:.1f} {there.y:.1f}"
        else:
            said += f"V{there.y:.1f}"
    return said
