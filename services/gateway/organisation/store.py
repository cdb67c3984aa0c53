"""Tables and queries of tenants, units and cadres.

The directory of tenants is not walled in: everybody may read it, and a list of tenants spans them. It is written only
by `add_tenant` and `save_tenant`, which touch the row of the transaction's own tenant.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common import foundation
from services.common.database import Tx
from services.common.schema import Row, instant, references, tenant_table
from services.gateway.listing import Order
from services.gateway.organisation.domain import Cadre, Tenant, TenantKind, Unit, UnitKind
from services.gateway.organisation.file import Organisation
from services.gateway.tables import metadata

DIRECTORY = sa.Table(
    "tenant_directory",
    metadata,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("short_name", sa.Text, nullable=False),
    sa.Column("kind", sa.SmallInteger, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    info={"exempt": "the list of tenants, with what everybody may read of them", "app": {"select", "insert", "update"}},
)

UNITS = tenant_table(
    "units",
    metadata,
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("kind", sa.SmallInteger, nullable=False),
    sa.Column("window", sa.Boolean, nullable=False),
    sa.Column("retire_time", instant()),
    sa.Column("revision", sa.BigInteger, nullable=False),
    key=("code",),
    app=("select", "insert", "update"),
)

CADRES = tenant_table(
    "cadres",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("leads_unit", sa.Text),
    sa.Column("leads_town", sa.Boolean, nullable=False),
    sa.Column("party_committee", sa.Boolean, nullable=False),
    sa.Column("discipline_committee", sa.Boolean, nullable=False),
    sa.Column("account", sa.Text),
    sa.Column("retire_time", instant()),
    sa.Column("revision", sa.BigInteger, nullable=False),
    references("units", "unit=code"),
    references("units", "leads_unit=code"),
    key=("id",),
    app=("select", "insert", "update"),
)
"""`account` is the login of the account whose `cadre` this is; the accounts hold the key."""

sa.Index("cadres_unit_idx", CADRES.c.tenant, CADRES.c.unit)

TENANT_ORDER = Order((DIRECTORY.c.tenant,))
UNIT_ORDERS = {"code": (UNITS.c.code,), "display_name": (UNITS.c.display_name, UNITS.c.code)}
CADRE_ORDERS = {"unit": (CADRES.c.unit, CADRES.c.id), "display_name": (CADRES.c.display_name, CADRES.c.id)}


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """Which units to list."""

    kind: UnitKind | None = None
    with_retired: bool = False


@dataclass(frozen=True, slots=True)
class CadreFilter:
    """Which cadres to list."""

    unit: str | None = None
    with_retired: bool = False


async def lock_for_provisioning(tx: Tx) -> None:
    """Lets one file at a time into the tenant, whose row may not be there to be locked."""
    await tx.rows(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"provision {tx.tenant}"))))


async def tenant(tx: Tx, code: str) -> Tenant | None:
    """A tenant, also another than the transaction's."""
    row = await tx.row(sa.select(DIRECTORY).where(DIRECTORY.c.tenant == code))
    return _tenant(row) if row else None


async def tenants(tx: Tx, after: Sequence[object] | None, limit: int) -> list[Tenant]:
    return [_tenant(row) for row in await tx.rows(TENANT_ORDER.following(sa.select(DIRECTORY), after, limit))]


async def names_of_tenants(tx: Tx, codes: Collection[str]) -> dict[str, str]:
    """The names of those of the tenants that have been provisioned, by code."""
    named = sa.select(DIRECTORY.c.tenant, DIRECTORY.c.display_name).where(DIRECTORY.c.tenant.in_(sorted(codes)))
    return {row.tenant: row.display_name for row in await tx.rows(named)}


async def counties(tx: Tx) -> list[str]:
    """The codes of the counties that have been provisioned, in order."""
    chosen = sa.select(DIRECTORY.c.tenant).where(DIRECTORY.c.kind == TenantKind.COUNTY.value)
    return [row.tenant for row in await tx.rows(chosen.order_by(DIRECTORY.c.tenant))]


async def towns(tx: Tx, county: str) -> list[str]:
    """The codes of the county's towns and sub-districts that have been provisioned, in order."""
    of_county = sa.func.left(DIRECTORY.c.tenant, len(county)) == county
    chosen = sa.select(DIRECTORY.c.tenant).where(of_county, DIRECTORY.c.kind != TenantKind.COUNTY.value)
    return [row.tenant for row in await tx.rows(chosen.order_by(DIRECTORY.c.tenant))]


def add_tenant(tx: Tx, tenant: Tenant) -> None:
    """PENDING: the transaction's tenant, here and in the list that every service has."""
    tx.insert(DIRECTORY, **_directory_entry(tenant), create_time=tenant.create_time)
    # The feed may have listed it before: an operator's account is opened in a county that is yet to be provisioned.
    known = postgresql.insert(foundation.TENANTS).values(tenant=tx.tenant, create_time=tenant.create_time)
    tx.write(known.on_conflict_do_nothing())


