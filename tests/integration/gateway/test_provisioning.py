"""Provisioning: one file, all or nothing; again it harms nothing, and it never takes anything away."""

from __future__ import annotations

import asyncio

import pytest
from minshao.gateway import v1 as gateway

from services.common.access import Role
from services.common.errors import AlreadyExists, DomainError, Invalid, NotFound, Refused
from tests.integration.gateway.house import House, account, cadre, citizen, county_file, town_file, unit

Provisioned = gateway.ProvisionTenantResponse


async def units_of(house: House, tenant: str) -> dict[str, str]:
    listed = await house(gateway.ListUnitsRequest(parent=f"tenants/{tenant}", show_retired=True), citizen())
    return {each.name.rpartition("/")[2]: each.display_name for each in listed.units}


async def test_a_file_makes_a_town_with_units_cadres_and_accounts(house: House, county: Provisioned) -> None:
    made = await house(town_file(house))

    assert made.tenant.county == f"tenants/{house.county}"
    assert await units_of(house, house.town) == {f"{house.town}.finance": "财政所", f"{house.town}203": "东村"}
    [leader] = (await house(gateway.ListCadresRequest(parent=f"tenants/{house.town}"))).cadres
    assert leader.account == f"tenants/{house.town}/accounts/wanglei"
    assert {each.account.rpartition("/")[2] for each in made.added_accounts} == {"wanglei", "jiwei"}


async def test_provisioning_is_told_by_one_event_without_a_secret(house: House, county: Provisioned) -> None:
    made = await house(town_file(house))

    [(type, event)] = await house.events(house.town)
    assert type == "gateway.tenant.provisioned"
    assert isinstance(event, gateway.TenantProvisioned)
    assert [len(part) for part in (event.units, event.cadres, event.accounts)] == [2, 1, 2]
    assert event.accounts[0].roles[0].scope == f"{house.town}.finance"
    assert not any(each.password.encode() in event.SerializeToString() for each in made.added_accounts)


async def test_the_same_file_again_changes_nothing(house: House, town: Provisioned) -> None:
    again = await house(town_file(house))

    assert again.tenant == town.tenant
    assert not again.added_units
    assert not again.added_accounts
    assert not again.differing
    assert len(await house.events(house.town)) == 1


async def test_a_file_with_more_units_adds_them(house: House, town: Provisioned) -> None:
    more = [unit(house.town, "finance"), unit(house.town, "203", "东村"), unit(house.town, "204", "西村")]

    grown = await house(town_file(house, units=more))

    assert grown.added_units == [f"tenants/{house.town}/units/{house.town}204"]
    assert grown.tenant.revision == 2
    assert len(await units_of(house, house.town)) == 3
    _, event = (await house.events(house.town))[-1]
    assert isinstance(event, gateway.TenantProvisioned)
    assert [each.display_name for each in event.units] == ["西村"]


async def test_a_unit_that_a_later_file_lacks_is_kept_and_reported(house: House, town: Provisioned) -> None:
    less = await house(town_file(house, units=[unit(house.town, "finance")]))

    assert less.missing_units == [f"tenants/{house.town}/units/{house.town}203"]
    assert f"{house.town}203" in await units_of(house, house.town)


async def test_what_differs_from_the_file_is_kept_and_reported(house: House, town: Provisioned) -> None:
    renamed = [unit(house.town, "finance", "财政办"), unit(house.town, "203", "东村")]

    told = await house(town_file(house, units=renamed))

    assert told.differing == [f"tenants/{house.town}/units/{house.town}.finance"]
    assert (await units_of(house, house.town))[f"{house.town}.finance"] == "财政所"


async def test_a_later_file_cannot_set_a_discipline_role(house: House, town: Provisioned) -> None:
    intruder = account(house.town, "intruder", (Role.TOWN_DISCIPLINE, house.town))

    with pytest.raises(Refused) as refusal:
        await house(town_file(house, accounts=[intruder]))

    assert refusal.value.reason == "DISCIPLINE_NEEDS_CONSENT"
    with pytest.raises(NotFound):
        await house(gateway.GetAccountRequest(name=intruder.name))


async def test_an_account_of_a_later_file_is_linked_to_a_cadre_who_is_there(house: House, county: Provisioned) -> None:
    await house(town_file(house, accounts=[]))
    late = account(house.town, "wanglei", (Role.UNIT_LEADER, f"{house.town}.finance"), cadre="wang-lei")

    await house(town_file(house, accounts=[late]))

    [leader] = (await house(gateway.ListCadresRequest(parent=f"tenants/{house.town}"))).cadres
    assert (leader.account, leader.revision) == (late.name, 1)
    assert "gateway.cadre.changed" in await house.event_types(house.town)


