"""Which units a caller sees."""

from __future__ import annotations

import pytest

from services.common.access import Actor, Grant, Role
from services.common.errors import NotFound
from services.common.sight import check_in_sight, narrowed, units_in_sight
from tests.unit.watch.reports.builders import COUNTY_DISCIPLINE, FINANCE, LI, TOWN, VILLAGE

OF_VILLAGE = Actor(LI, (Grant(Role.BRANCH_SECRETARY, VILLAGE),))
OF_TOWN = Actor(LI, (Grant(Role.BRANCH_SECRETARY, VILLAGE), Grant(Role.TOWN_DISCIPLINE, TOWN)))
OF_COUNTY = Actor(COUNTY_DISCIPLINE, (Grant(Role.COUNTY_DISCIPLINE, TOWN[:6]),))


def test_people_of_a_unit_see_their_own_and_those_above_see_all() -> None:
    assert units_in_sight(OF_VILLAGE) == frozenset({VILLAGE})
    assert units_in_sight(OF_TOWN) is None
    assert units_in_sight(OF_COUNTY) is None


def test_what_is_out_of_sight_is_not_found() -> None:
    check_in_sight(OF_VILLAGE, VILLAGE, "监督哨")
    check_in_sight(OF_COUNTY, FINANCE, "监督哨")
    with pytest.raises(NotFound):
        check_in_sight(OF_VILLAGE, FINANCE, "监督哨")


def test_a_list_of_a_unit_out_of_sight_is_empty() -> None:
    assert narrowed(OF_VILLAGE, FINANCE) == frozenset()
    assert narrowed(OF_TOWN, FINANCE) == frozenset({FINANCE})
    assert narrowed(OF_VILLAGE, "") == frozenset({VILLAGE})
