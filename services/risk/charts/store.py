"""Tables and queries of flow charts, their versions, and the powers that they are of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.columns import Of
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.rows import Rows, of_units
from services.common.schema import Row, instant, references, tenant_table
from services.risk.charts.domain.chart import Chart, Kind, Version
from services.risk.charts.encoding import content_bytes, content_of
from services.risk.inventories.store import open_at
from services.risk.tables import metadata

FLOW_CHARTS = tenant_table(
    "flow_charts",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("latest", sa.Integer, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("kind", Of(Kind), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("business_chart", sa.Text),
    sa.Column("positions", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("key_positions", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    references("inventories", "unit=id"),
    references("flow_charts", "business_chart=id"),
    key=("id",),
    app=("select", "insert", "update (version, latest, title, business_chart, positions, key_positions, retired)"),
)

FLOW_CHART_VERSIONS = tenant_table(
    "flow_chart_versions",
    metadata,
    sa.Column("chart", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("content_hash", sa.LargeBinary, nullable=False),
    sa.Column("save_time", instant(), nullable=False),
    sa.Column("saver", sa.Text, nullable=False),
    references("flow_charts", "chart=id"),
    key=("chart", "number"),
    app=("select", "insert"),
)
"""What each version shows, as the message of the contract. Nobody may change a row."""

FLOW_CHART_POWERS = tenant_table(
    "flow_chart_powers",
    metadata,
    sa.Column("power", sa.Text, nullable=False),
    sa.Column("chart", sa.Text, nullable=False),
    references("powers", "power=id"),
    references("flow_charts", "chart=id"),
    key=("power",),
    app=("select", "insert", "delete"),
)
"""The one power chart in force of each power that has one."""

_c, _v, _p = FLOW_CHARTS.c, FLOW_CHART_VERSIONS.c, FLOW_CHART_POWERS.c
sa.Index("flow_charts_unit_idx", _c.tenant, _c.unit, _c.title, _c.id)
sa.Index("flow_charts_business_chart_idx", _c.tenant, _c.business_chart)
sa.Index("flow_chart_powers_chart_idx", _p.tenant, _p.chart)

ROWS = Rows(FLOW_CHARTS, Chart, "流程图")

ByUnit = tuple[str, str, str]
_IN_FORCE = _c.retired.is_(False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which charts a list holds; None and empty: whichever."""

    units: Collection[str] | None
    kind: Kind | None
    power: str
    show_retired: bool


async def page(tx: Tx, wanted: Wanted, after: ByUnit | None, limit: int) -> list[Chart]:
    """At most `limit` charts behind `after`, by unit and title."""
    conditions = of_units(_c.unit, wanted.units)
    if wanted.kind:
        conditions.append(_c.kind == wanted.kind)
    if wanted.power:
        its = sa.select(_p.chart).where(_p.tenant == tx.tenant, _p.power == wanted.power)
        conditions.append(_c.id.in_(its))
    if not wanted.show_retired:
        conditions += [_IN_FORCE, open_at(_c.tenant, _c.unit)]
    return await ROWS.page(tx, conditions, (_c.unit, _c.title, _c.id), after, limit)


async def of_unit(tx: Tx, unit: str) -> list[Chart]:
    """The charts in force of a unit."""
    return await ROWS.find(tx, _c.unit == unit, _IN_FORCE)


async def linked_to(tx: Tx, chart: str) -> list[Chart]:
    """The power charts in force that are linked to a business chart."""
    return await ROWS.find(tx, _c.business_chart == chart, _IN_FORCE)


def add_version(tx: Tx, version: Version) -> None:
    """PENDING."""
    tx.insert(
        FLOW_CHART_VERSIONS,
        chart=version.chart,
        number=version.number,
        content=content_bytes(tx.tenant, version.content),
        content_hash=version.content_hash,
        save_time=version.save_time,
        saver=version.saver,
    )


async def version(tx: Tx, chart: str, number: int) -> Version:
    """Raises NotFound."""
    found = await _versions(tx, _v.chart == chart, _v.number == number)
    if not found:
        raise NotFound("流程图版本")
    return found[0]


async def latest(tx: Tx, charts: Collection[Chart]) -> dict[str, Version]:
    """The latest version of each of the charts, by chart."""
    found = await those(tx, [(each.id, each.latest) for each in charts])
    return {chart: version for (chart, _), version in found.items()}


async def those(tx: Tx, these: Collection[tuple[str, int]]) -> dict[tuple[str, int], Version]:
    """Versions by their chart and number."""
    found = await _versions(tx, sa.tuple_(_v.chart, _v.number).in_(sorted(these)))
    return {(each.chart, each.number): each for each in found}


async def versions(tx: Tx, chart: str, before: int | None, limit: int) -> list[Version]:
    """At most `limit` versions of a chart, the latest first, those with lower numbers than `before`."""
    rows = sa.select(FLOW_CHART_VERSIONS).where(_v.tenant == tx.tenant, _v.chart == chart)
    if before is not None:
        rows = rows.where(_v.number < before)
    found = await tx.rows(rows.order_by(_v.number.desc()).limit(limit))
    return [_version(tx.tenant, row) for row in found]


async def charts_of_powers(tx: Tx, powers: Collection[str]) -> dict[str, str]:
    """The power chart in force of each of the powers that has one."""
    these = sa.select(_p.power, _p.chart).where(_p.tenant == tx.tenant, _p.power.in_(sorted(powers)))
    return {row.power: row.chart for row in await tx.rows(these)}


def set_powers(tx: Tx, chart: str, before: Collection[str], after: Collection[str]) -> None:
    """PENDING: of which powers a chart is the one in force."""
    gone, new = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    if gone:
        tx.write(sa.delete(FLOW_CHART_POWERS).where(_p.tenant == tx.tenant, _p.chart == chart, _p.power.in_(gone)))
    for power in new:
        tx.insert(FLOW_CHART_POWERS, power=power, chart=chart)


async def does_key_link(tx: Tx, position: str, power: str | None) -> bool:
    """Whether a position does a key link of a chart in force; of the power's chart, where a power is meant."""
    meant = [_c.tenant == tx.tenant, _IN_FORCE, sa.literal(position) == sa.any_(_c.key_positions)]
    if power:
        meant.append(_c.id.in_(sa.select(_p.chart).where(_p.tenant == tx.tenant, _p.power == power)))
    return await tx.row(sa.select(_c.id).where(*meant).limit(1)) is not None


async def _versions(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Version]:
    rows = await tx.rows(sa.select(FLOW_CHART_VERSIONS).where(_v.tenant == tx.tenant, *conditions))
    return [_version(tx.tenant, row) for row in rows]


def _version(tenant: str, row: Row) -> Version:
    return Version(
        chart=row.chart,
        number=row.number,
        content=content_of(tenant, row.content),
        content_hash=row.content_hash,
        save_time=row.save_time,
        saver=row.saver,
    )
