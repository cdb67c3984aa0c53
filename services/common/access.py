"""Who may call what: the access option of each RPC, held against the roles and scopes of a caller.

The rule of the domain (scope column of the table of roles): a unit's role counts in its unit, a town's in its town,
a county's and that of a county department in the county and all its towns, the operator's everywhere; citizens only
where a call is public. What depends on rows (recusal, the unit of a loaded report) is decided by each service after
this.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from hashlib import sha256

from services.common.errors import Denied, Invalid, Unauthenticated

ANYWHERE = "*"
"""Scope of the operator."""

_TENANT = re.compile(r"[0-9]{6}(?:[0-9]{3})?")
_UNIT = re.compile(r"(?P<village>[0-9]{12})|(?P<tenant>[0-9]{6}(?:[0-9]{3})?)\.[a-z][a-z0-9-]{0,62}")
_NAME = re.compile(
    r"tenants/(?P<tenant>[0-9]{6}(?:[0-9]{3})?)(?:/(?:units|posts)/(?P<unit>[A-Za-z0-9.-]{1,80}))?(?:/[A-Za-z0-9._~-]{1,128})*"
)


class Role(IntEnum):
    """What an account may be; numbers are those of `minshao.common.v1.Role`."""

    CITIZEN = 1
    SUPERVISOR = 2
    REGISTRAR = 3
    UNIT_OFFICER = 4
    BRANCH_SECRETARY = 5
    UNIT_LEADER = 6
    TOWN_PARTY_COMMITTEE = 7
    TOWN_DISCIPLINE = 8
    COUNTY_DISCIPLINE = 9
    COUNTY_VIEWER = 10
    OPERATOR = 11
    AGENT = 12
    TOWN_CLERK = 13
    WINDOW_CLERK = 14
    VOLUNTEER = 15
    RISK_OFFICER = 16


UNIT_ROLES = frozenset(
    {
        Role.SUPERVISOR,
        Role.REGISTRAR,
        Role.UNIT_OFFICER,
        Role.BRANCH_SECRETARY,
        Role.UNIT_LEADER,
        Role.AGENT,
        Role.VOLUNTEER,
        Role.RISK_OFFICER,
    }
)
TOWN_ROLES = frozenset({Role.TOWN_PARTY_COMMITTEE, Role.TOWN_DISCIPLINE, Role.TOWN_CLERK})
DEPARTMENT_ROLES = frozenset({Role.WINDOW_CLERK})
"""Their scope is a department of the county, and they count in the county and in each of its towns."""
COUNTY_ROLES = frozenset({Role.COUNTY_DISCIPLINE, Role.COUNTY_VIEWER})

CENTRE = "service-centre"
"""Slug of the unit in which the clerks of a town work, whose scope is the town."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope: a unit's code, a town's, a county's, `*` for the operator, empty for a citizen."""

    role: Role
    scope: str


def units_of(grants: Iterable[Grant]) -> frozenset[str]:
    """Codes of the units in which they give any role at all."""
    return frozenset(unit for each in grants if (unit := unit_of(each)))


def unit_of(grant: Grant) -> str:
    """Code of the unit in which a grant gives a role; empty for one of a whole town or county."""
    if grant.role is Role.TOWN_CLERK:
        return f"{grant.scope}.{CENTRE}"
    return grant.scope if grant.role in UNIT_ROLES | DEPARTMENT_ROLES else ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in one call, with only the grants that admitted this call."""

    name: str
    """`tenants/{tenant}/accounts/{login}`, `citizen`, or `system/{service}`."""
    grants: tuple[Grant, ...] = ()
    cadre: str | None = None
    """Resource name of the cadre whose account it is."""
    client: str | None = None
    """Mark of the client for limits: a keyed hash that changes daily, never an address."""
    epoch: int | None = None
    """That of the account when the token was signed; None where the token does not say."""
    held: tuple[Grant, ...] = ()
    """All grants of the token, also those that did not admit this call: rights follow from `grants` alone, but recusal
    from everything that somebody is."""

    @property
    def belongs_to(self) -> frozenset[str]:
        """Codes of the units in which the actor has any role at all, whatever admitted the call."""
        return units_of((*self.grants, *self.held))

    @property
    def names(self) -> tuple[str, ...]:
        """All under which something may be kept from the actor: resource names of the account and of the cadre whose it
        is, codes of units."""
        return (self.name, *([self.cadre] if self.cadre else []), *sorted(self.belongs_to))

    def has(self, *roles: Role) -> bool:
        """Whether any of the roles admitted this call."""
        return any(grant.role in roles for grant in self.grants)

    def scopes(self, *roles: Role) -> frozenset[str]:
        """The scopes in which the actor holds any of the roles for this call."""
        return frozenset(grant.scope for grant in self.grants if grant.role in roles)

    def only_at(self, role: Role, scopes: Collection[str]) -> Actor:
        """The actor with this role in no other scopes than these, and every other role as it is."""
        kept = tuple(grant for grant in self.grants if grant.role is not role or grant.scope in scopes)
        return replace(self, grants=kept)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says about its bearer."""

    subject: str
    grants: tuple[Grant, ...]
    expires: datetime
    cadre: str | None = None
    client: str | None = None
    epoch: int | None = None


