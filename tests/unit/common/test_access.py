from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from minshao.common import v1 as common

from services.common.access import (
    COUNTY_ROLES,
    DEPARTMENT_ROLES,
    SYSTEM,
    TOWN_ROLES,
    UNIT_ROLES,
    Actor,
    Claims,
    Grant,
    Role,
    Rule,
    authorize,
    is_tenant,
    tenant_of_unit,
)
from services.common.errors import Denied, Invalid, Unauthenticated

COUNTY, TOWN, OTHER_TOWN, OTHER_COUNTY, TOWN_ELSEWHERE = "611021", "611021101", "611021102", "611022", "611022101"
TENANTS = (COUNTY, TOWN, OTHER_TOWN, OTHER_COUNTY, TOWN_ELSEWHERE)
VILLAGE, OTHER_VILLAGE, OFFICE, COUNTY_OFFICE = "611021101200", "611021101201", "611021101.finance", "611021.discipline"

ADMITTED = {
    ("a unit's role", VILLAGE): {TOWN},
    ("a unit's role", OFFICE): {TOWN},
    ("a unit's role", COUNTY_OFFICE): {COUNTY},
    ("a unit's role", TOWN): set(),
    ("a unit's role", "*"): set(),
    ("a unit's role", ""): set(),
    ("a town's role", TOWN): {TOWN},
    ("a town's role", COUNTY): {COUNTY},
    ("a town's role", OFFICE): set(),
    ("a town's role", "*"): set(),
    ("a county's role", COUNTY): {COUNTY, TOWN, OTHER_TOWN},
    ("a county's role", TOWN): set(),
    ("a county's role", "6110"): set(),
    ("a county's role", ""): set(),
    ("a county's role", "*"): set(),
    ("a department's role", f"{COUNTY}.civil-affairs"): {COUNTY, TOWN, OTHER_TOWN},
    ("a department's role", f"{TOWN}.finance"): set(),
    ("a department's role", COUNTY): set(),
    ("a department's role", "*"): set(),
    ("the operator", "*"): set(TENANTS),
    ("the operator", COUNTY): set(),
    ("the operator", ""): set(),
    ("a citizen", ""): set(),
    ("a citizen", "*"): set(),
    ("a citizen", TOWN): set(),
}
GROUPS = {
    "a unit's role": UNIT_ROLES,
    "a town's role": TOWN_ROLES,
    "a county's role": COUNTY_ROLES,
    "a department's role": DEPARTMENT_ROLES,
    "the operator": {Role.OPERATOR},
    "a citizen": {Role.CITIZEN},
}
MATRIX = [
    (role, scope, tenant, tenant in tenants)
    for (group, scope), tenants in ADMITTED.items()
    for role in sorted(GROUPS[group])
    for tenant in TENANTS
]
ANY_ROLE = Rule(frozenset(Role), ("name",))
IN_UNIT = Rule(frozenset(Role), ("parent",), ("report", "unit"))


def claims(*grants: Grant, subject: str = f"tenants/{TOWN}/accounts/liwei", client: str | None = None) -> Claims:
    return Claims(subject, grants, datetime(2030, 1, 1, tzinfo=UTC), f"tenants/{TOWN}/cadres/7", client)


def named(name: str) -> SimpleNamespace:
    return SimpleNamespace(name=name)


def about(unit: str, parent: str = f"tenants/{TOWN}") -> SimpleNamespace:
    return SimpleNamespace(parent=parent, report=SimpleNamespace(unit=unit))


def test_roles_are_those_of_the_contract() -> None:
    ours = {f"ROLE_{role.name}": int(role) for role in Role}

    assert ours | {"ROLE_UNSPECIFIED": 0} == dict(common.Role.items())


def test_every_role_belongs_to_one_sort_of_scope() -> None:
    groups = [*UNIT_ROLES, *TOWN_ROLES, *COUNTY_ROLES, *DEPARTMENT_ROLES, Role.OPERATOR, Role.CITIZEN]

    assert sorted(groups) == sorted(Role)


@pytest.mark.parametrize(("role", "scope", "tenant", "admitted"), MATRIX)
def test_a_role_counts_only_in_its_scope(role: Role, scope: str, tenant: str, admitted: bool) -> None:
    grant = Grant(role, scope)

    if admitted:
        assert authorize(ANY_ROLE, named(f"tenants/{tenant}/reports/1"), claims(grant))[1].grants == (grant,)
    else:
        with pytest.raises(Denied):
            authorize(ANY_ROLE, named(f"tenants/{tenant}/reports/1"), claims(grant))


@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_that_the_method_does_not_name_admits_nobody(role: Role) -> None:
    others = Rule(frozenset(Role) - {role}, ("name",))
    scopes = ("*", COUNTY, TOWN, VILLAGE, OFFICE, "")

    with pytest.raises(Denied):
        authorize(others, named(f"tenants/{TOWN}"), claims(*(Grant(role, scope) for scope in scopes)))


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
@pytest.mark.parametrize(
    ("unit", "admitted"),
    [
        (VILLAGE, True),
        (f"tenants/{TOWN}/units/{VILLAGE}", True),
        (f"tenants/{TOWN}/posts/{VILLAGE}", True),
        (f"tenants/{TOWN}/posts/{VILLAGE}/supervisors/1", True),
        (OTHER_VILLAGE, False),
        (OFFICE, False),
        (f"tenants/{TOWN}/units/{OTHER_VILLAGE}", False),
        (f"tenants/{TOWN}/reports/{VILLAGE}", False),
        (f"tenants/{TOWN}", False),
        ("", False),
    ],
)
def test_where_the_method_names_a_unit_its_roles_count_in_their_own(role: Role, unit: str, admitted: bool) -> None:
    bearer = claims(Grant(role, VILLAGE))

    if admitted:
        assert authorize(IN_UNIT, about(unit), bearer)[0] == TOWN
    else:
        with pytest.raises(Denied):
            authorize(IN_UNIT, about(unit), bearer)