def save_tenant(tx: Tx, tenant: Tenant) -> None:
    """PENDING: the transaction's tenant as it is now."""
    tx.write(sa.update(DIRECTORY).where(DIRECTORY.c.tenant == tx.tenant).values(_directory_entry(tenant)))


async def organisation(tx: Tx) -> Organisation | None:
    """All of the tenant; None when it has not been provisioned."""
    if (found := await tenant(tx, tx.tenant)) is None:
        return None
    units = [_unit(row) for row in await tx.rows(sa.select(UNITS).where(UNITS.c.tenant == tx.tenant))]
    cadres = [_cadre(row) for row in await tx.rows(sa.select(CADRES).where(CADRES.c.tenant == tx.tenant))]
    return Organisation(found, {unit.code: unit for unit in units}, {cadre.id: cadre for cadre in cadres})


async def units(tx: Tx, codes: Collection[str]) -> dict[str, Unit]:
    """Those of the codes that are units of the tenant, retired ones too. Nobody retires them meanwhile."""
    chosen = sa.select(UNITS).where(UNITS.c.tenant == tx.tenant, UNITS.c.code.in_(codes))
    rows = await tx.rows(chosen.order_by(UNITS.c.code).with_for_update(read=True))
    return {row.code: _unit(row) for row in rows}


async def lock_unit(tx: Tx, code: str) -> Unit | None:
    chosen = sa.select(UNITS).where(UNITS.c.tenant == tx.tenant, UNITS.c.code == code)
    row = await tx.row(chosen.with_for_update())
    return _unit(row) if row else None


async def list_units(
    tx: Tx, wanted: UnitFilter, order: Order, after: Sequence[object] | None, limit: int
) -> list[Unit]:
    chosen = sa.select(UNITS).where(UNITS.c.tenant == tx.tenant)
    if wanted.kind is not None:
        chosen = chosen.where(UNITS.c.kind == wanted.kind.value)
    if not wanted.with_retired:
        chosen = chosen.where(UNITS.c.retire_time.is_(None))
    return [_unit(row) for row in await tx.rows(order.following(chosen, after, limit))]


def add_unit(tx: Tx, unit: Unit) -> None:
    """PENDING."""
    tx.insert(UNITS, **{**asdict(unit), "kind": unit.kind.value})


def save_unit(tx: Tx, unit: Unit) -> None:
    """PENDING: the unit as it is now, in the place of what it was."""
    tx.upsert(UNITS, ("code",), **{**asdict(unit), "kind": unit.kind.value})


async def lock_cadre(tx: Tx, id: str) -> Cadre | None:
    chosen = sa.select(CADRES).where(CADRES.c.tenant == tx.tenant, CADRES.c.id == id)
    row = await tx.row(chosen.with_for_update())
    return _cadre(row) if row else None


async def name_of_cadre(tx: Tx, id: str) -> str | None:
    return await tx.scalar(sa.select(CADRES.c.display_name).where(CADRES.c.tenant == tx.tenant, CADRES.c.id == id))


async def has_cadres(tx: Tx, unit: str) -> bool:
    """Whether cadres in office work in the unit."""
    working = sa.select(sa.literal(1)).where(
        CADRES.c.tenant == tx.tenant, CADRES.c.unit == unit, CADRES.c.retire_time.is_(None)
    )
    return await tx.row(working.limit(1)) is not None


async def list_cadres(
    tx: Tx, wanted: CadreFilter, order: Order, after: Sequence[object] | None, limit: int
) -> list[Cadre]:
    chosen = sa.select(CADRES).where(CADRES.c.tenant == tx.tenant)
    if wanted.unit is not None:
        chosen = chosen.where(CADRES.c.unit == wanted.unit)
    if not wanted.with_retired:
        chosen = chosen.where(CADRES.c.retire_time.is_(None))
    return [_cadre(row) for row in await tx.rows(order.following(chosen, after, limit))]


def add_cadre(tx: Tx, cadre: Cadre) -> None:
    """PENDING."""
    tx.insert(CADRES, **asdict(cadre))


def save_cadre(tx: Tx, cadre: Cadre) -> None:
    """PENDING: the cadre as of now, in the place of what was."""
    tx.upsert(CADRES, ("id",), **asdict(cadre))


def _directory_entry(tenant: Tenant) -> dict[str, object]:
    return {
        "display_name": tenant.display_name,
        "short_name": tenant.short_name,
        "kind": tenant.kind.value,
        "revision": tenant.revision,
    }


def _tenant(row: Row) -> Tenant:
    return Tenant(row.tenant, row.display_name, row.short_name, TenantKind(row.kind), row.revision, row.create_time)


def _unit(row: Row) -> Unit:
    return Unit(row.code, row.display_name, UnitKind(row.kind), row.window, row.retire_time, row.revision)


def _cadre(row: Row) -> Cadre:
    return Cadre(**{name: value for name, value in row._mapping.items() if name != "tenant"})
