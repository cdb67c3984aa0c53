"""A discipline role takes two persons: what one can do with the passwords that they may reset, and the ways out.

Everybody here acts with the token of a real sign-in.
"""

from __future__ import annotations

import json

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import UNIT_ROLES, Claims, Role
from services.common.errors import Denied, NotFound, Refused, Unauthenticated
from services.common.token_keys import PublishedKeys
from services.common.tokens import TokenVerifier
from services.gateway.accounts.use_cases import renew_officer
from tests.integration.gateway.house import House, account, citizen, county_file, town_file

PASSWORD, OTHER, THIRD = "tall-poplar-42", "broad-willow-57", "grey-heron-1968"


class People:
    """Those of a county and a town of it, by the resource names of their accounts."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.first_passwords: dict[str, str] = {}

    async def provision(self) -> None:
        town, county = self.house.town, self.house.county
        officers = [account(town, login, (Role.TOWN_DISCIPLINE, town)) for login in ("jiwei", "jiwei-deputy")]
        leader = account(town, "wanglei", (Role.UNIT_LEADER, f"{town}.finance"), cadre="wang-lei")
        operator = account(county, "ops", (Role.OPERATOR, "*"))
        for file in (county_file(self.house, operator), town_file(self.house, accounts=[*officers, leader])):
            for added in (await self.house(file)).added_accounts:
                self.first_passwords[added.account] = added.password

    async def enter(self, name: str, old: str = "", new: str = PASSWORD) -> Claims:
        """Signs in with a new password instead of the old one, which is that of the tenant's first file by default."""
        parent, _, login = name.partition("/accounts/")
        change = gateway.ChangePasswordRequest(
            parent=parent, login=login, old_password=old or self.first_passwords[name], new_password=new
        )
        return await self.bearer((await self.house(change, citizen())).tokens.access_token)

    async def sign_in(self, name: str, password: str = PASSWORD) -> Claims:
        parent, _, login = name.partition("/accounts/")
        request = gateway.SignInRequest(parent=parent, login=login, password=password)
        return await self.bearer((await self.house(request, citizen())).tokens.access_token)

    async def bearer(self, token: str) -> Claims:
        """Who calls with the token."""

        async def read() -> bytes:
            return json.dumps({"keys": [key.as_dict(private=False) for key in self.house.keys.public()]}).encode()

        return await TokenVerifier("minshao", PublishedKeys(read)).verify(token)

    async def create(self, name: str, caller: Claims | None = None) -> str:
        """Has an operator make an account without a role; its first password."""
        wanted = gateway.CreateAccountRequest(
            parent=name.partition("/accounts/")[0], account=gateway.Account(name=name)
        )
        return str((await self.house(wanted, caller)).first_password)

    async def reset(self, name: str, caller: Claims) -> str:
        answer = await self.house(gateway.ResetPasswordRequest(name=name), caller)
        return str(answer.first_password)

    async def propose(self, name: str, caller: Claims) -> str:
        grant = gateway.RoleGrant(role=common.ROLE_TOWN_DISCIPLINE, scope=self.house.town)
        if len(name.split("/")[1]) == len(self.house.county):
            grant = gateway.RoleGrant(role=common.ROLE_COUNTY_DISCIPLINE, scope=self.house.county)
        answer = await self.house(gateway.GrantRoleRequest(name=name, grant=grant), caller)
        return str(answer.proposal.name)

    async def consent(self, proposal: str, caller: Claims) -> gateway.ConsentRoleResponse:
        answer: gateway.ConsentRoleResponse = await self.house(gateway.ConsentRoleRequest(name=proposal), caller)
        return answer

    def __getattr__(self, login: str) -> str:
        """The name of an account of the town; `county_…` is one of the county."""
        of_county = login.startswith("county_")
        tenant = self.house.county if of_county else self.house.town
        return f"tenants/{tenant}/accounts/{login.removeprefix('county_').replace('_', '-')}"


@pytest.fixture
async def people(house: House) -> People:
    """Everybody has an account; only the leader of the town's finance office uses it by now."""
    people = People(house)
    await people.provision()
    await people.enter(people.wanglei)
    return people


