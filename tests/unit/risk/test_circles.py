"""Whom the circles take in, by role and by whose unit it is."""

from __future__ import annotations

import pytest

from services.common.access import Actor, Grant, Role
from services.risk.circles import heard_from, shown_to
from services.risk.scopes import Scope

TOWN, COUNTY = "611021101", "611021"
CLERK_OF_A_WINDOW = Grant(Role.WINDOW_CLERK, f"{COUNTY}.finance")
COMMISSION = Grant(Role.COUNTY_DISCIPLINE, COUNTY)
VIEWER = Grant(Role.COUNTY_VIEWER, COUNTY)


def scopes(grant: Grant, tenant: str, way: str) -> set[Scope]:
    """Those of a unit of the tenant, its finance, that take in who has the role."""
    circle = (heard_from if way == "heard" else shown_to)(Actor("somebody", (grant,)), tenant)
    return {each for each in Scope if circle.takes_in(each, f"{tenant}.finance")}


@pytest.mark.parametrize("way", ["shown", "heard"])
@pytest.mark.parametrize(
    ("grant", "tenant", "taken_in"),
    [
        (Grant(Role.UNIT_OFFICER, f"{TOWN}.finance"), TOWN, "UNIT TOWN EVERYBODY"),
        (Grant(Role.UNIT_OFFICER, f"{TOWN}203"), TOWN, "TOWN EVERYBODY"),
        (Grant(Role.VOLUNTEER, f"{TOWN}.finance"), TOWN, "TOWN EVERYBODY"),
        (Grant(Role.TOWN_CLERK, TOWN), TOWN, "TOWN EVERYBODY"),
        (Grant(Role.TOWN_DISCIPLINE, TOWN), TOWN, "UNIT TOWN EVERYBODY"),
        (CLERK_OF_A_WINDOW, TOWN, "EVERYBODY"),
        (VIEWER, TOWN, "EVERYBODY"),
        (Grant(Role.CITIZEN, ""), TOWN, "EVERYBODY"),
        (CLERK_OF_A_WINDOW, COUNTY, "UNIT TOWN EVERYBODY"),
        (Grant(Role.WINDOW_CLERK, f"{COUNTY}.civil-affairs"), COUNTY, "TOWN EVERYBODY"),
        (COMMISSION, COUNTY, "UNIT TOWN EVERYBODY"),
        (VIEWER, COUNTY, "TOWN EVERYBODY"),
        (Grant(Role.CITIZEN, ""), COUNTY, "EVERYBODY"),
    ],
)
def test_a_circle_takes_in_the_accounts_of_its_tenant(way: str, grant: Grant, tenant: str, taken_in: str) -> None:
    assert scopes(grant, tenant, way) == {Scope[each] for each in taken_in.split()}


def test_the_county_is_shown_all_of_a_town_and_is_heard_there_where_everybody_is() -> None:
    assert scopes(COMMISSION, TOWN, "shown") == set(Scope)
    assert scopes(COMMISSION, TOWN, "heard") == {Scope.EVERYBODY}
