"""What a page of the register 投诉备案登记表 says, ready to be printed: words, days, and nothing that is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SEALED = "（密封）"


class Reporter(StrEnum):
    """All that the register ever tells of who reported."""

    NAMED = "署名"
    ANONYMOUS = "匿名"
    THROUGH_SUPERVISOR = "监督员转递"


@dataclass(frozen=True)
class RegisterRow:
    """One report. Days are days in Asia/Shanghai; an empty text prints as an empty box."""

    number: str
    """Register number, such as `景村监〔2026〕12号`."""
    registered: date
    received: date | None = None
    channel: str = ""
    reporter: Reporter | None = None
    kind: str = ""
    matter: str = ""
    subject: str = ""
    """Empty where nobody has linked it, or the reader must not see it."""
    summary: str | None = ""
    """None where it is sealed."""
    classification: str = ""
    organ: str = ""
    officer: str = ""
    due: date | None = None
    """Last day of the period."""
    answered: date | None = None
    finding: str = ""
    state: str = ""
    satisfaction: str = ""
    remarks: tuple[str, ...] = ()
    """Such as `逾期` or `另行办理`, and only the number of a report that another level handles."""

    @property
    def shown_summary(self) -> str:
        return SEALED if self.summary is None else self.summary

    @property
    def remark(self) -> str:
        return "；".join(self.remarks)


@dataclass(frozen=True)
class RegisterPage:
    """The register of a town, or of one of its posts, for one year, in the order of the numbers."""

    town: str
    """Such as `景村镇`."""
    year: int
    rows: tuple[RegisterRow, ...]
    printed: date
    """The day on which it was drawn up."""
    post: str | None = None
    """Name of the post's unit, such as `八一村`; None for the whole town."""

    @property
    def title(self) -> str:
        return "人民监督哨投诉备案登记表"

    @property
    def unit(self) -> str:
        return self.town if self.post is None else post_title(self.town, self.post)

    @property
    def file_name(self) -> str:
        """The name to save it under, without an ending."""
        return f"{self.unit}投诉备案登记表{self.year}"


def post_title(town: str, unit: str) -> str:
    """Name of a post, such as `景村镇八一村监督哨`, the town named once also where the name of the unit has it."""
    return f"{town}{unit.removeprefix(town)}监督哨"
