"""What a flow chart must be like (domain §1.3), and where one is not: all of it at once, each by its step and reason.

What is told first is not told again as its consequence: without a start nothing is said of what cannot be reached, and
without an end nothing of what leads to none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.common.errors import Violation
from services.risk.charts.domain.chart import Content, Edge, Kind, Step, StepKind


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is in the unit that a chart may name."""

    positions: Collection[str]
    """Those in use."""
    powers: Collection[str] = ()
    """Those in use."""
    business_charts: Mapping[str, Collection[str]] | None = None
    """The steps of each business chart in force that the chart names."""


def flaws(kind: Kind, content: Content, around: Surroundings) -> list[Violation]:
    """Everything that is wrong with a chart, by the path of the field; empty for a good one."""
    return [
        *_steps(content.steps, around.positions),
        *_edges(content),
        *_starts_and_ends(content),
        *_ways(content),
        *(_of_power(content, around) if kind is Kind.POWER else _of_business(content)),
    ]


def _steps(steps: Iterable[Step], positions: Collection[str]) -> Iterator[Violation]:
    seen: set[str] = set()
    for index, step in enumerate(steps):
        if step.id in seen:
            yield Violation(f"content.steps[{index}].id", f"步骤编号 {step.id} 重复。", "DUPLICATE_STEP")
        seen.add(step.id)
        if step.position not in positions:
            told = f"步骤 {step.id} 的岗位不是本单位在用的岗位。"
            yield Violation(f"content.steps[{index}].position", told, "UNKNOWN_POSITION")


def _edges(content: Content) -> Iterator[Violation]:
    steps = content.step_of
    seen: set[tuple[str, str]] = set()
    for index, edge in enumerate(content.edges):
        at = f"content.edges[{index}]"
        for field, id in (("source", edge.source), ("target", edge.target)):
            if id not in steps:
                yield Violation(f"{at}.{field}", f"没有步骤 {id}。", "UNKNOWN_STEP")
        if edge.source == edge.target:
            yield Violation(f"{at}.target", f"步骤 {edge.source} 不能指向自己。", "SELF_EDGE")
        if (edge.source, edge.target) in seen:
            yield Violation(at, f"从步骤 {edge.source} 到步骤 {edge.target} 的连线重复。", "DUPLICATE_EDGE")
        seen.add((edge.source, edge.target))
        if edge.source in steps and steps[edge.source].kind is StepKind.END:
            yield Violation(f"{at}.source", f"结束步骤 {edge.source} 之后不能再有步骤。", "END_LEADS_ON")


def _starts_and_ends(content: Content) -> Iterator[Violation]:
    counts = Counter(each.kind for each in content.steps)
    if not counts[StepKind.START]:
        yield Violation("content.steps", "没有开始步骤。", "NO_START")
    if counts[StepKind.START] > 1:
        for index, step in enumerate(content.steps):
            if step.kind is StepKind.START:
                told = f"步骤 {step.id} 是 {counts[StepKind.START]} 个开始步骤之一，只能有一个。"
                yield Violation(f"content.steps[{index}].kind", told, "SEVERAL_STARTS")
    if not counts[StepKind.END]:
        yield Violation("content.steps", "没有结束步骤。", "NO_END")


def _ways(content: Content) -> Iterator[Violation]:
    """Steps that no way leads to, and those from which no way leads to an end."""
    onward, back = _neighbours(content.edges)
    starts = [each.id for each in content.steps if each.kind is StepKind.START]
    ends = [each.id for each in content.steps if each.kind is StepKind.END]
    reached, leading = reachable(starts, onward), reachable(ends, back)
    for index, step in enumerate(content.steps):
        at = f"content.steps[{index}]"
        if starts and step.id not in reached:
            yield Violation(at, f"从开始步骤走不到步骤 {step.id}。", "UNREACHABLE")
        if ends and step.id not in leading:
            if step.id in reachable(onward[step.id], onward):
                yield Violation(at, f"步骤 {step.id} 在一个没有出口的循环里。", "CYCLE_WITHOUT_EXIT")
            else:
                yield Violation(at, f"从步骤 {step.id} 走不到结束步骤。", "NO_WAY_TO_END")


def reachable(first: Iterable[str], onward: Mapping[str, Collection[str]]) -> set[str]:
    """These, and whatever can be reached from them."""
    found: set[str] = set()
    waiting = list(first)
    while waiting:
        if (id := waiting.pop()) not in found:
            found.add(id)
            waiting += onward.get(id, ())
    return found


def _neighbours(edges: Iterable[Edge]) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    onward, back = defaultdict(list), defaultdict(list)
    for edge in edges:
        onward[edge.source].append(edge.target)
        back[edge.target].append(edge.source)
    return onward, back


def _of_power(content: Content, around: Surroundings) -> Iterator[Violation]:
    if not any(each.key_link for each in content.steps):
        yield Violation("content.steps", "权力运行流程图至少要有一个关键环节。", "NO_KEY_LINK")
    if not content.powers:
        yield Violation("content.powers", "权力运行流程图应当写明是哪些权力事项的。", "NO_POWER")
    for index, power in enumerate(content.powers):
        at = f"content.powers[{index}]"
        if power not in around.powers:
            yield Violation(at, "这不是本单位在用的权力事项。", "UNKNOWN_POWER")
        if power in content.powers[:index]:
            yield Violation(at, "权力事项重复。", "DUPLICATE_POWER")
    yield from _links(content, around)


def _links(content: Content, around: Surroundings) -> Iterator[Violation]:
    if not content.business_chart:
        yield Violation("content.business_chart", "应当写明对应的业务工作流程图。", "NO_BUSINESS_CHART")
        return
    steps = (around.business_charts or {}).get(content.business_chart)
    if steps is None:
        told = "这不是本单位在用的业务工作流程图。"
        yield Violation("content.business_chart", told, "UNKNOWN_BUSINESS_CHART")
        return
    for index, step in enumerate(content.steps):
        at = f"content.steps[{index}].business_step"
        if not step.business_step:
            yield Violation(at, f"步骤 {step.id} 没有写明对应的业务步骤。", "NOT_LINKED")
        elif step.business_step not in steps:
            yield Violation(at, f"业务工作流程图里没有步骤 {step.business_step}。", "UNKNOWN_BUSINESS_STEP")


def _of_business(content: Content) -> Iterator[Violation]:
    told, reason = "业务工作流程图不对应权力事项或别的流程图。", "ONLY_OF_POWER_CHART"
    if content.powers:
        yield Violation("content.powers", told, reason)
    if content.business_chart:
        yield Violation("content.business_chart", told, reason)
    for index, step in enumerate(content.steps):
        if step.business_step:
            yield Violation(f"content.steps[{index}].business_step", told, reason)
