"""Tables and queries of drafts, of published editions, and of what they say.

Neither what was compiled nor an edition can be changed: the service has no right to update or delete their rows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.risk.catalogues.domain import Compiled, Draft, Edition, State
from services.risk.circles import Circle
from services.risk.scopes import Scope
from services.risk.tables import metadata

CONTENTS = tenant_table(
    "catalogue_contents",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    key=("id", "version"),
    app=("select", "insert"),
)
"""The canonical bytes of each compilation."""


def _compiled() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("compile_time", instant(), nullable=False),
        sa.Column("position_count", sa.Integer, nullable=False),
        sa.Column("power_count", sa.Integer, nullable=False),
        sa.Column("risk_point_count", sa.Integer, nullable=False),
        references("inventories", "unit=id"),
        references("catalogue_contents", "id", "version"),
    )


DRAFTS = tenant_table(
    "catalogue_drafts",
    metadata,
    *_compiled(),
    sa.Column("state", Of(State), nullable=False),
    key=("id",),
    app=(
        "select",
        "insert",
        "update (version, content_hash, compile_time, position_count, power_count, risk_point_count, state)",
    ),
)

EDITIONS = tenant_table(
    "catalogue_editions",
    metadata,
    *_compiled(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("scope", Of(Scope), nullable=False),
    sa.Column("meeting", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("publish_time", instant(), nullable=False),
    references("leadership_meetings", "meeting=id"),
    references("catalogue_drafts", "id"),
    key=("id",),
    app=("select", "insert"),
)

_c, _d, _e = CONTENTS.c, DRAFTS.c, EDITIONS.c
sa.Index("catalogue_drafts_unit_key", _d.tenant, _d.unit, unique=True, postgresql_where=_d.state == State.DRAFT)
sa.Index("catalogue_drafts_time_idx", _d.tenant, _d.compile_time, _d.id)
sa.Index("catalogue_editions_number_key", _e.tenant, _e.unit, _e.number, unique=True)
sa.Index("catalogue_editions_time_idx", _e.tenant, _e.publish_time, _e.id)

CALLED = "廉政风险管理目录"
DRAFT_ROWS = Rows(DRAFTS, Draft, CALLED)
EDITION_ROWS = Rows(EDITIONS, Edition, CALLED)

Place = tuple[datetime, str]


def write_content(tx: Tx, compiled: Compiled, content: bytes) -> None:
    """PENDING."""
    tx.insert(CONTENTS, id=compiled.id, version=compiled.version, content=content)


async def content(tx: Tx, compiled: Compiled) -> bytes:
    """The canonical bytes."""
    these = sa.select(_c.content).where(_c.tenant == tx.tenant, _c.id == compiled.id, _c.version == compiled.version)
    stored: bytes | None = await tx.scalar(these)
    assert stored is not None
    return stored


async def draft_of(tx: Tx, unit: str) -> Draft | None:
    """The draft of a unit that is neither published nor withdrawn."""
    return next(iter(await DRAFT_ROWS.find(tx, _d.unit == unit, _d.state == State.DRAFT)), None)


async def edition(tx: Tx, id: str) -> Edition | None:
    """What the draft of this id was published as."""
    return next(iter(await EDITION_ROWS.find(tx, _e.id == id)), None)


async def last_number(tx: Tx, unit: str) -> int:
    """Of the editions of a unit; 0 where it has none."""
    last = sa.select(sa.func.max(_e.number)).where(_e.tenant == tx.tenant, _e.unit == unit)
    return await tx.scalar(last) or 0


async def page(tx: Tx, circle: Circle, unit: str, descending: bool, after: Place | None, limit: int) -> list[Edition]:
    """At most `limit` editions behind `after`, by time; an empty unit for whichever."""
    conditions = [circle.rows(_e.scope, _e.unit)]
    if unit:
        conditions.append(_e.unit == unit)
    return await EDITION_ROWS.page(tx, conditions, (_e.publish_time, _e.id), after, limit, descending=descending)


async def draft_page(
    tx: Tx, units: Collection[str] | None, show_ended: bool, after: Place | None, limit: int
) -> list[Draft]:
    """At most `limit` drafts of these units behind `after`, the latest first; None for every unit."""
    conditions = of_units(_d.unit, units)
    if not show_ended:
        conditions.append(_d.state == State.DRAFT)
    return await DRAFT_ROWS.page(tx, conditions, (_d.compile_time, _d.id), after, limit, descending=True)
