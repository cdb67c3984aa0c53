"""The people of the county: who lives where, in which role, and the tokens that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from joserfc.jwk import OKPKey
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Grant, Role
from services.common.clock import SystemClock
from services.common.tokens import AUDIENCE, TokenSigner

COUNTY, TOWN, OTHER_TOWN = "611021", "611021101", "611021102"
FAR_COUNTY, FAR_TOWN = "611022", "611022101"
TENANTS = (COUNTY, TOWN, OTHER_TOWN, FAR_COUNTY, FAR_TOWN)

VILLAGE, FINANCE, CIVIL_AFFAIRS, CENTRE = "village", "finance", "civil-affairs", "service-centre"

STAFF = {
    "supervisor": Role.SUPERVISOR,
    "colleague": Role.SUPERVISOR,
    "registrar": Role.REGISTRAR,
    "officer": Role.UNIT_OFFICER,
    "deputy": Role.UNIT_OFFICER,
    "secretary": Role.BRANCH_SECRETARY,
    "leader": Role.UNIT_LEADER,
    "agent": Role.AGENT,
    "volunteer": Role.VOLUNTEER,
    "risk": Role.RISK_OFFICER,
}
"""Who works at each unit, by the last part of the login: `village-registrar`. Supervisors and volunteers are no
cadres."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    tenant: str
    login: str
    grants: tuple[Grant, ...]
    unit: str = ""
    """Code of the unit that the person works in; empty for those who are no cadres."""

    @property
    def account(self) -> str:
        return f"tenants/{self.tenant}/accounts/{self.login}"

    @property
    def cadre(self) -> str | None:
        return f"tenants/{self.tenant}/cadres/{self.login}" if self.unit else None


def unit_code(tenant: str, slug: str) -> str:
    return f"{tenant}203" if slug == VILLAGE else f"{tenant}.{slug}"


def unit_with_point(tenant: str, slug: str) -> str:
    """The unit itself; the town's centre in the place of one that has no point."""
    return unit_code(tenant, CENTRE if slug == FINANCE else slug)


def people(tenant: str) -> Iterator[Person]:
    """Everybody with an account in the tenant."""
    if len(tenant) == len(COUNTY):
        commission = unit_code(tenant, "discipline")
        officers = ("discipline-1", "discipline-2", "discipline-3")
        yield from (Person(tenant, each, (Grant(Role.COUNTY_DISCIPLINE, tenant),), commission) for each in officers)
        yield Person(tenant, "viewer", (Grant(Role.COUNTY_VIEWER, tenant),), unit_code(tenant, CIVIL_AFFAIRS))
        civil_affairs = unit_code(tenant, CIVIL_AFFAIRS)
        yield Person(tenant, "window", (Grant(Role.WINDOW_CLERK, civil_affairs),), civil_affairs)
        yield Person(tenant, "operator", (Grant(Role.OPERATOR, "*"),))
        yield from _staff(tenant, CIVIL_AFFAIRS)
        return
    committee = unit_code(tenant, "discipline")
    for login in ("discipline-1", "discipline-2"):
        yield Person(tenant, login, (Grant(Role.TOWN_DISCIPLINE, tenant),), committee)
    party = unit_code(tenant, "party-committee")
    yield Person(tenant, "party", (Grant(Role.TOWN_PARTY_COMMITTEE, tenant),), party)
    yield Person(tenant, "clerk", (Grant(Role.TOWN_CLERK, tenant),), unit_code(tenant, "government-office"))
    yield Person(tenant, "mayor", (), unit_code(tenant, "government-office"))
    for slug in (VILLAGE, FINANCE):
        yield from _staff(tenant, slug)


def _staff(tenant: str, slug: str) -> Iterator[Person]:
    unit = unit_code(tenant, slug)
    for duty, role in STAFF.items():
        scope = unit_with_point(tenant, slug) if role is Role.VOLUNTEER else unit
        home = "" if role in (Role.SUPERVISOR, Role.VOLUNTEER) else unit
        yield Person(tenant, f"{slug}-{duty}", (Grant(role, scope),), home)


