"""Tables and queries of the organisation's copy. Each row keeps the `revision` it was copied from; higher ones win.

There are no foreign keys among the copies: events of different aggregates come in any order.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import sqlalchemy as sa

from services.common.access import Grant, Role, county_of
from services.common.columns import Of
from services.common.database import Tx
from services.common.foundation import TENANTS
from services.common.organisation.domain import Account, Cadre, Tenant, TenantKind, Unit, UnitKind
from services.common.schema import Row, metadata, tenant_table

ORGANISATION = metadata()
"""The tables here, which every service that follows the organisation has beside its own."""

TENANT_PROFILES = tenant_table(
    "tenant_profiles",
    ORGANISATION,
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("short_name", sa.Text, nullable=False),
    sa.Column("kind", Of(TenantKind), nullable=False),
    sa.Column("county", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

UNITS = tenant_table(
    "units",
    ORGANISATION,
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", Of(UnitKind), nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.Column("has_window", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("revision", sa.BigInteger, nullable=False),
    key=("code",),
)

CADRES = tenant_table(
    "cadres",
    ORGANISATION,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("leads_unit", sa.Text),
    sa.Column("leads_town", sa.Boolean, nullable=False),
    sa.Column("in_discipline", sa.Boolean, nullable=False),
    sa.Column("in_party_committee", sa.Boolean, nullable=False),
    sa.Column("account", sa.Text),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    key=("id",),
)

ACCOUNTS = tenant_table(
    "accounts",
    ORGANISATION,
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("cadre", sa.Text),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    key=("name",),
)
"""`name` is the resource name, `cadre` the bare id."""

ACCOUNT_ROLES = tenant_table(
    "account_roles",
    ORGANISATION,
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("role", Of(Role), nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    key=("account", "role", "scope"),
)
sa.Index("cadres_unit_idx", CADRES.c.tenant, CADRES.c.unit)
sa.Index("cadres_account_idx", CADRES.c.tenant, CADRES.c.account)
sa.Index("account_roles_role_idx", ACCOUNT_ROLES.c.tenant, ACCOUNT_ROLES.c.role, ACCOUNT_ROLES.c.scope)


_profile, _unit = TENANT_PROFILES.c, UNITS.c
PLACE = (
    sa.select(
        *(_profile.tenant, _profile.name, _profile.short_name, _profile.kind, _profile.county),
        *(_unit.code, _unit.name.label("unit_name"), _unit.kind.label("unit_kind"), _unit.retired, _unit.has_window),
    )
    .select_from(
        TENANT_PROFILES.outerjoin(
            UNITS, sa.and_(_unit.tenant == _profile.tenant, _unit.code == sa.bindparam("this_unit"))
        )
    )
    .where(_profile.tenant == sa.bindparam("this_tenant"))
)
"""A tenant and one of its units. Made once: the hottest paths ask for it."""


async def tenant(tx: Tx) -> Tenant | None:
    """The tenant of the transaction; None until the event that provisioned it has come."""
    profile = TENANT_PROFILES.c
    row = await tx.row(sa.select(TENANT_PROFILES).where(profile.tenant == tx.tenant))
    return None if row is None else Tenant(row.tenant, row.name, row.short_name, row.kind, row.county)


async def towns_of(tx: Tx, county: str) -> list[str]:
    """The codes of the towns of a county that this service knows, in order."""
    code = TENANTS.c.tenant
    return [
        row.tenant
        for row in await tx.rows(sa.select(code).where(code.startswith(county), code != county).order_by(code))
    ]


async def unit(tx: Tx, code: str) -> Unit | None:
    """The unit with this code, retired or not."""
    return (await units(tx, [code])).get(code)


async def tenant_and_unit(tx: Tx, code: str) -> tuple[Tenant | None, Unit | None]:
    """The tenant of the transaction and the unit with this code, in one query."""
    row = await tx.row(PLACE, {"this_tenant": tx.tenant, "this_unit": code})
    if row is None:
        return None, None
    tenant = Tenant(row.tenant, row.name, row.short_name, row.kind, row.county)
    return tenant, row.code and Unit(row.code, row.unit_name, row.unit_kind, row.retired, row.has_window)


async def lock_unit(tx: Tx, code: str) -> Unit | None:
    """The same, with its row locked until the commit: what counts things of one unit waits for each other."""
    unit = UNITS.c
    row = await tx.row(sa.select(UNITS).where(unit.tenant == tx.tenant, unit.code == code).with_for_update())
    return None if row is None else Unit(row.code, row.name, row.kind, row.retired, row.has_window)


async def units(tx: Tx, codes: Iterable[str]) -> dict[str, Unit]:
    """Those of the codes that are units of the tenant, by code, in one query."""
    unit = UNITS.c
    rows = await tx.rows(sa.select(UNITS).where(unit.tenant == tx.tenant, unit.code.in_(list(codes))))
    return {row.code: Unit(row.code, row.name, row.kind, row.retired, row.has_window) for row in rows}


async def windows(tx: Tx) -> frozenset[str]:
    """The codes of the county's departments that have a window in the service hall now."""
    unit = UNITS.c
    open_ones = sa.select(unit.code).where(unit.tenant == tx.tenant, unit.has_window, unit.retired.is_(False))
    return frozenset(row.code for row in await tx.rows(open_ones))


