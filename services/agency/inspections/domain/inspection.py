"""An inspection 检查 of an agency point (domain §3, Points and people): who looked, against which standards, and what
was the verdict on each check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.common.errors import InvalidFields, Violation
from services.common.words import Word


class InspectorKind(Word):
    TOWN_DISCIPLINE = 1, "镇纪委"
    COUNTY_DISCIPLINE = 2, "县纪委"
    VOLUNTEER = 3, "义务监督员"


class Verdict(Word):
    MET = 1, "达标"
    NOT_MET = 2, "未达标"
    NOT_APPLICABLE = 3, "不适用"


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one check of the standards."""

    check: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was recorded. It never changes."""

    id: str
    point: str
    """Code of the unit of the point."""
    inspector: str
    """The account."""
    kind: InspectorKind
    volunteer: str | None
    """Id of the appointment with which a volunteer inspected."""
    date: date
    standards: int
    """The version of the standards; 0 where they do not speak of the point."""
    results: tuple[Result, ...] = ()
    grade: int
    follows: str | None = None
    """Id of the earlier inspection that this one follows up."""
    create_time: datetime

    def count(self, verdict: Verdict) -> int:
        return sum(result.verdict is verdict for result in self.results)


def check_results(results: Sequence[Result], checks: Collection[str]) -> None:
    """Raises InvalidFields unless each of the checks has just one result, and nothing else has one."""
    if wrong := [*_violations(results, checks)]:
        raise InvalidFields(wrong)


def _violations(results: Sequence[Result], checks: Collection[str]) -> Iterator[Violation]:
    times = Counter(result.check for result in results)
    for index, result in enumerate(results):
        if result.check not in checks:
            yield Violation(f"results[{index}].check", "该版标准中没有这一项。", "UNKNOWN_CHECK")
        elif times[result.check] > 1:
            yield Violation(f"results[{index}].check", "每项标准只能有一个结论。", "CHECK_TWICE")
    if missing := [code for code in checks if code not in times]:
        yield Violation("results", f"还有标准没有结论：{'、'.join(missing)}。", "CHECK_MISSING")
