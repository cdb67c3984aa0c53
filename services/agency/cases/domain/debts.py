"""Until when materials may be owed 容缺. Two readings of the rules are ours.

A day that has passed promises nothing. And whatever is decided rests on all materials: they are there by the promised
date, or the promise could not be kept.
"""

from __future__ import annotations

from datetime import date

from services.agency.cases.domain.case import Case
from services.common.errors import Invalid


def check_term(accepted: Case, today: date, promised: date | None) -> None:
    """Raises Invalid for a day before today, and for one after the promised date."""
    if (until := accepted.owed_until) is None:
        return
    if until < today:
        raise Invalid("owed_until", "补齐容缺材料的期限不能早于今天。", reason="PAST")
    if promised is not None and until > promised:
        raise Invalid("owed_until", f"补齐容缺材料的期限不能晚于承诺办结日 {promised}。", reason="AFTER_PROMISE")
