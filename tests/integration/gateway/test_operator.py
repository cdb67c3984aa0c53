"""The first operator: opened on the platform's own machine, by nobody who could be asked for a name."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from minshao.gateway import v1 as gateway

from deploy.local.databases import ServiceDatabase
from services.common.access import Role
from services.common.errors import DomainError, Invalid, Refused, Unauthenticated
from services.common.keys import KeyRing
from services.gateway.accounts.use_cases import open_operator
from tests.integration.gateway.house import House, citizen

CHOSEN = "tall-poplar-42"


async def opened(house: House, login: str = "operator", tenant: str | None = None) -> str:
    async with house.database.transaction(tenant or house.county) as tx:
        return await open_operator(tx, house.hashing, login, house.clock.now())


async def sign_in(house: House, password: str) -> gateway.SignInResponse:
    request = gateway.SignInRequest(parent=f"tenants/{house.county}", login="operator", password=password)
    answer: gateway.SignInResponse = await house(request, citizen())
    return answer


async def test_an_operator_is_there_before_any_tenant_and_signs_in(house: House) -> None:
    first = await opened(house)
    assert (await sign_in(house, first)).must_change_password

    change = gateway.ChangePasswordRequest(
        parent=f"tenants/{house.county}", login="operator", old_password=first, new_password=CHOSEN
    )
    answer = await house(change, citizen())

    assert [(each.role, each.scope) for each in answer.account.roles] == [(Role.OPERATOR, "*")]
    assert (await house.event_types(house.county))[0] == "gateway.account.changed"


async def test_opening_it_again_gives_a_new_password_and_voids_the_old_one(house: House) -> None:
    first = await opened(house)

    second = await opened(house)

    with pytest.raises(Unauthenticated):
        await sign_in(house, first)
    assert (await sign_in(house, second)).must_change_password


async def test_somebody_elses_login_is_not_taken(house: House, county: gateway.ProvisionTenantResponse) -> None:
    with pytest.raises(Refused) as refusal:
        await opened(house, "jiwei-one")

    assert refusal.value.reason == "NOT_AN_OPERATOR"


async def test_an_operator_belongs_to_a_county(house: House) -> None:
    with pytest.raises(Invalid):
        await opened(house, tenant=house.town)


async def test_an_operator_sees_accounts_and_no_proposal_of_theirs_gives_them_discipline(
    house: House, county: gateway.ProvisionTenantResponse
) -> None:
    await opened(house)
    own = gateway.GrantRoleRequest(name=f"tenants/{house.county}/accounts/operator")
    own.grant.role, own.grant.scope = int(Role.COUNTY_DISCIPLINE), house.county

    with pytest.raises(DomainError) as refusal:
        await house(own)

    assert refusal.value.reason == "OPERATOR_SEES_NO_MATTER"


async def test_the_command_prints_account_and_password(
    database_for: Callable[[str], Awaitable[ServiceDatabase]], tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.touch(mode=0o600)
    keys.write_text(KeyRing.new_text("test"))
    settings = {
        "MINSHAO_DATABASE_URL": (await database_for("gateway")).app,
        "MINSHAO_MASTER_KEY_FILE": str(keys),
        "MINSHAO_TOKEN_KEYS_URL": "http://127.0.0.1:1/",
    }
    command = (sys.executable, "-m", "services.gateway", "create-operator", "--county", "611021")

    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **settings}, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()

    assert process.returncode == 0
    assert [line.split()[0] for line in told.decode().splitlines()] == ["account", "password"]
