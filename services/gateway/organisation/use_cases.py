"""What is done to units and cadres, one function each. Every change is told to the other services."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.errors import AlreadyExists, Invalid, NotFound, Refused
from services.gateway.names import cadre_name, unit_name
from services.gateway.organisation import store
from services.gateway.organisation.domain import (
    Cadre,
    Tenant,
    Unit,
    check_existing,
    check_in_office,
    check_unit,
)
from services.gateway.organisation.messages import cadre_message, unit_message


async def tenant_in(tx: Tx) -> Tenant:
    """The transaction's tenant. Raises NotFound when it has not been provisioned."""
    if (tenant := await store.tenant(tx, tx.tenant)) is None:
        raise NotFound("镇（街道）、县", f"tenants/{tx.tenant}")
    return tenant


async def counties(tx: Tx) -> list[str]:
    """The codes of the counties that have been provisioned, in order."""
    return await store.counties(tx)


async def towns_of(tx: Tx, county: str) -> list[str]:
    """The codes of the county's towns and sub-districts that have been provisioned, in order."""
    return await store.towns(tx, county)


async def update_unit(tx: Tx, actor: Actor, code: str, change: Callable[[Unit], Unit], now: datetime) -> Unit:
    """Changes name, kind or window of a unit. What changes nothing leaves no trace."""
    unit = await _unit(tx, code)
    check_existing(unit)
    changed = change(unit)
    check_unit(await tenant_in(tx), changed, "unit")
    if changed == unit:
        return unit
    return _save_unit(tx, actor, changed, gateway.UnitChanged, now)


async def retire_unit(tx: Tx, actor: Actor, code: str, now: datetime) -> Unit:
    """Ends a unit that no cadre in office works in any more."""
    unit = await _unit(tx, code)
    check_existing(unit)
    if await store.has_cadres(tx, code):
        raise Refused("UNIT_HAS_CADRES", "这个单位还有在职干部，不能撤销。")
    return _save_unit(tx, actor, replace(unit, retire_time=now), gateway.UnitRetired, now)


async def create_cadre(tx: Tx, actor: Actor, wanted: Cadre, now: datetime) -> Cadre:
    """Adds a cadre to a unit of the tenant. The id of the wanted cadre is replaced by a new one."""
    await tenant_in(tx)
    await _check_units(tx, wanted)
    cadre = replace(wanted, id=uuid4().hex, revision=1)
    store.add_cadre(tx, cadre)
    _tell_of_cadre(tx, actor, cadre, gateway.CadreChanged, now)
    return cadre


async def update_cadre(tx: Tx, actor: Actor, id: str, change: Callable[[Cadre], Cadre], now: datetime) -> Cadre:
    """Changes what a cadre is. What changes nothing leaves no trace."""
    cadre = await _cadre_in_office(tx, id)
    changed = change(cadre)
    if changed == cadre:
        return cadre
    await _check_units(tx, changed)
    return _save_cadre(tx, actor, changed, gateway.CadreChanged, now)


async def retire_cadre(tx: Tx, actor: Actor, id: str, now: datetime) -> Cadre:
    """Ends a cadre's time in office. Whose account it is, is the caller's to disable."""
    cadre = await _cadre_in_office(tx, id)
    return _save_cadre(tx, actor, replace(cadre, retire_time=now), gateway.CadreRetired, now)


async def link_account(tx: Tx, actor: Actor, id: str, login: str, now: datetime) -> Cadre:
    """Records whose account it is. A cadre has at most one."""
    cadre = await _cadre_in_office(tx, id)
    if cadre.account is not None:
        raise AlreadyExists("CADRE_HAS_ACCOUNT", "这名干部已经有账号。")
    return _save_cadre(tx, actor, replace(cadre, account=login), gateway.CadreChanged, now)


async def name_of(tx: Tx, cadre: str) -> str:
    """The name of a cadre as people know it."""
    return await store.name_of_cadre(tx, cadre) or ""


async def existing_units(tx: Tx, codes: Collection[str]) -> frozenset[str]:
    """Those of the codes that are units of the tenant and have not been retired."""
    return frozenset(unit.code for unit in (await store.units(tx, codes)).values() if unit.retire_time is None)


async def check_cadre_in_office(tx: Tx, id: str) -> None:
    """Raises NotFound or Refused unless the cadre is in office."""
    await _cadre_in_office(tx, id)


async def _unit(tx: Tx, code: str) -> Unit:
    if (unit := await store.lock_unit(tx, code)) is None:
        raise NotFound("单位", unit_name(tx.tenant, code))
    return unit


async def _cadre_in_office(tx: Tx, id: str) -> Cadre:
    if (cadre := await store.lock_cadre(tx, id)) is None:
        raise NotFound("干部", cadre_name(tx.tenant, id))
    check_in_office(cadre)
    return cadre


async def _check_units(tx: Tx, cadre: Cadre) -> None:
    units = await store.units(tx, cadre.units)
    for field, code in (("unit", cadre.unit), ("leads_unit", cadre.leads_unit)):
        if code is not None and code not in units:
            raise Invalid(f"cadre.{field}", "没有这个单位。", reason="UNKNOWN_UNIT")
    for unit in units.values():
        check_existing(unit)


def _save_unit(
    tx: Tx, actor: Actor, changed: Unit, event: type[gateway.UnitChanged | gateway.UnitRetired], now: datetime
) -> Unit:
    unit = replace(changed, revision=changed.revision + 1)
    store.save_unit(tx, unit)
    told = event(unit=unit_message(tx.tenant, unit), visible_to=common.LEVEL_UNIT)
    ledger.append(tx, actor, "unit", unit.code, unit.revision, told, now)
    return unit


def _save_cadre(
    tx: Tx, actor: Actor, changed: Cadre, event: type[gateway.CadreChanged | gateway.CadreRetired], now: datetime
) -> Cadre:
    cadre = replace(changed, revision=changed.revision + 1)
    store.save_cadre(tx, cadre)
    _tell_of_cadre(tx, actor, cadre, event, now)
    return cadre


def _tell_of_cadre(
    tx: Tx, actor: Actor, cadre: Cadre, event: type[gateway.CadreChanged | gateway.CadreRetired], now: datetime
) -> None:
    told = event(cadre=cadre_message(tx.tenant, cadre), visible_to=common.LEVEL_UNIT)
    ledger.append(tx, actor, "cadre", cadre.id, cadre.revision, told, now)
