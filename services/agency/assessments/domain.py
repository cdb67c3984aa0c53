"""Assessment 考核: who is assessed, by which figures; and what follows from it 奖惩 (domain §3).

Pure. What each figure counts stands in `counting`; here stands what people call it, and what rates follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.common.counts import Counts
from services.common.words import Word


class SubjectKind(Word):
    """What can be assessed."""

    OFFICER = 1, "代办人员"
    POINT = 2, "代理点"
    TOWN = 3, "镇（街道）"
    DEPARTMENT = 4, "县直部门"


class Figure(Word):
    """What is counted of a subject; called as the field of the contract. Each is explained by the cases behind it."""

    RECEIVED = 1, "收件"
    OPEN = 2, "在办"
    OVERDUE = 3, "逾期"
    DECIDED = 4, "办结"
    AT_ONCE = 5, "即办件"
    PROMISED = 6, "承诺件"
    JOINT = 7, "联办件"
    REPORT_UP = 8, "上报件"
    GRANTED = 9, "予以办理"
    REFUSED = 10, "不予办理"
    WITHDRAWN = 11, "撤回"
    LAPSED = 12, "终止"
    CLOCKED = 13, "有时限"
    IN_PROMISE = 14, "承诺期内"
    LATE = 15, "超承诺期"
    IN_LAW = 16, "法定期内"
    OVER_LAW = 17, "超法定期"
    USED_DAYS = 18, "所用工作日"
    PROMISED_DAYS = 19, "承诺工作日"
    SETTLED = 20, "实质办结"
    FIRST_VISIT = 21, "一次办结"
    REPEATED_NOTICE = 22, "两次以上补正"
    CARDS_HANDED_OUT = 23, "监督卡发放"
    CARDS_RETURNED = 24, "监督卡收回"
    CARDS_DISSATISFIED = 25, "监督卡不满意"
    OVERSEEN = 26, "督办"
    RATED = 27, "评价"
    BAD_RATINGS = 28, "差评"
    STARS = 29, "星级合计"

    @property
    def field(self) -> str:
        """Its name in the contract."""
        return self.name.lower()


FIGURES: Mapping[str, Figure] = {figure.field: figure for figure in Figure}

RATES: Mapping[str, tuple[Figure, Figure]] = {
    "in_promise_rate": (Figure.IN_PROMISE, Figure.CLOCKED),
    "in_law_rate": (Figure.IN_LAW, Figure.CLOCKED),
    "mean_used_days": (Figure.USED_DAYS, Figure.CLOCKED),
    "first_visit_rate": (Figure.FIRST_VISIT, Figure.SETTLED),
    "mean_stars": (Figure.STARS, Figure.RATED),
}
"""What follows from two figures: the first for each of the second."""


@dataclass(frozen=True, slots=True)
class Figures(Counts[Figure]):
    """The figures of one subject."""

    def rate(self, name: str) -> float:
        """One of `RATES`; 0 where there is nothing to divide by."""
        above, below = RATES[name]
        return self[above] / self[below] if self[below] else 0.0

    def value(self, name: str) -> float:
        """A figure or a rate by its name in the contract."""
        return self.rate(name) if name in RATES else float(self[FIGURES[name]])


@dataclass(frozen=True, slots=True)
class Assessed:
    """A subject with its figures."""

    kind: SubjectKind
    subject: str
    """Resource name of an account; code of a unit or of a tenant."""
    figures: Figures


class ConsequenceKind(Word):
    """Rewards and penalties 奖惩."""

    COMMENDED = 1, "通报表扬"
    EXCELLENT = 2, "评为先进"
    REWARDED = 3, "给予奖励"
    CRITICISED = 4, "批评教育"
    SELF_EXAMINATION = 5, "责令书面检查"
    REPRIMANDED = 6, "通报批评"
    BARRED = 7, "取消评先资格"
    REASSIGNED = 8, "调整岗位"

    @property
    def reward(self) -> bool:
        """Whether it is a reward; else it is a penalty."""
        return self <= ConsequenceKind.REWARDED
