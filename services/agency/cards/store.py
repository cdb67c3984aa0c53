"""Table, series and figures of supervision cards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from services.agency.cards.domain import Card, Channel, State
from services.agency.satisfaction import Satisfaction
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.receipts import Found
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.common.series import next_in, series, take_next

CARDS = tenant_table(
    "cards",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("case", sa.Text),
    sa.Column("hander", sa.Text, nullable=False),
    sa.Column("hand_out_time", instant(), nullable=False),
    sa.Column("hand_out_date", sa.Date, nullable=False),
    sa.Column("code_hash", sa.LargeBinary),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("satisfaction", Of(Satisfaction)),
    sa.Column("channel", Of(Channel)),
    sa.Column("recorder", sa.Text),
    sa.Column("return_time", instant()),
    sa.Column("return_date", sa.Date),
    sa.Column("code_expire_time", instant()),
    sa.Column("sealed_holder", sa.LargeBinary),
    sa.Column("sealed_opinion", sa.LargeBinary),
    references("points", "point=unit"),
    references("cases", "case=id"),
    key=("id",),
    app=("select", "insert", "update"),
)

CARD_SERIES = series(
    "card_series",
    metadata,
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
)
"""The last number of each point and year."""

_NEXT = next_in(CARD_SERIES)

_c = CARDS.c
sa.Index("cards_number_key", _c.tenant, _c.number, unique=True)
sa.Index("cards_code_hash_key", _c.tenant, _c.code_hash, unique=True)
sa.Index("cards_hand_out_time_idx", _c.tenant, _c.hand_out_time, _c.id)
sa.Index("cards_hand_out_date_idx", _c.tenant, _c.hand_out_date)
sa.Index("cards_return_date_idx", _c.tenant, _c.return_date)

ROWS = Rows(CARDS, Card, "监督卡")

Position = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the cards of one point in a period."""

    handed_out: int
    """Handed out in the period."""
    returned: int
    """Come back in the period, whenever they were handed out."""
    satisfied: int
    fair: int
    dissatisfied: int


async def next_serial(tx: Tx, point: str, year: int) -> int:
    """The next number of the point and the year. Holds it until the transaction ends: call it last."""
    return await take_next(tx, _NEXT, point=point, year=year)


async def find_by_code(tx: Tx, hash: bytes) -> Found | None:
    """The card that the code with this hash returns."""
    row = await tx.row(
        sa.select(_c.code_hash, _c.id, _c.code_expire_time).where(_c.tenant == tx.tenant, _c.code_hash == hash)
    )
    return None if row is None else Found(row.code_hash, row.id, row.code_expire_time)


async def page(
    tx: Tx, units: Collection[str] | None, state: State | None, descending: bool, after: Position | None, limit: int
) -> list[Card]:
    """At most `limit` cards of the units' points (None: all) behind `after`, by when they were handed out."""
    conditions = [] if state is None else [_c.state == state]
    order = (_c.hand_out_time, _c.id)
    return await ROWS.page(tx, [*conditions, *of_units(_c.point, units)], order, after, limit, descending=descending)


async def figures(tx: Tx, units: Collection[str] | None, first: date, last: date) -> dict[str, Figures]:
    """The figures of the units' points (None: all) that had cards in the period, by unit; in one query."""
    handed_out, returned = _c.hand_out_date.between(first, last), _c.return_date.between(first, last)
    counts = [sa.func.count().filter(handed_out), sa.func.count().filter(returned)]
    counts += [sa.func.count().filter(returned, _c.satisfaction == each) for each in Satisfaction]
    chosen = sa.select(_c.point, *counts).where(_c.tenant == tx.tenant, sa.or_(handed_out, returned))
    rows = await tx.rows(chosen.where(*of_units(_c.point, units)).group_by(_c.point).order_by(_c.point))
    return {row[0]: Figures(*row[1:]) for row in rows}
