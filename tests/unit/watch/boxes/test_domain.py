"""The boxes: when they are forgotten, and who opens them."""

from __future__ import annotations

from datetime import date

import pytest

from services.common.errors import Invalid
from services.watch.boxes.domain import check_openers, last_day_to_open


def test_a_box_is_forgotten_with_the_end_of_the_fourteenth_day_after_its_opening() -> None:
    assert last_day_to_open(date(2026, 9, 1)) == date(2026, 9, 15)
    assert last_day_to_open(date(2028, 2, 20)) == date(2028, 3, 5)


@pytest.mark.parametrize("second", ["王磊", "王 磊", "王　磊", "  王磊", "王磊\u200b", "王\u2060磊", "\u3164王磊"])
def test_one_person_does_not_open_a_box_alone(second: str) -> None:
    with pytest.raises(Invalid, match="openers"):
        check_openers(("王磊", second))


def test_two_people_open_a_box() -> None:
    check_openers(("王磊", "王雷"))