def test_roles_above_the_unit_count_whatever_unit_is_named() -> None:
    bearer = claims(Grant(Role.TOWN_DISCIPLINE, TOWN))

    assert authorize(IN_UNIT, about(""), bearer)[0] == TOWN
    assert authorize(IN_UNIT, about(VILLAGE), bearer)[0] == TOWN


def test_a_unit_named_in_another_tenant_is_refused_by_name_of_the_field() -> None:
    bearer = claims(Grant(Role.TOWN_DISCIPLINE, TOWN))

    with pytest.raises(Invalid) as refused:
        authorize(IN_UNIT, about(f"tenants/{OTHER_TOWN}/units/{VILLAGE}"), bearer)

    assert refused.value.violations[0].field == "report.unit"


def test_a_unit_of_another_town_under_ones_own_town_admits_nobody_of_that_unit() -> None:
    bearer = claims(Grant(Role.SUPERVISOR, "611021102200"))

    with pytest.raises(Denied):
        authorize(IN_UNIT, about("611021102200"), bearer)


def test_the_actor_may_what_the_grants_that_admitted_the_call_allow_and_is_known_by_all() -> None:
    counting = (Grant(Role.SUPERVISOR, VILLAGE), Grant(Role.UNIT_OFFICER, OFFICE))
    others = (Grant(Role.TOWN_DISCIPLINE, OTHER_TOWN), Grant(Role.COUNTY_VIEWER, COUNTY))
    rule = Rule(UNIT_ROLES | TOWN_ROLES, ("name",))

    tenant, actor = authorize(rule, named(f"tenants/{TOWN}/reports/1"), claims(*counting, *others))

    account, cadre = f"tenants/{TOWN}/accounts/liwei", f"tenants/{TOWN}/cadres/7"
    assert (tenant, actor) == (TOWN, Actor(account, counting, cadre, held=(*counting, *others)))
    assert actor.has(Role.SUPERVISOR, Role.REGISTRAR)
    assert not actor.has(Role.TOWN_DISCIPLINE)
    assert actor.scopes(*UNIT_ROLES) == {VILLAGE, OFFICE}


def test_a_call_of_the_platform_acts_in_no_tenant() -> None:
    rule = Rule(frozenset({Role.OPERATOR}))

    tenant, actor = authorize(rule, SimpleNamespace(), claims(Grant(Role.OPERATOR, "*")))

    assert tenant == ""
    assert actor.has(Role.OPERATOR)


def test_a_public_call_admits_a_citizen_without_a_name() -> None:
    rule = Rule(frozenset(), ("name",), public=True)

    tenant, actor = authorize(rule, named(f"tenants/{TOWN}"), claims(subject="citizen", client="mark"))

    assert (tenant, actor) == (TOWN, Actor("citizen", (Grant(Role.CITIZEN, ""),), client="mark"))


def test_whoever_no_role_admits_to_a_public_call_is_a_citizen_and_not_named() -> None:
    rule = Rule(frozenset({Role.REGISTRAR}), ("name",), public=True)

    _, actor = authorize(rule, named(f"tenants/{OTHER_TOWN}"), claims(Grant(Role.REGISTRAR, VILLAGE)))

    assert (actor.name, actor.cadre) == ("citizen", None)
    assert actor.client
    assert "liwei" not in actor.client


@pytest.mark.parametrize("public", [True, False])
def test_without_claims_nobody_calls(public: bool) -> None:
    with pytest.raises(Unauthenticated):
        authorize(Rule(frozenset(Role), ("name",), public=public), named(f"tenants/{TOWN}"), None)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "611021101",
        "tenants/",
        "tenants/61102110",
        "tenants/6110211011",
        "tenants/611021101/",
        "tenants/611021101//reports",
        "tenants/611021101/reports/a b",
        "tenants/611021101/reports/1\n",
        "tenants/611021101/reports/'; drop table",
        "/tenants/611021101",
        "Tenants/611021101",
        "tenants/６１１０２１１０１",
        "tenants/611021101/村",
        f"tenants/611021101/reports/{'x' * 129}",
    ],
)
def test_what_is_no_resource_name_is_refused_by_name_of_the_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        authorize(ANY_ROLE, named(name), claims(Grant(Role.OPERATOR, "*")))

    assert refused.value.violations[0].field == "name"


@pytest.mark.parametrize(
    ("unit", "tenant"),
    [
        (VILLAGE, TOWN),
        (OFFICE, TOWN),
        (COUNTY_OFFICE, COUNTY),
        (TOWN, None),
        ("611021101.", None),
        ("611021101.Finance", None),
        ("611021101.finance\n", None),
        ("6110211012001", None),
        ("", None),
    ],
)
def test_the_tenant_of_a_unit_stands_in_its_code(unit: str, tenant: str | None) -> None:
    assert tenant_of_unit(unit) == tenant


def test_a_tenant_has_six_or_nine_digits() -> None:
    assert [
        code for code in ("611021", "611021101", "61102", "6110211", "611021101200", "6110２1", "*") if is_tenant(code)
    ] == [
        "611021",
        "611021101",
    ]


def test_the_system_acts_with_no_grants() -> None:
    assert SYSTEM("watch") == Actor("system/watch", ())