async def assert_nothing_was_given(people: People, name: str, proposal: str) -> None:
    found = await people.house(gateway.GetAccountRequest(name=name))
    assert {each.role for each in found.account.roles}.isdisjoint(
        {common.ROLE_TOWN_DISCIPLINE, common.ROLE_COUNTY_DISCIPLINE}
    )
    tenant = name.split("/")[1]
    still_open = gateway.ListRoleProposalsRequest(parent=f"tenants/{tenant}", state=gateway.RoleProposal.STATE_OPEN)
    assert [(each.name, each.consenter) for each in (await people.house(still_open)).proposals] == [(proposal, "")]
    told = await people.house.events(tenant)
    assert "gateway.role.consented" not in {type for type, _ in told}
    granted = gateway.AccountChanged.CHANGE_ROLE_GRANTED
    assert granted not in {event.change for _, event in told if isinstance(event, gateway.AccountChanged)}


async def test_an_officer_who_resets_the_seconds_password_does_not_consent_as_them(people: People) -> None:
    officer = await people.enter(people.jiwei)
    await people.enter(people.jiwei_deputy)
    proposal = await people.propose(people.wanglei, officer)
    known = await people.reset(people.jiwei_deputy, officer)
    deputy = await people.enter(people.jiwei_deputy, known, OTHER)

    with pytest.raises(Denied) as refusal:
        await people.consent(proposal, deputy)

    assert refusal.value.reason == "PASSWORD_SHARED_WITH_PROPOSER"
    await assert_nothing_was_given(people, people.wanglei, proposal)


async def test_nor_do_they_propose_as_the_second_and_have_the_password_reset_before_they_consent(
    people: People,
) -> None:
    officer = await people.enter(people.jiwei)
    county = await people.enter(people.county_jiwei_one)
    await people.enter(people.jiwei_deputy)
    deputy = await people.enter(people.jiwei_deputy, await people.reset(people.jiwei_deputy, officer), OTHER)
    proposal = await people.propose(people.wanglei, deputy)
    await people.reset(people.jiwei_deputy, county)

    with pytest.raises(Denied) as refusal:
        await people.consent(proposal, officer)

    assert refusal.value.reason == "PASSWORD_SHARED_WITH_PROPOSER"
    await assert_nothing_was_given(people, people.wanglei, proposal)


async def test_a_token_of_before_a_reset_neither_consents_nor_proposes_nor_resets(people: People) -> None:
    officer = await people.enter(people.jiwei)
    county = await people.enter(people.county_jiwei_one)
    await people.enter(people.jiwei_deputy)
    await people.create(people.lina)
    proposal = await people.propose(people.wanglei, officer)
    stolen = await people.enter(people.jiwei_deputy, await people.reset(people.jiwei_deputy, officer), OTHER)
    await people.enter(people.jiwei_deputy, await people.reset(people.jiwei_deputy, county), THIRD)

    for act, name in ((people.consent, proposal), (people.reset, people.jiwei), (people.propose, people.lina)):
        with pytest.raises(Unauthenticated) as refusal:
            await act(name, stolen)
        assert refusal.value.reason == "SESSION_ENDED"

    await assert_nothing_was_given(people, people.wanglei, proposal)


async def test_an_officer_of_the_county_consents_where_a_town_has_two_officers_who_are_tied(people: People) -> None:
    officer, county = await people.enter(people.jiwei), await people.enter(people.county_jiwei_one)
    await people.enter(people.jiwei_deputy)
    await people.reset(people.jiwei_deputy, officer)
    proposal = await people.propose(people.wanglei, officer)

    answer = await people.consent(proposal, county)

    assert answer.proposal.state == gateway.RoleProposal.STATE_CONSENTED
    assert common.ROLE_TOWN_DISCIPLINE in {each.role for each in answer.account.roles}


async def test_a_reset_by_the_county_frees_two_officers_of_a_town_who_were_tied(people: People) -> None:
    officer, county = await people.enter(people.jiwei), await people.enter(people.county_jiwei_one)
    await people.enter(people.jiwei_deputy)
    await people.reset(people.jiwei_deputy, officer)
    deputy = await people.enter(people.jiwei_deputy, await people.reset(people.jiwei_deputy, county), OTHER)
    proposal = await people.propose(people.wanglei, officer)

    answer = await people.consent(proposal, deputy)

    assert answer.proposal.consenter == people.jiwei_deputy


