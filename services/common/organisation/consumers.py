"""What the gateway tells of tenants, units, cadres and accounts, event by event.

A service copies it, and does in the same transaction what follows from it for its own things. An older revision than
the one here changes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from minshao.gateway import v1 as gateway

from services.common import housekeeping
from services.common.access import Grant, Role
from services.common.consumer import Handler
from services.common.database import Tx
from services.common.events import Event, event_type
from services.common.organisation import copies
from services.common.organisation.domain import Account, Cadre, Tenant, TenantKind, Unit, UnitKind
from services.common.periods import local_date
from services.common.understanding import known, own


async def _nothing(*_told: object) -> None:
    """What follows where a service has nothing to do."""


@dataclass(frozen=True, slots=True)
class Followers:
    """What follows in a service from what is new or newer in the organisation, by the kind of thing."""

    units: Callable[[Tx, Sequence[Unit], datetime], Awaitable[None]] = _nothing
    cadres: Callable[[Tx, Sequence[Cadre], date, datetime], Awaitable[None]] = _nothing
    """With the day on which they changed."""
    accounts: Callable[[Tx, Sequence[Account], datetime], Awaitable[None]] = _nothing

    def handlers(self) -> Mapping[str, Handler]:
        """The handlers of the gateway's events, by type."""
        return {
            event_type(gateway.TenantProvisioned): self._tenant_provisioned,
            event_type(gateway.UnitChanged): self._unit_changed,
            event_type(gateway.UnitRetired): self._unit_changed,
            event_type(gateway.CadreChanged): self._cadre_changed,
            event_type(gateway.CadreRetired): self._cadre_changed,
            event_type(gateway.AccountChanged): self._account_changed,
        }

    async def _tenant_provisioned(self, tx: Tx, event: Event, now: datetime) -> None:
        told = cast(gateway.TenantProvisioned, event.message)
        copies.put_tenant(tx, _tenant(tx.tenant, told.tenant), told.tenant.revision, now)
        await self._copy_cadres(tx, [_cadre(tx.tenant, cadre) for cadre in told.cadres], event, now)
        await self._copy_accounts(tx, [_account(tx.tenant, account) for account in told.accounts], now)
        await self._copy_units(tx, [_unit(tx.tenant, unit) for unit in told.units], now)
        housekeeping.begin(tx, now)

    async def _unit_changed(self, tx: Tx, event: Event, now: datetime) -> None:
        told = cast(gateway.UnitChanged | gateway.UnitRetired, event.message)
        await self._copy_units(tx, [_unit(tx.tenant, told.unit)], now)

    async def _cadre_changed(self, tx: Tx, event: Event, now: datetime) -> None:
        told = cast(gateway.CadreChanged | gateway.CadreRetired, event.message)
        await self._copy_cadres(tx, [_cadre(tx.tenant, told.cadre)], event, now)

    async def _account_changed(self, tx: Tx, event: Event, now: datetime) -> None:
        told = cast(gateway.AccountChanged, event.message)
        await self._copy_accounts(tx, [_account(tx.tenant, told.account)], now)

    async def _copy_units(self, tx: Tx, units: Sequence[tuple[Unit, int]], now: datetime) -> None:
        newer = await copies.put_units(tx, units)
        await self.units(tx, [unit for unit, _ in units if unit.code in newer], now)

    async def _copy_cadres(self, tx: Tx, cadres: Sequence[tuple[Cadre, int]], event: Event, now: datetime) -> None:
        newer = await copies.put_cadres(tx, cadres)
        day = local_date(min(event.time, now))
        await self.cadres(tx, [cadre for cadre, _ in cadres if cadre.id in newer], day, now)

    async def _copy_accounts(self, tx: Tx, accounts: Sequence[tuple[Account, int]], now: datetime) -> None:
        newer = await copies.put_accounts(tx, accounts)
        await self.accounts(tx, [account for account, _ in accounts if account.name in newer], now)


ROLES = frozenset(Role)


def _tenant(home: str, tenant: gateway.Tenant) -> Tenant:
    own(home, f"{tenant.name}/", "镇（街道）")
    code, county = _last(tenant.name), _last(tenant.county)
    return Tenant(
        code, tenant.display_name, tenant.short_name, TenantKind(known(tenant, "kind", "镇（街道）类型")), county
    )


def _unit(home: str, unit: gateway.Unit) -> tuple[Unit, int]:
    code, kind = _last(own(home, unit.name, "单位")), UnitKind(known(unit, "kind", "单位类型"))
    retired = unit.HasField("retire_time")
    return Unit(code, unit.display_name, kind, retired, unit.window), unit.revision


def _cadre(home: str, cadre: gateway.Cadre) -> tuple[Cadre, int]:
    copied = Cadre(
        id=_last(own(home, cadre.name, "干部")),
        name=cadre.display_name,
        unit=_last(own(home, cadre.unit, "单位")),
        position=cadre.position,
        leads_unit=_last(cadre.leads_unit) or None,
        leads_town=cadre.leads_town,
        in_discipline=cadre.discipline_committee,
        in_party_committee=cadre.party_committee,
        account=cadre.account or None,
        retired=cadre.HasField("retire_time"),
    )
    return copied, cadre.revision


def _account(home: str, account: gateway.Account) -> tuple[Account, int]:
    # Roles of a later version of the contract are none that this version could use.
    grants = tuple(Grant(Role(grant.role), grant.scope) for grant in account.roles if grant.role in ROLES)
    disabled = account.HasField("disable_time")
    return Account(own(home, account.name, "账号"), _last(account.cadre) or None, disabled, grants), account.revision


def _last(name: str) -> str:
    return name.rpartition("/")[2]
