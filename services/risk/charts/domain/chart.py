"""Flow charts of a unit: of a business process, and of the powers that are exercised in it (domain §1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from services.common.errors import Refused
from services.common.words import Word


class Kind(Word):
    BUSINESS = 1, "业务工作流程图"
    POWER = 2, "权力运行流程图"


class StepKind(Word):
    START = 1, "开始"
    STEP = 2, "步骤"
    DECISION = 3, "判断"
    END = 4, "结束"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that is done by a position."""

    id: str
    """What it goes by in its chart, from version to version."""
    title: str
    kind: StepKind
    position: str
    key_link: bool = False
    """Whether it is a key link 关键环节."""
    business_step: str = ""
    """The step of the business chart to which one of a power chart belongs."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The way from one step to another."""

    source: str
    target: str
    condition: str = ""
    """Empty for one that is always taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version of a chart shows."""

    title: str
    powers: tuple[str, ...] = ()
    business_chart: str | None = None
    """The chart to whose steps those of a power chart are linked."""
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]

    @property
    def step_of(self) -> Mapping[str, Step]:
        return {each.id: each for each in self.steps}

    @property
    def linked_steps(self) -> frozenset[str]:
        """The steps of the business chart to which its own are linked."""
        return frozenset(each.business_step for each in self.steps)

    @property
    def positions(self) -> frozenset[str]:
        return frozenset(each.position for each in self.steps)

    @property
    def key_positions(self) -> frozenset[str]:
        """The positions that do a key link."""
        return frozenset(each.position for each in self.steps if each.key_link)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of a unit, which shows the content of its latest version."""

    id: str
    version: int = 1
    """Number of changes; a retired chart's is one higher than the number of its latest version."""
    latest: int = 1
    """Number of its latest version."""
    unit: str
    kind: Kind
    title: str
    business_chart: str | None
    positions: tuple[str, ...]
    key_positions: tuple[str, ...]
    retired: bool = False

    def check_in_force(self) -> None:
        """Raises Refused for a retired one."""
        if self.retired:
            raise Refused("FLOW_CHART_RETIRED", "该流程图已停用。")

    def showing(self, content: Content) -> Chart:
        """With this as its latest version."""
        return replace(self, version=self.version + 1, latest=self.latest + 1, **_shown(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a chart shows since a version; it never changes."""

    chart: str
    number: int
    content: Content
    content_hash: bytes
    save_time: datetime
    saver: str
    """Name of the account that saved it."""


def new_chart(id: str, unit: str, kind: Kind, content: Content) -> Chart:
    """A chart that shows this in its first version."""
    return Chart(id=id, unit=unit, kind=kind, **_shown(content))


class _Shown(TypedDict):
    title: str
    business_chart: str | None
    positions: tuple[str, ...]
    key_positions: tuple[str, ...]


def _shown(content: Content) -> _Shown:
    """What is kept of the latest version beside it, for those who look for charts."""
    return _Shown(
        title=content.title,
        business_chart=content.business_chart,
        positions=tuple(sorted(content.positions)),
        key_positions=tuple(sorted(content.key_positions)),
    )