def SYSTEM(service: str) -> Actor:  # noqa: N802
    """The actor of what no person does: deadlines that fire, events that arrive."""
    return Actor(f"system/{service}")


def is_tenant(code: str) -> bool:
    """Whether it has the form of a tenant's code: six digits (county) or nine (town)."""
    return _TENANT.fullmatch(code) is not None


def county_of(tenant: str) -> str:
    """The code of a tenant's county; its own for a county."""
    return tenant[:6]


def is_county(tenant: str) -> bool:
    return tenant == county_of(tenant)


def tenant_of_unit(unit: str) -> str | None:
    """The tenant of a unit's code: what stands before the dot, or the town of a 12-digit division code."""
    if (match := _UNIT.fullmatch(unit)) is None:
        return None
    return match["village"][:9] if match["village"] else match["tenant"]


@dataclass(frozen=True, slots=True)
class Rule:
    """The access option of one RPC. Paths are field names from the request down; empty: the option names none."""

    roles: frozenset[Role]
    tenant: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    public: bool = False


def authorize(rule: Rule, request: object, claims: Claims | None) -> tuple[str, Actor]:
    """The tenant in which the call acts (empty for a call of the platform) and the actor with what admitted it.

    Raises Unauthenticated without claims, Invalid where a resource name is none, Denied where no role counts.
    """
    if claims is None:
        raise Unauthenticated
    tenant, unit = _place(rule, request)
    grants = tuple(grant for grant in claims.grants if grant.role in rule.roles and _counts(grant, rule, tenant, unit))
    if grants:
        return tenant, Actor(claims.subject, grants, claims.cadre, claims.client, claims.epoch, claims.grants)
    if rule.public:
        return tenant, _citizen(claims)
    raise Denied


def covers(grant: Grant, tenant: str) -> bool:
    """Whether the grant counts in the tenant: the unit's own, the town itself, the county and each of its towns."""
    if grant.role in UNIT_ROLES:
        return tenant_of_unit(grant.scope) == tenant
    if grant.role in TOWN_ROLES:
        return grant.scope == tenant
    if grant.role in COUNTY_ROLES:
        return county_of(tenant) == grant.scope
    if grant.role in DEPARTMENT_ROLES:
        return county_of(tenant) == tenant_of_unit(grant.scope)
    return grant.role is Role.OPERATOR and grant.scope == ANYWHERE


def _counts(grant: Grant, rule: Rule, tenant: str, unit: str) -> bool:
    if not rule.tenant:
        return True
    if rule.unit and grant.role in UNIT_ROLES and grant.scope != unit:
        return False
    return covers(grant, tenant)


def _citizen(claims: Claims) -> Actor:
    """Whoever no role admits calls as any citizen does, without a name; limits still tell the clients apart."""
    client = claims.client or sha256(claims.subject.encode()).hexdigest()[:32]
    return Actor("citizen", (Grant(Role.CITIZEN, ""),), client=client)


def _place(rule: Rule, request: object) -> tuple[str, str]:
    """Tenant and unit that the request names; empty where the rule names no field, or the unit's field is empty."""
    if not rule.tenant:
        return "", ""
    tenant = _name(rule.tenant, request)["tenant"]
    if not rule.unit or not (text := _text(rule.unit, request)):
        return tenant, ""
    if tenant_of_unit(text) is not None:
        return tenant, text
    name = _name(rule.unit, request)
    if name["tenant"] != tenant:
        raise Invalid(".".join(rule.unit), f"应当属于 {tenant}。", reason="OTHER_TENANT")
    return tenant, name["unit"] or ""


def _name(path: tuple[str, ...], request: object) -> re.Match[str]:
    if (match := _NAME.fullmatch(_text(path, request))) is None:
        raise Invalid(".".join(path), "应当是资源名称，形如 tenants/{6 或 9 位代码}/…。", reason="RESOURCE_NAME")
    return match


def _text(path: tuple[str, ...], request: object) -> str:
    value = request
    for field in path:
        value = getattr(value, field)
    return str(value)
