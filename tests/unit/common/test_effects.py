"""What was done, in the words of whoever reads it."""

from __future__ import annotations

from datetime import date

import pytest

from services.common.effects.domain import Deed

DAY = date(2026, 10, 12)
BECAUSE = "因您的反映"


def test_what_was_done_is_told_with_its_day() -> None:
    assert Deed.CORRECTION.told(BECAUSE, DAY) == "因您的反映，有关单位已被责令纠错（2026年10月12日）。"


@pytest.mark.parametrize("deed", [Deed.INVESTIGATION, Deed.RESULT])
def test_a_receipt_code_says_of_an_investigation_that_something_was_done_and_not_what(deed: Deed) -> None:
    told = deed.told_by_code(BECAUSE, DAY)

    assert "有关问题" in told
    assert not any(word in told for word in ("纪", "查处", "移交"))


@pytest.mark.parametrize("deed", sorted(set(Deed) - {Deed.INVESTIGATION, Deed.RESULT}))
def test_a_receipt_code_says_whatever_else_was_done(deed: Deed) -> None:
    assert deed.told_by_code(BECAUSE, DAY) == deed.told(BECAUSE, DAY)
