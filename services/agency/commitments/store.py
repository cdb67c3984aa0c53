"""Tables and queries of letters of responsibility and of published commitments."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from services.agency.commitments.domain import Commitment, Kind, Letter
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table

LETTERS = tenant_table(
    "responsibility_letters",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("signer", sa.Text, nullable=False),
    sa.Column("leader", sa.Text, nullable=False),
    sa.Column("sign_date", sa.Date, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("ended_early", sa.Boolean, nullable=False),
    references("points", "point=unit"),
    key=("id",),
    app=("select", "insert", "update"),
)

COMMITMENTS = tenant_table(
    "commitments",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("kind", Of(Kind), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("publish_time", instant(), nullable=False),
    key=("id",),
    app=("select", "insert", "update (last_day)"),
)

_l, _c = LETTERS.c, COMMITMENTS.c
sa.Index("responsibility_letters_point_idx", _l.tenant, _l.point, _l.last_day)
sa.Index("responsibility_letters_first_day_idx", _l.tenant, _l.first_day, _l.id)
sa.Index("commitments_version_key", _c.tenant, _c.place, _c.kind, _c.version, unique=True)

LETTER_ROWS = Rows(LETTERS, Letter, "责任书")
ROWS = Rows(COMMITMENTS, Commitment, "承诺")

LetterPosition = tuple[date, str]
Position = tuple[str, int, int]


async def letters_from(tx: Tx, point: str, first_day: date) -> list[Letter]:
    """The letters of the point that are in force on the day or later."""
    return await LETTER_ROWS.find(tx, _l.point == point, _l.last_day >= first_day)


async def letters(
    tx: Tx,
    units: Collection[str] | None,
    in_force: date | None,
    descending: bool,
    after: LetterPosition | None,
    limit: int,
) -> list[Letter]:
    """At most `limit` letters of the units' points (None: all) behind `after`, by their first day."""
    conditions = of_units(_l.point, units)
    if in_force is not None:
        conditions += [_l.first_day <= in_force, _l.last_day >= in_force]
    return await LETTER_ROWS.page(tx, conditions, (_l.first_day, _l.id), after, limit, descending=descending)


async def newest(tx: Tx, place: str, kind: Kind) -> Commitment | None:
    """The newest version, locked until the transaction ends."""
    this = sa.select(COMMITMENTS).where(_c.tenant == tx.tenant, _c.place == place, _c.kind == kind)
    return next(iter(await ROWS.of(tx, this.order_by(_c.version.desc()).limit(1).with_for_update())), None)


async def commitments(
    tx: Tx, places: Collection[str] | None, kind: Kind | None, day: date | None, after: Position | None, limit: int
) -> list[Commitment]:
    """At most `limit` versions behind `after`: those that hold on the day, or all of them (None)."""
    conditions = of_units(_c.place, places)
    if kind is not None:
        conditions.append(_c.kind == kind)
    if day is not None:
        conditions += [_c.first_day <= day, sa.or_(_c.last_day.is_(None), _c.last_day >= day)]
    return await ROWS.page(tx, conditions, (_c.place, _c.kind, _c.version), after, limit)
