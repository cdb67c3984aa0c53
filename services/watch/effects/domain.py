"""What reports brought about: dispositions of the risk service, told to reporters in words without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.common.periods import in_words
from services.common.words import Word
from services.watch.reports.domain.terms import Level


class Deed(Word):
    """What was done, as the reporter reads it; numbers are those of `minshao.watch.v1.ReportEffectTold.Deed`."""

    REMINDER = 1, "有关单位已收到风险提示"
    CRITICISM = 2, "有关人员已被批评教育"
    ADMONITION = 3, "有关人员已被诫勉谈话"
    CORRECTION = 4, "有关单位已被责令纠错"
    INVESTIGATION = 5, "有关问题已移交纪检监察机关依纪依法查处"
    CORRECTED = 6, "有关单位已完成纠错"
    RESULT = 7, "依纪依法查处已有结果"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that was done because of a report. It is kept from nobody who reported."""

    report: str
    disposition: str
    """Resource name."""
    deed: Deed
    day: date
    level: Level
    """The level at and above which those who handle the report see it: an investigation is kept from the unit."""
    accounts: tuple[str, ...] = ()
    """Accounts from which it is kept."""

    @property
    def words(self) -> str:
        return f"因您的反映，{self.deed.label}（{in_words(self.day)}）。"
