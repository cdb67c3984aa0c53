"""Which roles belong where, and who may act on them."""

from __future__ import annotations

import pytest

from services.common.access import COUNTY_ROLES, DEPARTMENT_ROLES, TOWN_ROLES, UNIT_ROLES, Actor, Grant, Role
from services.common.errors import Denied, Invalid, Refused
from services.gateway.accounts.domain import (
    DISCIPLINE,
    Account,
    check_over,
    check_scope,
    check_together,
    refuse_discipline,
)

TOWN, COUNTY = "611021101", "611021"
UNIT = f"{TOWN}.finance"
OPERATOR = Actor("tenants/611021/accounts/ops", (Grant(Role.OPERATOR, "*"),))
OFFICER = Actor(f"tenants/{TOWN}/accounts/jiwei", (Grant(Role.TOWN_DISCIPLINE, TOWN),))


def scope_of(role: Role) -> str:
    if role in UNIT_ROLES | DEPARTMENT_ROLES:
        return UNIT
    if role in TOWN_ROLES:
        return TOWN
    return COUNTY if role in COUNTY_ROLES else "*"


@pytest.mark.parametrize("tenant", [TOWN, COUNTY])
@pytest.mark.parametrize("role", Role)
def test_every_role_belongs_to_one_kind_of_tenant_or_to_units(tenant: str, role: Role) -> None:
    of_county = COUNTY_ROLES | DEPARTMENT_ROLES | {Role.OPERATOR}
    at_home = role in UNIT_ROLES or role in (TOWN_ROLES if tenant == TOWN else of_county)

    if at_home:
        check_scope(tenant, Grant(role, scope_of(role)), {UNIT}, "role")
    else:
        with pytest.raises(Invalid):
            check_scope(tenant, Grant(role, scope_of(role)), {UNIT}, "role")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CITIZEN}))
@pytest.mark.parametrize("scope", ["611021102", "611022", "611021101.police", "611021101203", ""])
def test_a_scope_that_is_not_of_the_tenant_is_refused(role: Role, scope: str) -> None:
    tenant = TOWN if role in UNIT_ROLES | TOWN_ROLES else COUNTY

    with pytest.raises(Invalid):
        check_scope(tenant, Grant(role, scope), {UNIT}, "role")


@pytest.mark.parametrize("role", sorted(DISCIPLINE))
def test_an_operator_holds_no_discipline_role(role: Role) -> None:
    check_together([Grant(role, "x"), Grant(Role.COUNTY_VIEWER, "x")])
    with pytest.raises(Refused):
        check_together([Grant(role, "x"), Grant(Role.OPERATOR, "*")])
    with pytest.raises(Refused):
        refuse_discipline([Grant(role, "x")])


def test_what_concerns_discipline_is_for_another_officer_and_the_rest_for_an_operator() -> None:
    other = Account("other", cadre="li")

    check_over(OPERATOR, TOWN, other, discipline=False)
    check_over(OFFICER, TOWN, other, discipline=True)
    for actor, discipline in ((OPERATOR, True), (OFFICER, False)):
        with pytest.raises(Denied):
            check_over(actor, TOWN, other, discipline=discipline)
    for own in (Account("jiwei"), Account("second", cadre="jiwei")):
        officer = Actor(OFFICER.name, OFFICER.grants, cadre=f"tenants/{TOWN}/cadres/jiwei")
        with pytest.raises(Denied):
            check_over(officer, TOWN, own, discipline=True)
