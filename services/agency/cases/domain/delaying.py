"""What is done at once 即办, and could not be this time: the applicant is told why (domain §3)."""

from __future__ import annotations

from services.agency.cases.domain.case import Case
from services.agency.items.domain import Handling
from services.common.errors import Invalid


def check_reason(case: Case, delay_reason: str) -> None:
    """Of other items the steps and conditions of the item say why. Raises Invalid."""
    if case.handling is Handling.AT_ONCE and not delay_reason:
        raise Invalid("delay_reason", "即办事项不能当场办结的，请写明原因，并告知申办人。", reason="NO_REASON")
    if case.handling is not Handling.AT_ONCE and delay_reason:
        raise Invalid("delay_reason", "只有即办事项才说明不能当场办结的原因。", reason="NOT_AT_ONCE")
