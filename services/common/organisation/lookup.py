"""Finding what must be there, and checking what must be so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.common.access import Role, county_of, is_county
from services.common.database import Tx
from services.common.errors import NotFound, Refused
from services.common.organisation import store
from services.common.organisation.domain import Tenant


async def this_tenant(tx: Tx) -> Tenant:
    """The tenant of the transaction. Raises NotFound until the event that provisioned it has come."""
    if (tenant := await store.tenant(tx)) is None:
        raise NotFound("镇（街道）", f"tenants/{tx.tenant}", reason="NO_TENANT")
    return tenant


@asynccontextmanager
async def in_county(tx: Tx) -> AsyncIterator[None]:
    """The transaction in the tenant of the county, for what its towns inherit. An error in it ends the transaction."""
    if (county := county_of(tx.tenant)) == tx.tenant:
        yield
        return
    async with tx.within(county):
        yield


async def own_and_towns(tx: Tx) -> AsyncIterator[str]:
    """The tenant of the transaction, then, of a county, each of its towns; the transaction is in the one that is named.
    To be gone through to the end; an error on the way ends the transaction."""
    yield tx.tenant
    for town in await store.towns_of(tx, tx.tenant) if is_county(tx.tenant) else ():
        async with tx.within(town):
            yield town


async def check_holds(tx: Tx, account: str, role: Role, unit: str) -> None:
    """Raises NotFound for an account that is unknown, Refused for one that does not hold the role at the unit."""
    if (known := await store.account(tx, account)) is None:
        raise NotFound("账号", account)
    if not known.holds(role, unit):
        message = "该账号在本单位没有相应的角色，请先授予。"
        raise Refused("ROLE_MISSING", message, account=account, role=role.name, unit=unit)
