"""Keeping the copies of the organisation: of two states of a thing the one with the higher revision stays.

Events of different aggregates come in any order, and what provisioned a tenant may come after what changed a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.foundation import TENANTS
from services.common.organisation.domain import Account, Cadre, Tenant, Unit
from services.common.organisation.store import ACCOUNT_ROLES, ACCOUNTS, CADRES, TENANT_PROFILES, UNITS


def put_tenant(tx: Tx, tenant: Tenant, revision: int, now: datetime) -> None:
    """Keeps the newest of a tenant, as pending writes; a new one joins the list of tenants that the service knows."""
    profile = {
        "tenant": tenant.code,
        "name": tenant.name,
        "short_name": tenant.short_name,
        "kind": tenant.kind,
        "county": tenant.county,
        "revision": revision,
    }
    tx.write(postgresql.insert(TENANTS).values(tenant=tenant.code, create_time=now).on_conflict_do_nothing())
    tx.write(_newest(TENANT_PROFILES, [profile]))


async def put_units(tx: Tx, units: Sequence[tuple[Unit, int]]) -> frozenset[str]:
    """Keeps the newest of each unit by its revision; returns the codes of those that were new or newer."""
    rows = [
        {"tenant": tx.tenant, **{name: getattr(unit, name) for name in Unit.__slots__}, "revision": revision}
        for unit, revision in units
    ]
    kept = await tx.rows(_newest(UNITS, rows).returning(UNITS.c.code)) if rows else ()
    return frozenset(row.code for row in kept)


async def put_cadres(tx: Tx, cadres: Sequence[tuple[Cadre, int]]) -> frozenset[str]:
    """Keeps the newest of each cadre by its revision; returns the ids of those that were new or newer."""
    rows = [
        {"tenant": tx.tenant, **{name: getattr(cadre, name) for name in Cadre.__slots__}, "revision": revision}
        for cadre, revision in cadres
    ]
    kept = await tx.rows(_newest(CADRES, rows).returning(CADRES.c.id)) if rows else ()
    return frozenset(row.id for row in kept)


async def put_accounts(tx: Tx, accounts: Sequence[tuple[Account, int]]) -> frozenset[str]:
    """Keeps the newest of each account by its revision, with the roles that it has and no others; returns the names of
    those that were new or newer."""
    rows: list[dict[str, object]] = [
        {"tenant": tx.tenant, "name": each.name, "cadre": each.cadre, "disabled": each.disabled, "revision": revision}
        for each, revision in accounts
    ]
    if not rows:
        return frozenset()
    newer = frozenset(row.name for row in await tx.rows(_newest(ACCOUNTS, rows).returning(ACCOUNTS.c.name)))
    granted = ACCOUNT_ROLES.c
    tx.write(sa.delete(ACCOUNT_ROLES).where(granted.tenant == tx.tenant, granted.account.in_(sorted(newer))))
    for account, _ in accounts:
        for grant in account.grants if account.name in newer else ():
            tx.insert(ACCOUNT_ROLES, account=account.name, role=grant.role, scope=grant.scope)
    return newer


def _newest(table: sa.Table, rows: list[dict[str, object]]) -> postgresql.Insert:
    """An insert of copies that takes the place of older ones and of no newer."""
    new = postgresql.insert(table).values(rows)
    key = [column.name for column in table.primary_key]
    changes = {column.name: new.excluded[column.name] for column in table.c if column.name not in key}
    newer = new.excluded["revision"] > table.c.revision
    return new.on_conflict_do_update(index_elements=key, set_=changes, where=newer)
