"""The copy of the organisation follows the gateway's events, in whatever order and however often they come."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.organisation import store
from services.common.organisation.domain import Account, Cadre, Tenant, TenantKind, Unit, UnitKind
from tests.integration.watch.house import House

LATER_ROLE = 99


def a_unit(house: House, revision: int, title: str = "八一村", **facts: Any) -> gateway.Unit:
    name = house.town.unit_name("village")
    return gateway.Unit(name=name, display_name=title, kind=gateway.Unit.KIND_VILLAGE, revision=revision, **facts)


def an_account(house: House, login: str, revision: int, *roles: tuple[int, str], **facts: Any) -> gateway.Account:
    grants = [gateway.RoleGrant(role=common.Role.ValueType(role), scope=scope) for role, scope in roles]
    return gateway.Account(name=house.town.account(login), roles=grants, revision=revision, **facts)


async def the_unit(house: House) -> Unit | None:
    async with house.town.database.transaction(house.town.code) as tx:
        return await store.unit(tx, house.town.unit("village"))


async def the_cadre(house: House, id: str) -> Cadre | None:
    async with house.town.database.transaction(house.town.code) as tx:
        return await store.cadre(tx, id)


async def the_account(house: House, login: str) -> Account | None:
    async with house.town.database.transaction(house.town.code) as tx:
        return await store.account(tx, house.town.account(login))


async def registrars(house: House) -> list[str]:
    async with house.town.database.transaction(house.town.code) as tx:
        return [each.name for each in await store.accounts_with(tx, Role.REGISTRAR, house.town.unit("village"))]


async def test_a_tenant_is_known_with_what_its_file_added(house: House) -> None:
    async with house.town.database.transaction(house.town.code) as tx:
        tenant = await store.tenant(tx)
        cadre = await store.cadre_of_account(tx, house.town.account("finance-head"))

    assert tenant == Tenant(house.town.code, "景村镇", "景村", TenantKind.TOWN, house.town.county)
    assert await the_unit(house) == Unit(house.town.unit("village"), "八一村", UnitKind.VILLAGE, retired=False)
    assert cadre is not None
    assert (cadre.id, cadre.leads_unit, cadre.leads_town) == ("finance-head", house.town.unit("finance"), False)


async def test_what_is_of_another_town_is_unknown_here(house: House) -> None:
    async with house.town.database.transaction(house.town.county) as tx:
        assert await store.unit(tx, house.town.unit("village")) is None
        assert await store.account(tx, house.town.account("finance-head")) is None


@pytest.mark.parametrize("revisions", [(2, 3), (3, 2), (3, 3)])
async def test_of_two_states_of_a_unit_the_one_with_the_higher_revision_stays(
    house: House, revisions: tuple[int, int]
) -> None:
    titles = {2: "八一村", 3: "八二村"}

    for revision in revisions:
        await house.hear(gateway.UnitChanged(unit=a_unit(house, revision, titles[revision])))

    found = await the_unit(house)
    assert found is not None
    assert found.name == "八二村"


async def test_a_tenant_that_is_heard_of_after_its_units_change_takes_nothing_back(house: House) -> None:
    retired = a_unit(house, 2, retire_time=Timestamp(seconds=1))
    await house.hear(gateway.UnitRetired(unit=retired))

    provisioned = gateway.Tenant(
        name=house.town.name,
        display_name="景村镇",
        short_name="景村",
        kind=gateway.Tenant.KIND_TOWN,
        county=f"tenants/{house.town.county}",
        revision=1,
    )
    await house.hear(gateway.TenantProvisioned(tenant=provisioned, units=[a_unit(house, 1)]))

    found = await the_unit(house)
    assert found is not None
    assert found.retired
    assert len([event for event in await house.events(pb.PostOpened) if event.unit == found.code]) == 1


async def test_a_unit_that_was_retired_before_it_was_heard_of_gets_no_post(house: House) -> None:
    name = f"{house.town.name}/units/{house.town.code}.gone"
    gone = gateway.Unit(
        name=name,
        display_name="农机站",
        kind=gateway.Unit.KIND_TOWN_UNIT,
        retire_time=Timestamp(seconds=1),
        revision=2,
    )

    await house.hear(gateway.UnitRetired(unit=gone))

    assert f"{house.town.code}.gone" not in [event.unit for event in await house.events(pb.PostOpened)]


async def test_a_renamed_unit_renames_its_post(house: House) -> None:
    await house.hear(gateway.UnitChanged(unit=a_unit(house, 2, "八一社区")))

    name = f"{house.town.name}/posts/{house.town.unit('village')}"
    post = (await house("discipline-1", pb.GetPostRequest(name=name))).post
    assert post.title == "景村镇八一社区监督哨"


async def test_an_account_has_the_roles_of_its_newest_revision_and_no_others(house: House) -> None:
    village, finance = house.town.unit("village"), house.town.unit("finance")
    both = an_account(house, "lin", 2, (Role.REGISTRAR, village), (Role.UNIT_OFFICER, finance))
    one = an_account(house, "lin", 3, (Role.UNIT_OFFICER, finance))

    await house.hear(gateway.AccountChanged(account=both))
    assert house.town.account("lin") in await registrars(house)
    await house.hear(gateway.AccountChanged(account=one))
    await house.hear(gateway.AccountChanged(account=both))

    found = await the_account(house, "lin")
    assert found is not None
    assert not found.holds(Role.REGISTRAR, village)
    assert found.holds(Role.UNIT_OFFICER, finance)
    assert house.town.account("lin") not in await registrars(house)


async def test_a_disabled_account_holds_nothing(house: House) -> None:
    village = house.town.unit("village")
    disabled = an_account(house, "lin", 2, (Role.REGISTRAR, village), disable_time=Timestamp(seconds=1))

    await house.hear(gateway.AccountChanged(account=disabled))

    found = await the_account(house, "lin")
    assert found is not None
    assert not found.holds(Role.REGISTRAR, village)
    assert house.town.account("lin") not in await registrars(house)


async def test_a_role_of_a_later_version_is_passed_over(house: House) -> None:
    account = an_account(house, "lin", 2, (LATER_ROLE, "x"), (Role.REGISTRAR, house.town.unit("village")))

    await house.hear(gateway.AccountChanged(account=account))

    found = await the_account(house, "lin")
    assert found is not None
    assert [grant.role for grant in found.grants] == [Role.REGISTRAR]


async def test_a_cadre_who_leaves_is_still_known(house: House) -> None:
    cadre = gateway.Cadre(
        name=house.town.cadre("finance-head"),
        display_name="王磊",
        unit=house.town.unit_name("finance"),
        position="所长",
        party_committee=True,
        retire_time=Timestamp(seconds=1),
        revision=2,
    )

    await house.hear(gateway.CadreRetired(cadre=cadre))

    assert await the_cadre(house, "finance-head") == Cadre(
        id="finance-head",
        name="王磊",
        unit=house.town.unit("finance"),
        position="所长",
        leads_unit=None,
        leads_town=False,
        in_discipline=False,
        in_party_committee=True,
        account=None,
        retired=True,
    )
