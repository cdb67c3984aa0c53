"""A rating 好差评: what an applicant says, once and for good, of how their case was handled (domain §3, Case)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.agency.cases.domain.case import Case
from services.common.errors import Invalid, Refused
from services.common.words import Word


class Kind(Word):
    OVERALL = 1, "总体评价"
    DESK = 2, "窗口评价"


class Satisfaction(Word):
    """The five levels; their numbers are stars."""

    VERY_DISSATISFIED = 1, "非常不满意"
    DISSATISFIED = 2, "不满意"
    FAIRLY_SATISFIED = 3, "基本满意"
    SATISFIED = 4, "满意"
    VERY_SATISFIED = 5, "非常满意"

    @property
    def bad(self) -> bool:
        """Whether it opens a follow-up."""
        return self <= Satisfaction.DISSATISFIED


class Tag(Word):
    """What may be ticked."""

    WARM = 1, "服务热情"
    ONE_VISIT = 2, "一次办好"
    CLEAR = 3, "讲解清楚"
    EARLY = 4, "提前办结"
    CAME_TO_THE_DOOR = 5, "上门代办"
    ON_TIME = 6, "按时办结"
    COULD_BE_SIMPLER = 7, "流程可再简化"
    COULD_BE_CLEARER = 8, "指引可再清楚"
    UNFRIENDLY = 9, "态度不好"
    LATE = 10, "超过承诺时限"
    MANY_VISITS = 11, "多次跑腿"
    NOT_TOLD_AT_ONCE = 12, "没有一次性告知"
    PASSED_AROUND = 13, "推诿扯皮"
    NOBODY_THERE = 14, "无人在岗"
    FEE_TAKEN = 15, "违规收费"
    FAVOURS_DEMANDED = 16, "吃拿卡要"


_BAD = (Tag.UNFRIENDLY, Tag.LATE, Tag.MANY_VISITS, Tag.NOT_TOLD_AT_ONCE, Tag.PASSED_AROUND, Tag.NOBODY_THERE)

TAGS: Mapping[Satisfaction, tuple[Tag, ...]] = {
    Satisfaction.VERY_SATISFIED: (Tag.WARM, Tag.ONE_VISIT, Tag.CLEAR, Tag.EARLY, Tag.CAME_TO_THE_DOOR),
    Satisfaction.SATISFIED: (Tag.WARM, Tag.ONE_VISIT, Tag.CLEAR, Tag.ON_TIME),
    Satisfaction.FAIRLY_SATISFIED: (Tag.CLEAR, Tag.ON_TIME, Tag.COULD_BE_SIMPLER, Tag.COULD_BE_CLEARER),
    Satisfaction.DISSATISFIED: _BAD,
    Satisfaction.VERY_DISSATISFIED: (*_BAD, Tag.FEE_TAKEN, Tag.FAVOURS_DEMANDED),
}
"""What each level offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One rating; it never changes. What was written lies sealed beside the case."""

    tenant: str
    id: str
    case: str
    case_number: str
    kind: Kind
    unit: str
    """Code of the unit that is rated: of the case's point, or of a desk."""
    item: str
    level: Satisfaction
    tags: tuple[Tag, ...]
    give_time: datetime
    give_date: date
    """The day in Shanghai."""


def contacts(case: Case) -> list[tuple[Kind, str]]:
    """Whom the applicant has met: the point for the case as a whole, and each desk that it came to, once."""
    desks = dict.fromkeys(part.desk for part in case.parts if part.start is not None)
    return [(Kind.OVERALL, case.point), *((Kind.DESK, desk) for desk in desks)]


def rated_unit(case: Case, kind: Kind, desk: str) -> str:
    """The unit that a rating of the case is of. Raises Refused before the outcome, and Invalid for another desk."""
    if case.state.open:
        raise Refused("CASE_OPEN", "办结以后才能评价。")
    if kind is Kind.OVERALL:
        if desk:
            raise Invalid("desk", "总体评价不指定窗口。", reason="DESK_OF_OVERALL")
        return case.point
    if not desk:
        raise Invalid("desk", "请选择要评价的窗口。", reason="NO_DESK")
    if (kind, desk) not in contacts(case):
        raise Invalid("desk", "该代理件没有经过这个窗口。", reason="NOT_ITS_DESK")
    return desk


def check_tags(level: Satisfaction, tags: Collection[Tag]) -> None:
    """Raises Invalid for what the level does not offer."""
    for index, tag in enumerate(tags):
        if tag not in TAGS[level]:
            raise Invalid(f"tags[{index}]", f"“{tag.label}”不是“{level.label}”的评价标签。", reason="NOT_ITS_TAG")
