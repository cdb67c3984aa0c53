"""Provisioning a tenant: one file, one transaction, one event. What the file may add is in `file`.

A new town is told besides what counts in its calendar already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common import housekeeping, ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.errors import AlreadyExists, Invalid, Refused
from services.common.keys import Hashing
from services.gateway.accounts import use_cases as accounts
from services.gateway.accounts.domain import (
    FEWEST_COUNTY_OFFICERS,
    Account,
    check_scope,
    check_together,
    made_up,
    refuse_discipline,
)
from services.gateway.accounts.messages import account_message
from services.gateway.calendar import use_cases as calendar
from services.gateway.organisation import store
from services.gateway.organisation import use_cases as organisation
from services.gateway.organisation.domain import Cadre, Tenant
from services.gateway.organisation.file import Additions, Organisation, additions, check_file, existing_units
from services.gateway.organisation.messages import cadre_message, tenant_message, unit_message


@dataclass(frozen=True, slots=True)
class File:
    """What one call hands in."""

    organisation: Organisation
    accounts: Mapping[str, Account]
    """By login."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What came of it."""

    tenant: Tenant
    added: Additions
    first_passwords: dict[str, str]
    """Of the accounts that were added, by login."""
    differing_accounts: list[str]


async def provision(tx: Tx, actor: Actor, hashing: Hashing, file: File, now: datetime) -> Provisioned:
    """Adds what the file has and the tenant has not; all or nothing."""
    await store.lock_for_provisioning(tx)
    await _check_county(tx, file.organisation.tenant)
    kept = await store.organisation(tx)
    kept_accounts = await accounts.all_accounts(tx)
    hands = await accounts.keyholders_of(tx, actor, now)
    new_accounts = [_made_up(each, hands, now) for login, each in file.accounts.items() if login not in kept_accounts]
    check_file(file.organisation, kept)
    _check_accounts(file, kept, new_accounts)
    added = additions(file.organisation, kept)
    differing = sorted(
        login for login, account in file.accounts.items() if login in kept_accounts and _differ(account, kept_accounts)
    )
    if kept and not (added.units or added.cadres or new_accounts):
        return Provisioned(kept.tenant, added, {}, differing)
    tenant = _save_tenant(tx, file.organisation.tenant, kept, now)
    cadres = await _add_people(tx, actor, added, new_accounts, now)
    written = await accounts.add_accounts(tx, hashing, new_accounts, now)
    _tell(tx, actor, tenant, added, cadres, [account for account, _ in written], now)
    if kept is None and not tenant.is_county:
        await calendar.tell_new_town(tx, actor, now)
    housekeeping.begin(tx, now)
    return Provisioned(tenant, added, {account.login: password for account, password in written}, differing)


def _made_up(account: Account, hands: frozenset[str], now: datetime) -> Account:
    """The account of a file as one whose first password these are shown.

    Those of the first discipline officers count as their own: somebody has to be the first who consents.
    """
    return account if account.is_discipline else made_up(account, hands, now)


async def _check_county(tx: Tx, tenant: Tenant) -> None:
    if not tenant.is_county and await store.tenant(tx, tenant.county) is None:
        raise Refused("COUNTY_FIRST", "请先开通所属的县。", county=tenant.county)


def _check_accounts(file: File, kept: Organisation | None, new: list[Account]) -> None:
    """The rules of new accounts. Discipline roles come with a tenant's first file, and by consent ever after."""
    tenant = file.organisation.tenant
    cadres = file.organisation.cadres.keys() | (kept.cadres.keys() if kept else set())
    units = existing_units(file.organisation, kept)
    for index, account in enumerate(new):
        for place, grant in enumerate(account.grants):
            check_scope(tenant.code, grant, units, f"accounts[{index}].roles[{place}]")
        check_together(account.grants)
        if account.cadre is not None and account.cadre not in cadres:
            raise Invalid(f"accounts[{index}].cadre", "没有这名干部。", reason="UNKNOWN_CADRE")
        if kept is not None:
            refuse_discipline(account.grants)
    if kept is None and tenant.is_county and sum(account.is_discipline for account in new) < FEWEST_COUNTY_OFFICERS:
        raise Refused("TOO_FEW_OFFICERS", f"县的首个文件至少要有 {FEWEST_COUNTY_OFFICERS} 名纪检人员的账号。")
    _check_one_account_each(new)


def _check_one_account_each(new: list[Account]) -> None:
    owners = [account.cadre for account in new if account.cadre is not None]
    if len(owners) != len(set(owners)):
        raise AlreadyExists("CADRE_HAS_ACCOUNT", "一名干部只能有一个账号。")


def _differ(account: Account, kept: Mapping[str, Account]) -> bool:
    there = kept[account.login]
    return (set(account.grants), account.cadre) != (set(there.grants), there.cadre) or there.disable_time is not None


def _save_tenant(tx: Tx, tenant: Tenant, kept: Organisation | None, now: datetime) -> Tenant:
    if kept is None:
        first = replace(tenant, revision=1, create_time=now)
        store.add_tenant(tx, first)
        return first
    grown = replace(kept.tenant, revision=kept.tenant.revision + 1)
    store.save_tenant(tx, grown)
    return grown


async def _add_people(
    tx: Tx, actor: Actor, added: Additions, new_accounts: list[Account], now: datetime
) -> list[Cadre]:
    """Writes units, then the cadres in them, each with its account; returns the cadres as written."""
    for unit in added.units:
        store.add_unit(tx, unit)
    await tx.flush()
    logins = {account.cadre: account.login for account in new_accounts if account.cadre is not None}
    cadres = [replace(cadre, account=logins.pop(cadre.id, None)) for cadre in added.cadres]
    for cadre in cadres:
        store.add_cadre(tx, cadre)
    await tx.flush()
    for cadre_id, login in logins.items():
        await organisation.link_account(tx, actor, cadre_id, login, now)
    return cadres


def _tell(
    tx: Tx,
    actor: Actor,
    tenant: Tenant,
    added: Additions,
    cadres: list[Cadre],
    written: list[Account],
    now: datetime,
) -> None:
    told = gateway.TenantProvisioned(
        tenant=tenant_message(tenant),
        units=[unit_message(tx.tenant, unit) for unit in added.units],
        cadres=[cadre_message(tx.tenant, cadre) for cadre in cadres],
        accounts=[account_message(tx.tenant, account) for account in written],
        visible_to=common.LEVEL_UNIT,
    )
    ledger.append(tx, actor, "tenant", tenant.code, tenant.revision, told, now)