async def test_a_town_without_its_county_is_refused(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        await house(town_file(house))

    assert refusal.value.reason == "COUNTY_FIRST"
    assert await house.events(house.town) == []


async def test_a_county_needs_two_discipline_officers_from_the_start(house: House) -> None:
    file = county_file(house)
    del file.accounts[1]

    with pytest.raises(Refused) as refusal:
        await house(file)

    assert refusal.value.reason == "TOO_FEW_OFFICERS"


@pytest.mark.parametrize(
    ("field", "spoil"),
    [
        ("units[1].name", lambda file, town: file.units.append(unit("110101001", "finance"))),
        ("units", lambda file, town: file.units.append(file.units[0])),
        ("units[0].kind", lambda file, town: file.units[0].MergeFrom(gateway.Unit(kind=gateway.Unit.KIND_VILLAGE))),
        ("units[0].window", lambda file, town: file.units[0].MergeFrom(gateway.Unit(window=True))),
        ("cadres[0].unit", lambda file, town: file.cadres.append(cadre(town, "li", f"{town}.police"))),
        ("cadres[0].name", lambda file, town: file.cadres.append(gateway.Cadre(
            display_name="李", unit=f"tenants/{town}/units/{town}.finance", position="干事"))),
        ("accounts[0].cadre", lambda file, town: file.accounts.append(account(town, "li", cadre="nobody"))),
        ("accounts[0].roles[0].scope", lambda file, town: file.accounts.append(
            account(town, "li", (Role.UNIT_OFFICER, f"{town}.police")))),
        ("accounts[0].roles[0].role", lambda file, town: file.accounts.append(
            account(town, "li", (Role.OPERATOR, "*")))),
        ("tenant.kind", lambda file, town: file.tenant.MergeFrom(gateway.Tenant(kind=gateway.Tenant.KIND_COUNTY))),
    ],
)  # fmt: skip
async def test_a_file_that_breaks_a_rule_is_refused_whole(
    house: House, county: Provisioned, field: str, spoil: object
) -> None:
    file = town_file(house, units=[unit(house.town, "finance")], cadres=[], accounts=[])
    assert callable(spoil)
    spoil(file, house.town)

    with pytest.raises(Invalid) as refusal:
        await house(file)

    assert refusal.value.violations[0].field == field
    with pytest.raises(NotFound):
        await house(gateway.GetTenantRequest(name=f"tenants/{house.town}"), citizen())


@pytest.mark.parametrize("name", ["东\u202e村", "东\x00村", "东\n村", " 东村", "东村\u3000", "", "东" * 61])
async def test_a_name_that_deceives_is_refused(house: House, county: Provisioned, name: str) -> None:
    with pytest.raises(Invalid):
        await house(town_file(house, units=[unit(house.town, "203", name)], cadres=[], accounts=[]))

    assert await house.events(house.town) == []


@pytest.mark.parametrize("name", ["桃花🌸村", "'; drop table units; --", "𠮷村", "东村 (上)"])
async def test_a_name_that_is_only_unusual_is_kept_as_it_is(house: House, county: Provisioned, name: str) -> None:
    await house(town_file(house, units=[unit(house.town, "203", name)], cadres=[], accounts=[]))

    assert await units_of(house, house.town) == {f"{house.town}203": name}


async def test_two_files_at_once_make_one_town(house: House, county: Provisioned) -> None:
    made = await asyncio.gather(*(house(town_file(house)) for _ in range(4)))

    assert sorted(len(each.added_units) for each in made) == [0, 0, 0, 2]
    assert await house.event_types(house.town) == ["gateway.tenant.provisioned"]


async def test_two_accounts_of_one_cadre_are_refused(house: House, county: Provisioned) -> None:
    twins = [account(house.town, login, cadre="wang-lei") for login in ("wang", "lei")]

    with pytest.raises(AlreadyExists):
        await house(town_file(house, accounts=twins))


async def test_tenants_are_listed_county_first_page_by_page(house: House, town: Provisioned) -> None:
    first = await house(gateway.ListTenantsRequest(page_size=1), citizen())
    second = await house(gateway.ListTenantsRequest(page_size=1, page_token=first.next_page_token), citizen())

    assert [each.display_name for each in (*first.tenants, *second.tenants)] == ["洛南县", "景村镇"]
    assert second.next_page_token == ""


async def test_only_an_operator_provisions(house: House, county: Provisioned) -> None:
    for caller in (citizen(), house.officer("jiwei-one")):
        with pytest.raises(DomainError) as refusal:
            await house(town_file(house), caller)
        assert refusal.value.reason == "DENIED"


@pytest.mark.parametrize("odd", ["😀村", "👨‍👩‍👧‍👦社区", "𠮷野村", "'; drop table units; --"])
async def test_an_odd_name_of_a_village_is_kept_as_it_is_and_told(house: House, county: Provisioned, odd: str) -> None:
    await house(town_file(house, units=[unit(house.town, "finance"), unit(house.town, "203", odd)]))

    assert (await units_of(house, house.town))[f"{house.town}203"] == odd
    [(_, event)] = await house.events(house.town)
    assert isinstance(event, gateway.TenantProvisioned)
    assert odd in [each.display_name for each in event.units]


@pytest.mark.parametrize("hidden", ["东\u202e村", "东\x00村", "东\x1b[31m村"])
async def test_a_name_with_characters_that_nobody_sees_is_refused_and_makes_nothing(
    house: House, county: Provisioned, hidden: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await house(town_file(house, units=[unit(house.town, "203", hidden)], cadres=[], accounts=[]))

    assert refusal.value.violations[0].field == "units[0].display_name"
    assert await house.events(house.town) == []
