"""What the gateway tells of tenants, units, cadres and accounts, event by event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from minshao.gateway import v1 as gateway

from services.common import housekeeping
from services.common.access import Grant, Role
from services.common.consumer import Handler
from services.common.database import Tx
from services.common.events import Event, event_type
from services.watch.organisation import copies
from services.watch.organisation.domain import Account, Cadre, Tenant, TenantKind, Unit, UnitKind
from services.watch.organisation.use_cases import copy_accounts, copy_cadres, copy_units


async def tenant_provisioned(tx: Tx, event: Event, now: datetime) -> None:
    """A tenant with everything that its file added."""
    told = cast(gateway.TenantProvisioned, event.message)
    copies.put_tenant(tx, _tenant(told.tenant), told.tenant.revision, now)
    await copy_cadres(tx, [_cadre(cadre) for cadre in told.cadres], now)
    await copy_accounts(tx, [_account(account) for account in told.accounts], now)
    await copy_units(tx, [_unit(unit) for unit in told.units], now)
    housekeeping.begin(tx, now)


async def unit_changed(tx: Tx, event: Event, now: datetime) -> None:
    """A unit that was added, changed or retired."""
    told = cast(gateway.UnitChanged | gateway.UnitRetired, event.message)
    await copy_units(tx, [_unit(told.unit)], now)


async def cadre_changed(tx: Tx, event: Event, now: datetime) -> None:
    """A cadre who is new, has changed, or is no longer in office."""
    told = cast(gateway.CadreChanged | gateway.CadreRetired, event.message)
    await copy_cadres(tx, [_cadre(told.cadre)], now)


async def account_changed(tx: Tx, event: Event, now: datetime) -> None:
    """An account that is new, or whose roles, cadre or use have changed."""
    told = cast(gateway.AccountChanged, event.message)
    await copy_accounts(tx, [_account(told.account)], now)


ROLES = frozenset(Role)

HANDLERS: Mapping[str, Handler] = {
    event_type(gateway.TenantProvisioned): tenant_provisioned,
    event_type(gateway.UnitChanged): unit_changed,
    event_type(gateway.UnitRetired): unit_changed,
    event_type(gateway.CadreChanged): cadre_changed,
    event_type(gateway.CadreRetired): cadre_changed,
    event_type(gateway.AccountChanged): account_changed,
}


def _tenant(tenant: gateway.Tenant) -> Tenant:
    code, county = _last(tenant.name), _last(tenant.county)
    return Tenant(code, tenant.display_name, tenant.short_name, TenantKind(tenant.kind), county)


def _unit(unit: gateway.Unit) -> tuple[Unit, int]:
    retired = unit.HasField("retire_time")
    return Unit(_last(unit.name), unit.display_name, UnitKind(unit.kind), retired), unit.revision


def _cadre(cadre: gateway.Cadre) -> tuple[Cadre, int]:
    copied = Cadre(
        id=_last(cadre.name),
        name=cadre.display_name,
        unit=_last(cadre.unit),
        position=cadre.position,
        leads_unit=_last(cadre.leads_unit) or None,
        leads_town=cadre.leads_town,
        in_discipline=cadre.discipline_committee,
        in_party_committee=cadre.party_committee,
        account=cadre.account or None,
        retired=cadre.HasField("retire_time"),
    )
    return copied, cadre.revision


def _account(account: gateway.Account) -> tuple[Account, int]:
    # Roles of a later version of the contract are none that this version could use.
    grants = tuple(Grant(Role(grant.role), grant.scope) for grant in account.roles if grant.role in ROLES)
    disabled = account.HasField("disable_time")
    return Account(account.name, _last(account.cadre) or None, disabled, grants), account.revision


def _last(name: str) -> str:
    return name.rpartition("/")[2]