async def cadre(tx: Tx, id: str) -> Cadre | None:
    """The cadre with this id, retired or not."""
    return (await cadres(tx, [id])).get(id)


async def hold_cadre(tx: Tx, id: str) -> Cadre | None:
    """The same, held as it is until the commit: an event that changes the cadre waits, and what follows it sees what is
    written here."""
    cadre = CADRES.c
    held = sa.select(CADRES).where(cadre.tenant == tx.tenant, cadre.id == id).with_for_update(read=True)
    return None if (row := await tx.row(held)) is None else _cadre(row)


async def cadres(tx: Tx, ids: Iterable[str]) -> dict[str, Cadre]:
    """Those of the ids that are cadres of the tenant, by id, in one query."""
    cadre = CADRES.c
    rows = await tx.rows(sa.select(CADRES).where(cadre.tenant == tx.tenant, cadre.id.in_(list(ids))))
    return {row.id: _cadre(row) for row in rows}


async def cadre_of_account(tx: Tx, account: str) -> Cadre | None:
    """The cadre whose account it is, by the account's resource name."""
    cadre = CADRES.c
    row = await tx.row(sa.select(CADRES).where(cadre.tenant == tx.tenant, cadre.account == account))
    return None if row is None else _cadre(row)


async def account(tx: Tx, name: str) -> Account | None:
    """The account with this resource name and its roles."""
    return next(iter(await _accounts(tx, ACCOUNTS.c.name == name)), None)


async def accounts(tx: Tx, names: Iterable[str]) -> dict[str, Account]:
    """Those of the accounts that are known, by name."""
    return {each.name: each for each in await _accounts(tx, ACCOUNTS.c.name.in_(sorted(names)))}


async def hold_account(tx: Tx, name: str) -> Account | None:
    """The same, held as it is until the commit: an event that changes the account waits, and what follows it sees what
    is written here."""
    mine = ACCOUNTS.c
    await tx.row(sa.select(mine.name).where(mine.tenant == tx.tenant, mine.name == name).with_for_update(read=True))
    return await account(tx, name)


async def accounts_with(tx: Tx, role: Role, scope: str) -> list[Account]:
    """The accounts that can act in this role in this scope, by name."""
    return await _holders(tx, ACCOUNT_ROLES.c.role == role, ACCOUNT_ROLES.c.scope == scope)


async def accounts_as(tx: Tx, role: Role) -> list[Account]:
    """The accounts that can act in this role in any scope, by name."""
    return await _holders(tx, ACCOUNT_ROLES.c.role == role)


async def names(tx: Tx) -> dict[str, str]:
    """What the tenant's units, by code, and the accounts of its cadres, by resource name, are called."""
    units = sa.select(UNITS.c.code, UNITS.c.name).where(UNITS.c.tenant == tx.tenant)
    cadres = sa.select(CADRES.c.account, CADRES.c.name).where(
        CADRES.c.tenant == tx.tenant, CADRES.c.account.is_not(None)
    )
    return {row[0]: row[1] for row in await tx.rows(sa.union_all(units, cadres))}


async def names_with_county(tx: Tx) -> dict[str, str]:
    """The same, with the names of the county's own: its commission handles matters in the tenants of its towns."""
    own = await names(tx)
    if (county := county_of(tx.tenant)) == tx.tenant:
        return own
    async with tx.within(county):
        return {**await names(tx), **own}


async def _holders(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Account]:
    granted = ACCOUNT_ROLES.c
    holders = sa.select(granted.account).where(granted.tenant == tx.tenant, *conditions)
    return await _accounts(tx, ACCOUNTS.c.name.in_(holders), ACCOUNTS.c.disabled.is_(False))


async def _accounts(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Account]:
    account, granted = ACCOUNTS.c, ACCOUNT_ROLES.c
    joined = ACCOUNTS.outerjoin(
        ACCOUNT_ROLES, sa.and_(granted.tenant == account.tenant, granted.account == account.name)
    )
    columns = (account.name, account.cadre, account.disabled, granted.role, granted.scope)
    chosen = sa.select(*columns).select_from(joined).where(account.tenant == tx.tenant, *conditions)
    rows = await tx.rows(chosen.order_by(account.name, granted.role, granted.scope))
    return [_account(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row.name)]


def _account(rows: list[Row]) -> Account:
    """One account of the rows that it has with its grants, or of the one that it has without any."""
    grants = tuple(Grant(row.role, row.scope) for row in rows if row.role)
    return Account(rows[0].name, rows[0].cadre, rows[0].disabled, grants)


def _cadre(row: Row) -> Cadre:
    return Cadre(
        row.id,
        row.name,
        row.unit,
        row.position,
        row.leads_unit,
        row.leads_town,
        row.in_discipline,
        row.in_party_committee,
        row.account,
        row.retired,
    )