async def test_two_officers_of_the_county_who_are_tied_are_freed_on_the_platforms_machine(people: People) -> None:
    name = people.county_zhao
    await people.enter(name, await people.create(name))
    one = await people.enter(people.county_jiwei_one)
    await people.enter(people.county_jiwei_two)
    two = await people.enter(people.county_jiwei_two, await people.reset(people.county_jiwei_two, one))
    proposal = await people.propose(name, one)
    with pytest.raises(Denied):
        await people.consent(proposal, two)

    async with people.house.database.transaction(people.house.county) as tx:
        renewed = await renew_officer(tx, people.house.hashing, "jiwei-two", people.house.clock.now())
    two = await people.enter(people.county_jiwei_two, renewed, OTHER)

    assert (await people.consent(proposal, two)).proposal.consenter == people.county_jiwei_two


async def test_only_a_discipline_officer_of_the_county_is_renewed_on_the_platforms_machine(people: People) -> None:
    for login, error in (("ops", Refused), ("nobody", NotFound)):
        with pytest.raises(error):
            async with people.house.database.transaction(people.house.county) as tx:
                await renew_officer(tx, people.house.hashing, login, people.house.clock.now())


async def test_an_officer_whose_account_the_operator_made_does_not_consent_to_what_the_operator_proposes(
    people: People,
) -> None:
    operator, officer = await people.enter(people.county_ops), await people.enter(people.jiwei)
    await people.enter(people.lina, await people.create(people.lina, operator))
    await people.consent(await people.propose(people.lina, operator), officer)

    lina = await people.sign_in(people.lina)
    proposal = await people.propose(people.wanglei, operator)
    with pytest.raises(Denied) as refusal:
        await people.consent(proposal, lina)

    assert refusal.value.reason == "PASSWORD_SHARED_WITH_PROPOSER"


async def test_a_role_is_not_given_while_somebody_else_has_made_up_the_password(people: People) -> None:
    operator, officer = await people.enter(people.county_ops), await people.enter(people.jiwei)
    await people.reset(people.wanglei, operator)
    proposal = await people.propose(people.wanglei, operator)

    with pytest.raises(Refused) as refusal:
        await people.consent(proposal, officer)

    assert refusal.value.reason == "ACCOUNT_NOT_IN_USE"
    await assert_nothing_was_given(people, people.wanglei, proposal)


@pytest.mark.parametrize("role", sorted(UNIT_ROLES | {Role.COUNTY_DISCIPLINE}))
async def test_an_operator_gets_no_role_that_sees_what_is_in_a_matter(people: People, role: Role) -> None:
    county = people.house.county
    scope = f"{county}.civil-affairs" if role in UNIT_ROLES else county
    before = await people.house.events(county)
    both = account(county, "both", (Role.OPERATOR, "*"), (role, scope))
    grant = gateway.RoleGrant(role=common.Role.ValueType(role), scope=scope)

    with pytest.raises(Refused) as refusal:
        await people.house(gateway.GrantRoleRequest(name=people.county_ops, grant=grant))
    with pytest.raises(Refused):
        await people.house(gateway.CreateAccountRequest(parent=f"tenants/{county}", account=both))

    assert refusal.value.reason == "OPERATOR_SEES_NO_MATTER"
    assert await people.house.events(county) == before


async def test_who_sees_what_is_in_a_matter_does_not_become_an_operator(people: People) -> None:
    county = people.house.county
    clerk = account(county, "clerk", (Role.REGISTRAR, f"{county}.civil-affairs"))
    await people.house(gateway.CreateAccountRequest(parent=f"tenants/{county}", account=clerk))

    with pytest.raises(Refused) as refusal:
        await people.house(
            gateway.GrantRoleRequest(name=clerk.name, grant=gateway.RoleGrant(role=common.ROLE_OPERATOR, scope="*"))
        )

    assert refusal.value.reason == "OPERATOR_SEES_NO_MATTER"
