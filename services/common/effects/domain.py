"""What came of somebody's matter: dispositions of the risk service, told to whose matter it was in words without names.

Watch tells those who reported, the agency those who applied.
"""

from __future__ import annotations

from datetime import date

from services.common.periods import in_words
from services.common.words import Word


class Deed(Word):
    """What was done, as whose matter it was reads it; numbered alike in the contracts of watch and of the agency."""

    REMINDER = 1, "有关单位已收到风险提示"
    CRITICISM = 2, "有关人员已被批评教育"
    ADMONITION = 3, "有关人员已被诫勉谈话"
    CORRECTION = 4, "有关单位已被责令纠错"
    INVESTIGATION = 5, "有关问题已移交纪检监察机关依纪依法查处"
    CORRECTED = 6, "有关单位已完成纠错"
    RESULT = 7, "依纪依法查处已有结果"

    def told(self, because: str, day: date) -> str:
        """The whole sentence, such as `因您的反映，有关单位已被责令纠错（2026年10月12日）。`."""
        return _sentence(because, self.label, day)

    def told_by_code(self, because: str, day: date) -> str:
        """The same for whoever has the receipt code, which also who registered the matter for somebody has read, in the
        unit from which an investigation is kept: so of that it says no more than that something was done."""
        return _sentence(because, BY_CODE.get(self, self.label), day)


BY_CODE = {Deed.INVESTIGATION: "有关问题已按规定处理", Deed.RESULT: "有关问题的处理已有结果"}


def _sentence(because: str, done: str, day: date) -> str:
    return f"{because}，{done}（{in_words(day)}）。"