EVERYBODY = {person.account: person for tenant in TENANTS for person in people(tenant)}


def person(tenant: str, login: str) -> Person:
    return EVERYBODY[f"tenants/{tenant}/accounts/{login}"]


CITIZEN = Person("", "citizen", (Grant(Role.CITIZEN, ""),))


class Tokens:
    """Signs the tokens of people with the gateway's key."""

    def __init__(self, keys: Sequence[OKPKey]) -> None:
        day = timedelta(days=1)
        long_ago = SystemClock().now() - 2 * day
        self._good = TokenSigner("minshao", keys, lifetime=day)
        self._expired = TokenSigner("minshao", keys, lifetime=day, now=long_ago.timestamp)
        self._elsewhere = TokenSigner("minshao", keys, lifetime=day, audience=f"not-{AUDIENCE}")

    def good(self, who: Person) -> str:
        return self._signed(self._good, who)

    def expired(self, who: Person) -> str:
        """Ran out a day ago."""
        return self._signed(self._expired, who)

    def for_others(self, who: Person) -> str:
        """Signed by the gateway, for another audience."""
        return self._signed(self._elsewhere, who)

    def nothing(self, _who: Person) -> None:
        return None

    @staticmethod
    def _signed(signer: TokenSigner, who: Person) -> str:
        name = "citizen" if who is CITIZEN else who.account
        return signer.sign(name, who.grants, cadre=who.cadre, client="mark")[0]


Credentials = Callable[[Person], str | None]
"""The token of a person, or of none."""


UNITS = {
    "discipline": ("纪委", gateway.Unit.KIND_DISCIPLINE),
    "party-committee": ("党委", gateway.Unit.KIND_PARTY_COMMITTEE),
    "government-office": ("党政办", gateway.Unit.KIND_TOWN_ORGAN),
    FINANCE: ("财政所", gateway.Unit.KIND_TOWN_UNIT),
    CENTRE: ("便民服务中心", gateway.Unit.KIND_TOWN_UNIT),
    VILLAGE: ("八一村", gateway.Unit.KIND_VILLAGE),
}


def file_of(tenant: str) -> gateway.ProvisionTenantRequest:
    """The file with which a tenant is provisioned."""
    is_county = len(tenant) == len(COUNTY)
    kind = gateway.Tenant.KIND_COUNTY if is_county else gateway.Tenant.KIND_TOWN
    file = gateway.ProvisionTenantRequest(
        tenant=gateway.Tenant(name=f"tenants/{tenant}", display_name=f"{tenant}号", short_name=tenant, kind=kind)
    )
    departments = {
        "discipline": ("县纪委", gateway.Unit.KIND_DISCIPLINE),
        CIVIL_AFFAIRS: ("民政局", gateway.Unit.KIND_COUNTY_DEPARTMENT),
    }
    for slug, (title, unit_kind) in (departments if is_county else UNITS).items():
        file.units.add(
            name=_unit_name(tenant, unit_code(tenant, slug)),
            display_name=title,
            kind=unit_kind,
            window=unit_kind == gateway.Unit.KIND_COUNTY_DEPARTMENT,
        )
    for each in people(tenant):
        if each.cadre is not None:
            file.cadres.add(
                name=each.cadre,
                display_name=each.login,
                unit=_unit_name(tenant, each.unit),
                position="干部",
                leads_unit=_unit_name(tenant, each.unit) if each.login.endswith("-leader") else "",
                leads_town=each.login in ("mayor", "party"),
                discipline_committee=each.login.startswith("discipline"),
            )
        account = file.accounts.add(name=each.account, cadre=each.cadre or "")
        account.roles.extend(
            gateway.RoleGrant(role=common.Role.ValueType(grant.role), scope=grant.scope) for grant in each.grants
        )
    return file


def _unit_name(tenant: str, unit: str) -> str:
    return f"tenants/{tenant}/units/{unit}"
