"""Provisions all of Luonan: the county, its towns and sub-districts, their units, people and accounts.

`requests()` is the whole county as requests to the gateway, the county first; `provision` sends them. The ids of
people tell who they are: `finance-leader` works in the finance office, `v203-secretary` in the village whose code
ends in 203. An account has the id of its cadre for a login.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from deploy.local.divisions import Department, Division, departments, divisions
from deploy.local.people import Names
from services.common.rpc.client import Client

SEED = "luonan"

Role = common.Role
UnitKind = gateway.Unit.Kind

TENANT_KINDS = {
    "county": gateway.Tenant.KIND_COUNTY,
    "town": gateway.Tenant.KIND_TOWN,
    "subdistrict": gateway.Tenant.KIND_SUBDISTRICT,
}


@dataclass(frozen=True, slots=True)
class Organ:
    """A unit that every town has."""

    slug: str
    name: str
    """After the town's name, such as `财政所` after `景村镇`."""
    kind: UnitKind.ValueType
    head: str
    """What its leader is called."""


CENTRE = "service-centre"
PARTY = Organ("party-committee", "党委", gateway.Unit.KIND_PARTY_COMMITTEE, "党委书记")
DISCIPLINE = Organ("discipline", "纪委", gateway.Unit.KIND_DISCIPLINE, "纪委书记")
WORKING_ORGANS = (
    Organ("government-office", "党政办", gateway.Unit.KIND_TOWN_ORGAN, "党政办主任"),
    Organ("finance", "财政所", gateway.Unit.KIND_TOWN_UNIT, "财政所所长"),
    Organ("civil-affairs", "民政办", gateway.Unit.KIND_TOWN_UNIT, "民政办主任"),
    Organ("police", "派出所", gateway.Unit.KIND_TOWN_UNIT, "派出所所长"),
    Organ(CENTRE, "便民服务中心", gateway.Unit.KIND_TOWN_UNIT, "便民服务中心主任"),
)

HEADS_OF_DEPARTMENTS = {"局": "局长", "部": "部长", "会": "主席", "司": "经理"}
"""By the last character of the department's name; all others have a 主任."""


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """An account that was added, and how to sign in with it for the first time."""

    name: str
    """`tenants/{tenant}/accounts/{login}`."""
    roles: tuple[gateway.RoleGrant, ...]
    password: str


class Register:
    """Gathers one tenant's file."""

    def __init__(self, division: Division, seed: str) -> None:
        self._tenant = division.code
        self._names = Names(f"{seed}/{division.code}")
        self.file = gateway.ProvisionTenantRequest(
            tenant=gateway.Tenant(
                name=f"tenants/{division.code}",
                display_name=division.name,
                short_name=division.short,
                kind=TENANT_KINDS[division.kind],
            )
        )

    def unit(self, code: str, name: str, kind: UnitKind.ValueType, *, window: bool = False) -> str:
        """Adds a unit, and returns its code."""
        unit = self.file.units.add(display_name=name, kind=kind, window=window)
        unit.name = f"tenants/{self._tenant}/units/{code}"
        return code

    def person(
        self, id: str, unit: str, position: str, *grants: tuple[Role.ValueType, str], leads: bool = False
    ) -> gateway.Cadre:
        """Adds a cadre with an account, and returns the cadre for more to be said."""
        name = f"tenants/{self._tenant}/units/{unit}"
        cadre = self.file.cadres.add(display_name=self._names.draw(), unit=name, position=position)
        cadre.name = f"tenants/{self._tenant}/cadres/{id}"
        if leads:
            cadre.leads_unit = name
        account = self.file.accounts.add(name=f"tenants/{self._tenant}/accounts/{id}", cadre=cadre.name)
        account.roles.extend(gateway.RoleGrant(role=role, scope=scope) for role, scope in grants)
        return cadre


def requests(seed: str = SEED) -> Iterator[gateway.ProvisionTenantRequest]:
    """The county, then its towns and sub-districts by code. The same for the same seed."""
    everything = divisions()
    for division in everything:
        if division.kind == "county":
            yield county(division, departments(), seed)
        elif division.kind in TENANT_KINDS:
            yield town(division, [each for each in everything if each.parent == division.code], seed)


def county(division: Division, departments: Iterable[Department], seed: str = SEED) -> gateway.ProvisionTenantRequest:
    """The county: its discipline commission with three officers, a viewer, and two people in each department."""
    register, code = Register(division, seed), division.code
    for department in departments:
        slug = department.code.removeprefix(f"{code}.")
        if slug == DISCIPLINE.slug:
            _commission(register, department, code)
            continue
        unit = register.unit(
            department.code, department.name, gateway.Unit.KIND_COUNTY_DEPARTMENT, window=department.has_window
        )
        head = HEADS_OF_DEPARTMENTS.get(department.name[-1], "主任")
        register.person(f"{slug}-leader", unit, head, (common.ROLE_UNIT_LEADER, unit), leads=True)
        window = ((common.ROLE_WINDOW_CLERK, unit),) if department.has_window else ()
        register.person(f"{slug}-officer", unit, "干事", (common.ROLE_UNIT_OFFICER, unit), *window)
    register.person("viewer", f"{code}.government-office", "督查室主任", (common.ROLE_COUNTY_VIEWER, code))
    return register.file


