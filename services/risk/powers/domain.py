"""Powers 权力事项 that positions exercise, and the grade 风险等级 of their risk (domain §1.2, §1.5)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from services.common.errors import Refused
from services.common.words import Word
from services.risk.positions.domain import Standing


class Kind(Word):
    DECISION = 1, "决策"
    JUDICIAL = 2, "司法"
    ENFORCEMENT = 3, "行政执法"
    LICENSING = 4, "行政许可"
    MANAGEMENT = 5, "部门管理"
    EXECUTION = 6, "执行"
    COORDINATION = 7, "综合协调"


class Extent(Word):
    DECISIVE = 1, "决定性"
    PARTIAL = 2, "部分"


class Frequency(Word):
    DAILY = 1, "每天"
    WEEKLY = 2, "每周"
    MONTHLY = 3, "每月"
    YEARLY = 4, "每年"
    SELDOM = 5, "偶尔"


def grade_in_words(grade: int | None) -> str:
    """Empty for what has none."""
    return f"{'一二三'[grade - 1]}级" if grade else ""


MOST_IMPORTANT = 3
OFTEN = frozenset({Frequency.DAILY, Frequency.WEEKLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a power is, as people of the unit write it down."""

    title: str
    kind: Kind
    extent: Extent
    basis: str
    boundary: str
    responsibility: str
    importance: int
    """From 1 to 3, the most important."""
    frequency: Frequency
    discretion: str = ""
    key_area: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The grade that the rule proposes, and why."""

    grade: int
    reason: str
    flagged: bool = False
    """Whether no clause of the rule fits, and the meeting should look at it."""


DECIDING = frozenset({Kind.DECISION, Kind.JUDICIAL, Kind.ENFORCEMENT, Kind.LICENSING, Kind.MANAGEMENT})
"""Kinds of power that decide over others."""


def proposed(standing: Standing, content: Content) -> Proposal:
    """The grade of a power in a position of this standing (domain §1.5), raised by one where it is of the greatest
    importance and exercised every day or week."""
    plain = _by_clause(standing, content)
    if plain.grade > 1 and content.importance == MOST_IMPORTANT and content.frequency in OFTEN:
        why = f"{plain.reason}；重要程度最高且{content.frequency.label}行使，提高一级"
        return replace(plain, grade=plain.grade - 1, reason=why)
    return plain


def _by_clause(standing: Standing, content: Content) -> Proposal:
    kind, extent = content.kind, content.extent
    what = f"{standing.label}岗位，{extent.label}{kind.label}权"
    if standing is Standing.LEADING and extent is Extent.DECISIVE and kind in DECIDING:
        return Proposal(1, f"{what}：一级")
    leads_or_handles = standing in (Standing.LEADING, Standing.HANDLING)
    if leads_or_handles and ((kind in DECIDING and extent is Extent.PARTIAL) or kind is Kind.EXECUTION):
        return Proposal(2, f"{what}：二级")
    if standing in (Standing.LEADING, Standing.OTHER) and kind is Kind.COORDINATION:
        return Proposal(3, f"{what}：三级")
    return Proposal(2, f"{what}：规则未列明，暂定二级，提请会议研究", flagged=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Power(Content):
    """A power of a position: what it is, and how its risk is graded."""

    id: str
    version: int = 1
    unit: str
    position: str
    grade: int
    """The one that counts: 1 is the strictest."""
    proposed_grade: int
    flagged: bool
    decision: str | None = None
    """Id of the meeting that set another than the proposed one, or left it on purpose; None where none has."""
    grade_time: datetime
    """Since when the grade counts."""
    rule_time: datetime
    """When the rule last graded it, also where the grade stayed the same."""
    retired: bool = False

    def check_in_use(self) -> None:
        """Raises Refused for a retired one."""
        if self.retired:
            raise Refused("POWER_RETIRED", "该权力事项已停用。")

    def says(self, content: Content) -> bool:
        """Whether it is written down like this already."""
        return all(getattr(self, name) == value for name, value in _written(content).items())

    def rewritten(self, content: Content, standing: Standing, now: datetime) -> Power:
        """The power as it is from now on; graded anew where that follows from something else than before."""
        written = replace(self, version=self.version + 1, **_written(content))
        return written if written.graded_by == self.graded_by else written.graded_anew(standing, now)

    def graded_anew(self, standing: Standing, now: datetime) -> Power:
        """Graded by the rule; what a meeting had set counts no more."""
        proposal = proposed(standing, self)
        anew = replace(self, proposed_grade=proposal.grade, flagged=proposal.flagged, decision=None, rule_time=now)
        return anew.with_grade(proposal.grade, now)

    def decided(self, grade: int, meeting: str, now: datetime) -> Power:
        """With the grade that a meeting set."""
        after = replace(self, version=self.version + 1, decision=meeting, flagged=False)
        return after.with_grade(grade, now)

    def with_grade(self, grade: int, now: datetime) -> Power:
        """The grade counts from now on, unless it did already."""
        return self if grade == self.grade else replace(self, grade=grade, grade_time=now)

    @property
    def graded_by(self) -> tuple[object, ...]:
        """What a grade follows from, besides the standing of the position."""
        return self.kind, self.extent, self.importance, self.frequency


def new_power(id: str, unit: str, position: str, content: Content, standing: Standing, now: datetime) -> Power:
    """A power of a position, graded by the rule."""
    proposal = proposed(standing, content)
    return Power(
        id=id,
        unit=unit,
        position=position,
        grade=proposal.grade,
        proposed_grade=proposal.grade,
        flagged=proposal.flagged,
        grade_time=now,
        rule_time=now,
        **_written(content),
    )


def _written(content: Content) -> dict[str, Any]:
    return {each.name: getattr(content, each.name) for each in fields(Content)}
