"""The printed table of an assessment: its columns, as the spreadsheet and the paper have them alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.agency.assessments.domain import FIGURES, RATES, Assessed, Figures, SubjectKind


@dataclass(frozen=True, slots=True)
class Column:
    """A figure, or a rate, with what stands above it and above its neighbours."""

    group: str
    title: str
    name: str
    """As in the contract."""

    def value(self, figures: Figures) -> int | float | None:
        """None for a rate of nothing: such a box stays empty."""
        if self.name not in RATES:
            return figures[FIGURES[self.name]]
        return figures.rate(self.name) if figures[RATES[self.name][1]] else None

    def text(self, figures: Figures) -> str:
        value = self.value(figures)
        if value is None:
            return "—"
        if self.percent:
            return f"{value:.1%}".replace(".0%", "%")
        return f"{value:.1f}" if self.name in RATES else str(value)

    @property
    def percent(self) -> bool:
        return self.name.endswith("_rate")


COLUMNS = (
    Column("收件", "收件", "received"),
    Column("收件", "在办", "open"),
    Column("收件", "逾期", "overdue"),
    Column("办结", "合计", "decided"),
    Column("办结", "即办", "at_once"),
    Column("办结", "承诺", "promised"),
    Column("办结", "联办", "joint"),
    Column("办结", "上报", "report_up"),
    Column("结果", "予以\n办理", "granted"),
    Column("结果", "不予\n办理", "refused"),
    Column("结果", "撤回", "withdrawn"),
    Column("结果", "终止", "lapsed"),
    Column("承诺时限", "有时\n限件", "clocked"),
    Column("承诺时限", "期内", "in_promise"),
    Column("承诺时限", "按期\n率", "in_promise_rate"),
    Column("法定时限", "期内", "in_law"),
    Column("法定时限", "按期\n率", "in_law_rate"),
    Column("用时\n（工作日）", "合计", "used_days"),
    Column("用时\n（工作日）", "平均", "mean_used_days"),
    Column("一次办结", "件数", "first_visit"),
    Column("一次办结", "比率", "first_visit_rate"),
    Column("补正", "两次\n以上", "repeated_notice"),
    Column("督办", "件数", "overseen"),
    Column("好差评", "评价", "rated"),
    Column("好差评", "差评", "bad_ratings"),
    Column("好差评", "平均\n星级", "mean_stars"),
    Column("监督卡", "发放", "cards_handed_out"),
    Column("监督卡", "收回", "cards_returned"),
    Column("监督卡", "不\n满意", "cards_dissatisfied"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """What is printed: of whom, over which period, by which records."""

    place: str
    """Name of the town or the county."""
    kind: SubjectKind
    period: str
    """As people read it."""
    source: str
    """The number of the edition; empty where it is counted from the records of now."""
    printed: date
    rows: Sequence[tuple[str, Assessed]]
    """Each with what it is called."""
    total: Figures

    @property
    def title(self) -> str:
        return f"便民服务代理考核表（{self.kind.label}）"

    @property
    def file_name(self) -> str:
        """The name to save it under, without an ending."""
        return f"{self.place}{self.kind.label}考核{self.period}"