def town(division: Division, villages: Iterable[Division], seed: str = SEED) -> gateway.ProvisionTenantRequest:
    """A town or sub-district: its committees and leaders, its organs and stations, its villages and communities."""
    register, code = Register(division, seed), division.code
    _leadership(register, division)
    for organ in WORKING_ORGANS:
        unit = register.unit(f"{code}.{organ.slug}", f"{division.name}{organ.name}", organ.kind)
        clerk = (common.ROLE_TOWN_CLERK, code) if organ.slug == CENTRE else None
        _staff(register, unit, organ.slug, (organ.head, "支部书记", "干事", "文书"), clerk)
    mayor = "镇长" if division.kind == "town" else "办事处主任"
    register.person("mayor", f"{code}.government-office", mayor).MergeFrom(
        gateway.Cadre(leads_town=True, party_committee=True)
    )
    for village in villages:
        kind = gateway.Unit.KIND_VILLAGE if village.kind == "village" else gateway.Unit.KIND_COMMUNITY
        unit = register.unit(village.code, village.name, kind)
        place = "村" if village.kind == "village" else "社区"
        positions = (f"{place}主任", f"{place}党支部书记", f"{place}监委会主任", f"{place}文书")
        _staff(register, unit, f"v{village.code[-3:]}", positions, (common.ROLE_AGENT, unit))
    return register.file


async def provision(client: Client, seed: str = SEED) -> list[FirstAccount]:
    """Provisions all of it through the gateway's organisation service, as an operator, and returns the accounts that
    were added: all of them the first time, none when everything was there. Raises DomainError."""
    added = []
    for request in requests(seed):
        answer = await client.call(request, gateway.ProvisionTenantResponse, limit=60)
        roles = {account.name: tuple(account.roles) for account in request.accounts}
        added += [FirstAccount(each.account, roles[each.account], each.password) for each in answer.added_accounts]
    return added


def _commission(register: Register, department: Department, county: str) -> None:
    unit = register.unit(department.code, department.name, gateway.Unit.KIND_DISCIPLINE)
    people = (("discipline-secretary", "书记"), ("discipline-deputy", "副书记"), ("discipline-officer", "案件室主任"))
    for id, position in people:
        leads = id == "discipline-secretary"
        officer = register.person(id, unit, position, (common.ROLE_COUNTY_DISCIPLINE, county), leads=leads)
        officer.discipline_committee = True


def _leadership(register: Register, division: Division) -> None:
    """Party secretary, the deputy who signs for the committee, and two discipline officers."""
    code, working = division.code, "" if division.kind == "town" else "工"
    party, discipline = (
        register.unit(f"{code}.{organ.slug}", f"{division.name}{organ.name[0]}{working}{organ.name[1]}", organ.kind)
        for organ in (PARTY, DISCIPLINE)
    )
    secretary = register.person("party-secretary", party, f"党{working}委书记", leads=True)
    secretary.MergeFrom(gateway.Cadre(leads_town=True, party_committee=True))
    register.person(
        "party-committee", party, f"党{working}委副书记", (common.ROLE_TOWN_PARTY_COMMITTEE, code)
    ).party_committee = True
    officer = (common.ROLE_TOWN_DISCIPLINE, code)
    head = register.person("discipline-secretary", discipline, f"纪{working}委书记", officer, leads=True)
    head.MergeFrom(gateway.Cadre(party_committee=True, discipline_committee=True))
    register.person("discipline-officer", discipline, f"纪{working}委副书记", officer).discipline_committee = True


def _staff(
    register: Register,
    unit: str,
    prefix: str,
    positions: tuple[str, str, str, str],
    acting: tuple[Role.ValueType, str] | None = None,
) -> None:
    """Leader, branch secretary, officer and registrar of a unit. The first two lead it; the registrar acts for people
    too where there is a point."""
    leader, secretary, officer, registrar = positions
    register.person(f"{prefix}-leader", unit, leader, (common.ROLE_UNIT_LEADER, unit), leads=True)
    register.person(f"{prefix}-secretary", unit, secretary, (common.ROLE_BRANCH_SECRETARY, unit), leads=True)
    register.person(f"{prefix}-officer", unit, officer, (common.ROLE_UNIT_OFFICER, unit))
    roles = [(common.ROLE_REGISTRAR, unit), *([acting] if acting else [])]
    register.person(f"{prefix}-registrar", unit, registrar, *roles)
