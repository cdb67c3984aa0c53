"""The library of typical powers, as it is written."""

from __future__ import annotations

from collections import defaultdict

import pytest

from services.common.rpc.screening import screen_of
from services.common.rpc.validation import violations_of
from services.risk.power_library.domain import LibraryPower, Organ
from services.risk.power_library.shelf import library
from services.risk.power_library.use_cases import MOST_KEY_AREAS
from services.risk.powers.domain import proposed
from services.risk.powers.encoding import content_message


@pytest.mark.parametrize("organ", Organ)
def test_every_kind_of_unit_begins_with_five_to_eight_powers(organ: Organ) -> None:
    powers = [each for each in library().values() if each.organ is organ]

    assert 5 <= len(powers) <= 8
    assert all("《" in each.content.basis for each in powers)


@pytest.mark.parametrize("power", library().values(), ids=lambda each: each.code)
def test_what_is_in_the_library_is_as_a_person_may_write_it(power: LibraryPower) -> None:
    content = content_message(power.content)

    assert violations_of(content) == []
    assert screen_of(content.DESCRIPTOR).violations(content) == []
    assert not proposed(power.standing, power.content).flagged


def test_a_position_has_one_standing_and_each_of_its_powers_once() -> None:
    standings, titles = defaultdict(set), []
    for each in library().values():
        standings[each.organ, each.position].add(each.standing)
        titles.append((each.organ, each.position, each.content.title))

    assert all(len(each) == 1 for each in standings.values())
    assert len(set(titles)) == len(titles)


def test_a_unit_that_takes_everything_has_room_for_its_key_areas() -> None:
    assert len({each.content.key_area for each in library().values()} - {""}) <= MOST_KEY_AREAS
