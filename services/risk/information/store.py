"""Tables and queries of risk information: pieces, what was written of them, and the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.access import Actor
from services.common.columns import Of
from services.common.database import Tx
from services.common.keyset import following
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.common.sealed_texts import SealedTexts
from services.risk.aspects import Aspect
from services.risk.information.domain import Entry, Information, Kind
from services.risk.levels import Level
from services.risk.sight import in_sight
from services.risk.tables import metadata

INFORMATION = tenant_table(
    "risk_information",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("cadres", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("accounts", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("units", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False, server_default="{}"),
    sa.Column("collector_level", Of(Level)),
    sa.Column("collect_time", instant(), nullable=False),
    key=("id",),
    app=("select", "insert", "update (version, level, cadres, accounts, units, collector_level)"),
)

ENTRIES = tenant_table(
    "risk_information_entries",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("information", sa.Text, nullable=False),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("cadre", sa.Text),
    sa.Column("position", sa.Text),
    sa.Column("power", sa.Text),
    sa.Column("kind", Of(Kind), nullable=False),
    sa.Column("aspect", Of(Aspect)),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("grade", sa.SmallInteger),
    sa.Column("key_area", sa.Boolean, nullable=False),
    sa.Column("key_link", sa.Boolean, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("known_time", instant(), nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    references("risk_information", "information=id"),
    references("inventories", "unit=id"),
    references("positions", "position=id"),
    references("powers", "power=id"),
    key=("id",),
    app=("select", "insert", "update (current, level)"),
)

_i, _e = INFORMATION.c, ENTRIES.c
sa.Index("risk_information_source_key", _i.tenant, _i.source, unique=True)
sa.Index("risk_information_number_key", _i.tenant, _i.number, unique=True)
sa.Index("risk_information_origin_idx", _i.tenant, _i.origin, postgresql_where=_i.origin != "")
sa.Index("risk_information_collect_time_idx", _i.tenant, _i.collect_time, _i.id)
sa.Index("risk_information_entries_ordinal_key", _e.tenant, _e.information, _e.ordinal, unique=True)
sa.Index("risk_information_entries_unit_idx", _e.tenant, _e.unit, _e.day, postgresql_where=_e.current)

ROWS = Rows(INFORMATION, Information, "风险信息")
ENTRY_ROWS = Rows(ENTRIES, Entry, "风险信息")
TEXTS = SealedTexts.beside("risk_information_texts", metadata, "information", "risk_information")

Position = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pieces a list holds, by what they hold now; None and empty: whichever."""

    units: Collection[str] | None
    position: str
    power: str
    kind: Kind | None
    show_withdrawn: bool


async def is_known(tx: Tx, source: str) -> bool:
    """Whether a piece of this source is there."""
    return bool(await known(tx, [source]))


async def known(tx: Tx, sources: Iterable[str]) -> frozenset[str]:
    """Those of the sources of which a piece is there."""
    same = sa.select(_i.source).where(_i.tenant == tx.tenant, _i.source.in_(sorted(sources)))
    return frozenset(row.source for row in await tx.rows(same))


async def page(
    tx: Tx, actor: Actor, wanted: Wanted, descending: bool, after: Position | None, limit: int
) -> list[Information]:
    """At most `limit` pieces that the actor sees behind `after`, by when they were collected."""
    seen = in_sight(actor, tx.tenant, _i)
    held = [_e.tenant == tx.tenant, _e.information == _i.id, _e.current, *of_units(_e.unit, wanted.units)]
    if wanted.position:
        held.append(_e.position == wanted.position)
    if wanted.power:
        held.append(_e.power == wanted.power)
    if wanted.kind:
        held.append(_e.kind == wanted.kind)
    if not wanted.show_withdrawn:
        held.append(_e.withdrawn.is_(False))
    chosen = sa.select(INFORMATION).where(_i.tenant == tx.tenant, *seen, sa.exists().where(*held))
    order = (_i.collect_time, _i.id)
    return await ROWS.of(tx, following(chosen, order, after, limit, descending=descending))


async def current(tx: Tx, information: Iterable[str]) -> dict[str, Entry]:
    """What these pieces hold now, by piece."""
    found = await ENTRY_ROWS.find(tx, _e.information.in_(sorted(information)), _e.current)
    return {each.information: each for each in found}


async def entries(tx: Tx, information: str) -> list[Entry]:
    """All that was written of a piece, the first one first."""
    return (await entries_of(tx, [information]))[information]


async def entries_of(tx: Tx, information: Iterable[str]) -> dict[str, list[Entry]]:
    """The same of many, by piece."""
    written: defaultdict[str, list[Entry]] = defaultdict(list)
    for each in sorted(
        await ENTRY_ROWS.find(tx, _e.information.in_(sorted(information))), key=lambda each: each.ordinal
    ):
        written[each.information].append(each)
    return written


def put_behind(tx: Tx, before: tuple[Information, Entry], after: tuple[Information, Entry]) -> None:
    """PENDING: one more entry of a piece, which is the current one from then on."""
    (information, last), (changed, entry) = before, after
    ROWS.save(tx, information, changed)
    ENTRY_ROWS.save(tx, last, last.superseded())
    ENTRY_ROWS.insert(tx, entry)


async def of_sources(tx: Tx, sources: Iterable[str]) -> list[Information]:
    """The pieces of these sources."""
    return await ROWS.find(tx, _i.source.in_(sorted(sources)))


async def by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Information]:
    """Those of the ids that are pieces of the tenant."""
    return {each.id: each for each in await ROWS.find(tx, _i.id.in_(sorted(ids)))}


async def of_origins(tx: Tx, origins: Iterable[str]) -> list[Information]:
    """What was collected of these reports, given by their resource names."""
    return await ROWS.find(tx, _i.origin != "", _i.origin.in_(sorted(origins)))


def put_levels(tx: Tx, pieces: Iterable[Information]) -> None:
    """PENDING: all that was written of these pieces has their level."""
    by_level: defaultdict[Level, list[str]] = defaultdict(list)
    for each in pieces:
        by_level[each.level].append(each.id)
    for level, ids in by_level.items():
        these = (_e.tenant == tx.tenant, _e.information.in_(ids), _e.level < level)
        tx.write(sa.update(ENTRIES).where(*these).values(level=level))


async def of_unit(tx: Tx, unit: str, since: date, until: date) -> list[Entry]:
    """What counts of a unit, its positions and powers, from one day to another."""
    counting = (_e.current, _e.withdrawn.is_(False), _e.day.between(since, until))
    return await ENTRY_ROWS.find(tx, _e.unit == unit, *counting)
