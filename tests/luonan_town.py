"""A town with its people, as the watch service knows it from the gateway's events: where tests of watch happen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Actor, Claims, Grant, Role
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.keys import KeyRing
from services.common.rpc.call import Call
from services.common.sealing import Sealer
from services.common.typesetting import Typesetter
from services.watch.organisation import followers
from services.watch.watch import Watch
from tests.called import told_by_gateway

COUNTY = "611021"
KEYS = KeyRing.parse(KeyRing.new_text("test"))

PEOPLE = (
    # login, cadre's unit, leads the unit, leads the town, in the discipline committee, roles
    ("mayor", "government-office", "", True, False, ()),
    ("finance-head", "finance", "finance", False, False, ("UNIT_LEADER",)),
    ("finance-clerk", "finance", "", False, False, ("UNIT_OFFICER",)),
    ("finance-secretary", "finance", "", False, False, ("BRANCH_SECRETARY",)),
    ("village-head", "village", "village", False, False, ("UNIT_LEADER",)),
    ("village-secretary", "village", "", False, False, ("BRANCH_SECRETARY",)),
    ("village-officer", "village", "", False, False, ("UNIT_OFFICER",)),
    ("village-registrar", "village", "", False, False, ("REGISTRAR",)),
    ("party", "party-committee", "", True, False, ("TOWN_PARTY_COMMITTEE",)),
    ("discipline-1", "discipline", "discipline", False, True, ("TOWN_DISCIPLINE",)),
    ("discipline-2", "discipline", "", False, True, ("TOWN_DISCIPLINE",)),
)


@dataclass
class Town:
    """One town in one database, and its people who call."""

    database: Database
    code: str
    clock: FixedClock
    watch: Watch = field(default_factory=lambda: Watch(Sealer(KEYS), KEYS, Typesetter()))
    claims: dict[str, Claims] = field(default_factory=dict)

    @property
    def county(self) -> str:
        return self.code[:6]

    @property
    def name(self) -> str:
        return f"tenants/{self.code}"

    def unit(self, slug: str) -> str:
        """The code of a unit by its slug; `village` is a village of the town."""
        return f"{self.code}203" if slug == "village" else f"{self.code}.{slug}"

    def unit_name(self, slug: str) -> str:
        return f"{self.name}/units/{self.unit(slug)}"

    def account(self, login: str) -> str:
        home = self.county if login.startswith("county") else self.code
        return f"tenants/{home}/accounts/{login}"

    def cadre(self, login: str) -> str:
        return f"{self.name}/cadres/{login}"

    def call(self, login: str = "", tenant: str = "") -> Call:
        """A call of one of the people, with all their grants; of a citizen without a login."""
        claims = self.claims[login] if login else CITIZEN
        name = claims.subject if login else "citizen"
        actor = Actor(name, claims.grants, claims.cadre, claims.client)
        return Call(actor, tenant or self.code, self.clock.now(), uuid4().hex, "", claims, self.database)

    def citizen(self, client: str) -> Call:
        """A call of a citizen from one client."""
        actor = Actor("citizen", CITIZEN.grants, client=client)
        return Call(actor, self.code, self.clock.now(), uuid4().hex, "", CITIZEN, self.database)


NEVER = datetime.max.replace(tzinfo=UTC)
CITIZEN = Claims("citizen", (Grant(Role.CITIZEN, ""),), NEVER, client="somebody")


async def a_town(database: Database, code: str, now: datetime) -> Town:
    """Provisions the town, and its county where the database has none yet."""
    town = Town(database, code, FixedClock(now))
    await tell(town, town.county, _county(town))
    await tell(town, code, _town(town))
    return town


async def tell(town: Town, tenant: str, told: gateway.TenantProvisioned) -> None:
    """Lets the watch service hear of a tenant, as its consumer does."""
    event = told_by_gateway(tenant, told, town.clock.now())
    async with town.database.transaction(tenant) as tx:
        await followers(town.watch).handlers()[event.type](tx, event, town.clock.now())


def _county(town: Town) -> gateway.TenantProvisioned:
    name = f"tenants/{town.county}"
    town.claims |= {
        "county-1": _claims(town, "county-1", Role.COUNTY_DISCIPLINE, town.county),
        "county-2": _claims(town, "county-2", Role.COUNTY_DISCIPLINE, town.county),
        "county-viewer": _claims(town, "county-viewer", Role.COUNTY_VIEWER, town.county),
    }
    accounts = [
        gateway.Account(
            name=town.account(login),
            roles=[gateway.RoleGrant(role=int(grant.role), scope=grant.scope) for grant in claims.grants],
            revision=1,
        )
        for login, claims in town.claims.items()
    ]
    return gateway.TenantProvisioned(
        tenant=gateway.Tenant(
            name=name,
            display_name="洛南县",
            short_name="洛南",
            kind=gateway.Tenant.KIND_COUNTY,
            county=name,
            revision=1,
        ),
        units=[
            gateway.Unit(
                name=f"{name}/units/{town.county}.discipline",
                display_name="县纪委监委",
                kind=gateway.Unit.KIND_COUNTY_DEPARTMENT,
                revision=1,
            )
        ],
        accounts=accounts,
        visible_to=common.LEVEL_UNIT,
    )


def _town(town: Town) -> gateway.TenantProvisioned:
    kinds = {
        "party-committee": ("镇党委", gateway.Unit.KIND_PARTY_COMMITTEE),
        "discipline": ("镇纪委", gateway.Unit.KIND_DISCIPLINE),
        "government-office": ("党政办", gateway.Unit.KIND_TOWN_ORGAN),
        "finance": ("财政所", gateway.Unit.KIND_TOWN_UNIT),
        "village": ("八一村", gateway.Unit.KIND_VILLAGE),
    }
    units = [
        gateway.Unit(name=town.unit_name(slug), display_name=title, kind=kind, revision=1)
        for slug, (title, kind) in kinds.items()
    ]
    cadres, accounts = [], []
    for login, slug, leads, leads_town, discipline, roles in PEOPLE:
        cadres.append(
            gateway.Cadre(
                name=town.cadre(login),
                display_name=login,
                unit=town.unit_name(slug),
                position="干部",
                leads_unit=town.unit_name(leads) if leads else "",
                leads_town=leads_town,
                discipline_committee=discipline,
                account=town.account(login),
                revision=1,
            )
        )
        for role in roles:
            scope = town.code if role.startswith("TOWN") else town.unit(slug)
            town.claims[login] = _claims(town, login, Role[role], scope)
        granted = town.claims[login].grants if login in town.claims else ()
        accounts.append(
            gateway.Account(
                name=town.account(login),
                cadre=town.cadre(login),
                roles=[gateway.RoleGrant(role=int(grant.role), scope=grant.scope) for grant in granted],
                revision=1,
            )
        )
    return gateway.TenantProvisioned(
        tenant=gateway.Tenant(
            name=town.name,
            display_name="景村镇",
            short_name="景村",
            kind=gateway.Tenant.KIND_TOWN,
            county=f"tenants/{town.county}",
            revision=1,
        ),
        units=units,
        cadres=cadres,
        accounts=accounts,
        visible_to=common.LEVEL_UNIT,
    )


def _claims(town: Town, login: str, role: Role, scope: str) -> Claims:
    return Claims(town.account(login), (Grant(role, scope),), NEVER, town.cadre(login))
