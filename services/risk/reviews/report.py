"""The printed report of a risk review: its sections and tables, as the document and the spreadsheet have them alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.risk.figures.domain import Figure, Figures
from services.risk.reviews.domain import Texts

TITLE = "廉政风险防控管理报告"


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that belong together; their sum is shown where it says something."""

    title: str
    figures: tuple[Figure, ...]
    summed: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report."""

    title: str
    tables: tuple[Table, ...]


def _named(prefix: str, *names: str) -> tuple[Figure, ...]:
    return tuple(Figure[f"{prefix}_{name}"] for name in names)


_ASPECTS = ("ETHICS", "DUTY", "PROCESS", "INSTITUTION", "ENVIRONMENT")
_GRADES = ("GRADE_1", "GRADE_2", "GRADE_3")

FROM_WATCH = _named("INFORMATION", "REPORT_SUBSTANTIATED", "REPORT_PARTLY_SUBSTANTIATED", "REPORT_OVERDUE")
FROM_AGENCY = _named("INFORMATION", "CASE_OVERDUE", "NOTICE_REPEATED")
BY_HAND = _named("INFORMATION", "INSPECTION", "AUDIT", "PETITION", "MEDIA", "SELF_FOUND", "OTHER")
INFORMATION = (*FROM_WATCH, *FROM_AGENCY, *BY_HAND)
WARNINGS = _named("WARNINGS", "YELLOW", "ORANGE", "RED")
DISPOSITIONS = _named("DISPOSITIONS", "REMINDER", "CRITICISM", "ADMONITION", "CORRECTION", "INVESTIGATION")

SECTIONS = (
    Section(
        "一、风险信息采集",
        (
            Table("来自人民监督哨", FROM_WATCH),
            Table("来自便民服务代理", FROM_AGENCY),
            Table("人工采集", BY_HAND),
            Table("按风险类别", _named("INFORMATION", *_ASPECTS), summed=False),
        ),
    ),
    Section(
        "二、风险点、预警与等级",
        (
            Table("本期确认风险点", _named("RISK_POINTS", *_ASPECTS)),
            Table("风险点现状", (Figure.RISK_POINTS_STANDING, Figure.POSITIONS_UNPROTECTED), summed=False),
            Table("预警（按最高颜色）", WARNINGS),
            Table("预警按风险类别", _named("WARNINGS", *_ASPECTS), summed=False),
            Table("岗位风险等级", _named("POSITIONS", *_GRADES, "UNGRADED")),
            Table("权力事项风险等级", _named("POWERS", *_GRADES)),
        ),
    ),
    Section(
        "三、预警处置",
        (
            Table("处置措施", DISPOSITIONS),
            Table("处置时限", _named("WARNINGS_ANSWERED", "IN_TIME", "LATE")),
            Table("责令纠错完成", _named("CORRECTIONS_DONE", "IN_TIME", "LATE")),
            Table("查处结果", _named("INVESTIGATIONS", "VIOLATION", "NO_VIOLATION")),
        ),
    ),
    Section(
        "四、尚待办理",
        (
            Table("待处置预警", _named("WARNINGS_OPEN", "YELLOW", "ORANGE", "RED")),
            Table(
                "逾期与在办",
                (
                    Figure.WARNINGS_OPEN_LATE,
                    Figure.CORRECTIONS_OPEN,
                    Figure.CORRECTIONS_OPEN_LATE,
                    Figure.INVESTIGATIONS_HANDED_OVER,
                    Figure.INVESTIGATIONS_OPEN,
                ),
                summed=False,
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the tables by unit and by month: a sum of figures."""

    title: str
    figures: tuple[Figure, ...]

    def value(self, figures: Figures) -> int:
        return sum(figures[each] for each in self.figures)


BY_MONTH = (
    Column("风险信息", INFORMATION),
    *(Column(each.label, (each,)) for each in WARNINGS),
    *(Column(each.label, (each,)) for each in DISPOSITIONS),
)
BY_UNIT = (
    *BY_MONTH,
    Column("待处置预警", _named("WARNINGS_OPEN", "YELLOW", "ORANGE", "RED")),
    *(Column(each.label, (each,)) for each in _named("POSITIONS", *_GRADES)),
    *(Column(each.label, (each,)) for each in (Figure.POSITIONS_UNPROTECTED, Figure.RISK_POINTS_STANDING)),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed."""

    place: str
    """What the review is about."""
    number: str
    edition: int
    period: str
    """As people read it."""
    published: date
    total: Figures
    units: Sequence[tuple[str, Figures]]
    """Each with what it is called; empty in the review of one unit."""
    towns: Sequence[tuple[str, Figures]]
    """The same in the review of the county; empty in others."""
    months: Sequence[tuple[str, Figures]]
    """Each with how it is written; empty where the period has only one."""
    texts: Texts

    @property
    def file_name(self) -> str:
        """The name to save it under, without an ending."""
        return f"{self.place}{TITLE}{self.period}（第{self.edition}版）"

    @property
    def written(self) -> list[tuple[str, str]]:
        """What a person wrote, under its titles; what is empty is left out."""
        texts = self.texts
        parts = (("总体情况", texts.overview), ("存在的问题", texts.problems), ("改进建议", texts.improvements))
        return [(title, text) for title, text in parts if text]
