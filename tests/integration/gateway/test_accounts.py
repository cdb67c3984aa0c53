"""Accounts: who may give and take what, above all discipline roles."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Role
from services.common.errors import AlreadyExists, Denied, Invalid, NotFound, Refused
from tests.integration.gateway.house import House, account, citizen, claims

PASSWORD = "tall-poplar-42"


@pytest.fixture(autouse=True)
async def wanglei(house: House, town: gateway.ProvisionTenantResponse) -> None:
    """A leader in the town, who has an account and uses it."""
    first = next(each.password for each in town.added_accounts if each.account.endswith("/wanglei"))
    await choose(house, "wanglei", first, PASSWORD)


async def choose(house: House, login: str, old: str, new: str) -> None:
    parent = f"tenants/{house.town}"
    await house(
        gateway.ChangePasswordRequest(parent=parent, login=login, old_password=old, new_password=new), citizen()
    )


def grant(role: Role, scope: str) -> gateway.RoleGrant:
    return gateway.RoleGrant(role=common.Role.ValueType(role), scope=scope)


def discipline(house: House, login: str = "wanglei") -> gateway.GrantRoleRequest:
    name = f"tenants/{house.town}/accounts/{login}"
    return gateway.GrantRoleRequest(name=name, grant=grant(Role.TOWN_DISCIPLINE, house.town))


async def roles_of(house: House, name: str) -> set[tuple[int, str]]:
    found = await house(gateway.GetAccountRequest(name=name))
    return {(each.role, each.scope) for each in found.account.roles}


async def create(house: House, login: str, *grants: tuple[Role, str], tenant: str | None = None) -> str:
    tenant = tenant or house.town
    wanted = account(tenant, login, *grants)
    await house(gateway.CreateAccountRequest(parent=f"tenants/{tenant}", account=wanted))
    return wanted.name


async def test_a_new_account_has_roles_a_first_password_and_a_cadre(house: House) -> None:
    made = await house(gateway.CreateCadreRequest(parent=f"tenants/{house.town}", cadre=gateway.Cadre(
        display_name="李娜", unit=f"tenants/{house.town}/units/{house.town}.finance", position="会计")))  # fmt: skip
    wanted = account(house.town, "lina", (Role.UNIT_OFFICER, f"{house.town}.finance"))
    wanted.cadre = made.cadre.name

    answer = await house(gateway.CreateAccountRequest(parent=f"tenants/{house.town}", account=wanted))

    assert answer.account.must_change_password
    assert len(answer.first_password) == 14
    assert (await house.event_types(house.town))[-2:] == ["gateway.cadre.changed", "gateway.account.changed"]
    assert answer.first_password.encode() not in b"".join(
        event.SerializeToString() for _, event in await house.events(house.town)
    )


async def test_a_creation_repeated_with_its_request_id_shows_the_same_password(house: House) -> None:
    request = gateway.CreateAccountRequest(
        parent=f"tenants/{house.town}", account=account(house.town, "lina"), request_id=str(uuid4())
    )

    assert await house(request) == await house(request)
    request.request_id = str(uuid4())
    with pytest.raises(AlreadyExists) as refusal:
        await house(request)
    assert refusal.value.reason == "LOGIN_TAKEN"


async def test_a_second_account_of_a_cadre_is_refused(house: House) -> None:
    twin = account(house.town, "twin", cadre="wang-lei")

    with pytest.raises(AlreadyExists) as refusal:
        await house(gateway.CreateAccountRequest(parent=f"tenants/{house.town}", account=twin))

    assert refusal.value.reason == "CADRE_HAS_ACCOUNT"
    with pytest.raises(NotFound):
        await house(gateway.GetAccountRequest(name=twin.name))


async def test_a_role_outside_its_place_is_refused(house: House) -> None:
    town, county = house.town, house.county
    wrong = [
        (Role.UNIT_OFFICER, f"{county}102.finance"),
        (Role.UNIT_OFFICER, town),
        (Role.TOWN_PARTY_COMMITTEE, county),
        (Role.COUNTY_VIEWER, county),
        (Role.OPERATOR, "*"),
    ]
    for index, each in enumerate(wrong):
        with pytest.raises(Invalid):
            await create(house, f"wrong{index}", each)


async def test_an_operator_cannot_create_a_discipline_officer(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        await create(house, "intruder", (Role.TOWN_DISCIPLINE, house.town))

    assert refusal.value.reason == "DISCIPLINE_NEEDS_CONSENT"


async def test_a_role_that_is_no_discipline_role_holds_at_once(house: House) -> None:
    name = f"tenants/{house.town}/accounts/wanglei"
    registrar = grant(Role.REGISTRAR, f"{house.town}203")

    answer = await house(gateway.GrantRoleRequest(name=name, grant=registrar))

    assert not answer.HasField("proposal")
    assert registrar in answer.account.roles
    with pytest.raises(AlreadyExists):
        await house(gateway.GrantRoleRequest(name=name, grant=registrar))
    with pytest.raises(Denied):
        await house(gateway.GrantRoleRequest(name=name, grant=registrar), house.officer("jiwei", house.town))


async def test_a_discipline_role_holds_only_with_the_consent_of_a_second_officer(house: House) -> None:
    name = f"tenants/{house.town}/accounts/wanglei"
    proposed = await house(discipline(house))
    assert (Role.TOWN_DISCIPLINE, house.town) not in await roles_of(house, name)

    answer = await house(gateway.ConsentRoleRequest(name=proposed.proposal.name), house.officer("jiwei-one"))

    assert answer.proposal.state == gateway.RoleProposal.STATE_CONSENTED
    assert (Role.TOWN_DISCIPLINE, house.town) in await roles_of(house, name)
    assert (await house.event_types(house.town))[-3:] == [
        "gateway.role.proposed",
        "gateway.role.consented",
        "gateway.account.changed",
    ]


def refused_consenters(house: House) -> list[Claims]:
    town = house.town
    beneficiary = claims(f"tenants/{town}/accounts/wanglei", (Role.TOWN_DISCIPLINE, town))
    same_person = house.officer("other", town, cadre=f"tenants/{town}/cadres/wang-lei")
    return [
        house.operator,
        beneficiary,
        same_person,
        house.officer("jiwei", f"{house.county}102"),
        claims(f"tenants/{town}/accounts/party", (Role.TOWN_PARTY_COMMITTEE, town)),
    ]


async def test_neither_operator_nor_beneficiary_nor_stranger_consents(house: House) -> None:
    proposed = await house(discipline(house))

    for caller in refused_consenters(house):
        with pytest.raises(Denied):
            await house(gateway.ConsentRoleRequest(name=proposed.proposal.name), caller)

    assert (Role.TOWN_DISCIPLINE, house.town) not in await roles_of(house, f"tenants/{house.town}/accounts/wanglei")
    assert "gateway.role.consented" not in await house.event_types(house.town)


async def test_an_officer_does_not_consent_to_what_they_proposed(house: House) -> None:
    first = house.officer("jiwei", house.town, cadre=f"tenants/{house.town}/cadres/jiwei")
    again = house.officer("jiwei-two", house.town, cadre=f"tenants/{house.town}/cadres/jiwei")
    proposed = await house(discipline(house), first)

    for caller in (first, again):
        with pytest.raises(Denied) as refusal:
            await house(gateway.ConsentRoleRequest(name=proposed.proposal.name), caller)
        assert refusal.value.reason == "SECOND_OFFICER"


async def test_who_has_never_chosen_a_password_does_not_become_a_discipline_officer(house: House) -> None:
    name = await create(house, "lina")
    proposed = await house(discipline(house, "lina"))

    with pytest.raises(Refused) as refusal:
        await house(gateway.ConsentRoleRequest(name=proposed.proposal.name), house.officer("jiwei-one"))

    assert refusal.value.reason == "ACCOUNT_NOT_IN_USE"
    assert await roles_of(house, name) == set()


async def test_a_proposal_is_made_once_and_consented_to_once(house: House) -> None:
    proposed = await house(discipline(house))
    with pytest.raises(AlreadyExists):
        await house(discipline(house))
    consent = gateway.ConsentRoleRequest(name=proposed.proposal.name)

    answers = await asyncio.gather(
        *(house(consent, house.officer(login)) for login in ("jiwei-one", "jiwei-two")), return_exceptions=True
    )

    assert sorted(isinstance(each, Refused) for each in answers) == [False, True]
    assert (await house.event_types(house.town)).count("gateway.role.consented") == 1


async def test_a_proposal_that_nobody_consents_to_expires(house: House) -> None:
    proposed = (await house(discipline(house))).proposal
    house.clock.set(house.clock.now() + timedelta(days=15))

    with pytest.raises(Refused) as refusal:
        await house(gateway.ConsentRoleRequest(name=proposed.name), house.officer("jiwei-one"))

    assert refusal.value.reason == "PROPOSAL_NOT_OPEN"
    expired = gateway.ListRoleProposalsRequest(parent=f"tenants/{house.town}", state=gateway.RoleProposal.STATE_EXPIRED)
    assert [each.name for each in (await house(expired)).proposals] == [proposed.name]
    assert (await house(discipline(house))).proposal.name != proposed.name


async def test_an_operator_never_becomes_a_discipline_officer(house: House) -> None:
    name = await create(house, "ops", (Role.OPERATOR, "*"), tenant=house.county)

    with pytest.raises(Refused) as refusal:
        await house(gateway.GrantRoleRequest(name=name, grant=grant(Role.COUNTY_DISCIPLINE, house.county)))

    assert refusal.value.reason == "OPERATOR_SEES_NO_MATTER"


async def test_a_discipline_role_is_taken_by_another_officer_only(house: House) -> None:
    name = f"tenants/{house.town}/accounts/jiwei"
    request = gateway.RevokeRoleRequest(name=name, grant=grant(Role.TOWN_DISCIPLINE, house.town))
    for caller in (house.operator, house.officer("jiwei", house.town)):
        with pytest.raises(Denied):
            await house(request, caller)

    await house(request, house.officer("jiwei-one"))

    assert await roles_of(house, name) == set()
    with pytest.raises(Refused):
        await house(request, house.officer("jiwei-one"))


@pytest.mark.parametrize("how", ["role revoked", "account disabled", "cadre retired"])
async def test_the_county_keeps_two_discipline_officers(house: House, how: str) -> None:
    name = f"tenants/{house.county}/accounts/jiwei-two"
    cadre = gateway.Cadre(
        display_name="周正",
        unit=f"tenants/{house.county}/units/{house.county}.civil-affairs",
        position="副书记",
    )
    if how == "cadre retired":
        cadre.name = await in_office(house, cadre, "jiwei-two")
    before = await house.events(house.county)
    requests = {
        "role revoked": gateway.RevokeRoleRequest(name=name, grant=grant(Role.COUNTY_DISCIPLINE, house.county)),
        "account disabled": gateway.DisableAccountRequest(name=name),
        "cadre retired": gateway.RetireCadreRequest(name=cadre.name),
    }
    caller = house.officer("jiwei-one") if how == "role revoked" else house.operator

    with pytest.raises(Refused) as refusal:
        await house(requests[how], caller)

    assert refusal.value.reason == "TOO_FEW_OFFICERS"
    assert await house.events(house.county) == before


async def in_office(house: House, cadre: gateway.Cadre, login: str) -> str:
    """Makes the account of a county officer that of a new cadre, as a file would have had it; the cadre's name."""
    made = await house(gateway.CreateCadreRequest(parent=f"tenants/{house.county}", cadre=cadre))
    name: str = made.cadre.name
    async with house.database.transaction(house.county) as tx:
        id = name.rpartition("/")[2]
        of_login = {"tenant": house.county, "login": login, "id": id}
        await tx.execute(sa.text("UPDATE accounts SET cadre = :id WHERE tenant = :tenant AND login = :login"), of_login)
        await tx.execute(sa.text("UPDATE cadres SET account = :login WHERE tenant = :tenant AND id = :id"), of_login)
    return name


async def test_accounts_are_listed_by_role(house: House) -> None:
    officers = gateway.ListAccountsRequest(
        parent=f"tenants/{house.town}", role=common.Role.ValueType(Role.TOWN_DISCIPLINE)
    )

    assert [each.name for each in (await house(officers)).accounts] == [f"tenants/{house.town}/accounts/jiwei"]
    officers.role = common.ROLE_UNSPECIFIED
    assert len((await house(officers)).accounts) == 2


async def test_an_account_is_disabled_once_and_enabled_once(house: House) -> None:
    name = f"tenants/{house.town}/accounts/wanglei"

    assert (await house(gateway.DisableAccountRequest(name=name))).account.HasField("disable_time")
    with pytest.raises(Refused):
        await house(gateway.DisableAccountRequest(name=name))
    assert not (await house(gateway.EnableAccountRequest(name=name))).account.HasField("disable_time")
    with pytest.raises(Refused):
        await house(gateway.EnableAccountRequest(name=name))
