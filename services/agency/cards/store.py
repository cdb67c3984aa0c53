"""Table, series and figures of supervision cards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime

import sqlalchemy as sa

from services.agency.cards.domain import Card, Channel, State
from services.agency.satisfaction import Satisfaction
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.receipts import Found
from services.common.schema import Row, instant, references, tenant_table
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
    sa.Column("code_hash", sa.LargeBinary, nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("satisfaction", Of(Satisfaction)),
    sa.Column("channel", Of(Channel)),
    sa.Column("recorder", sa.Text),
    sa.Column("return_time", instant()),
    sa.Column("return_date", sa.Date),
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

_FIELDS = tuple(field.name for field in fields(Card))

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


def insert(tx: Tx, card: Card) -> None:
    """PENDING."""
    tx.insert(CARDS, **{name: getattr(card, name) for name in _FIELDS})


def save(tx: Tx, before: Card, after: Card) -> None:
    """PENDING: what changed between the two."""
    changed = {name: getattr(after, name) for name in _FIELDS if getattr(after, name) != getattr(before, name)}
    tx.write(sa.update(CARDS).where(_c.tenant == tx.tenant, _c.id == after.id).values(changed))


async def next_serial(tx: Tx, point: str, year: int) -> int:
    """The next number of the point and the year. Holds it until the transaction ends: call it last."""
    return await take_next(tx, _NEXT, point=point, year=year)


async def load(tx: Tx, id: str) -> Card:
    """The card with this id, whoever looks. Raises NotFound."""
    return _found(await tx.row(_by_id(tx, id)))


async def lock(tx: Tx, id: str) -> Card:
    """The same, with its row locked until the transaction ends."""
    return _found(await tx.row(_by_id(tx, id).with_for_update()))


async def find_by_code(tx: Tx, hash: bytes) -> Found | None:
    """The card that the code with this hash returns."""
    row = await tx.row(sa.select(_c.code_hash, _c.id).where(_c.tenant == tx.tenant, _c.code_hash == hash))
    return None if row is None else Found(row.code_hash, row.id, None)


async def page(
    tx: Tx, units: Collection[str] | None, state: State | None, descending: bool, after: Position | None, limit: int
) -> list[Card]:
    """At most `limit` cards of the units' points (None: all) behind `after`, by when they were handed out."""
    chosen = sa.select(CARDS).where(_c.tenant == tx.tenant)
    if units is not None:
        chosen = chosen.where(_c.point.in_(sorted(units)))
    if state is not None:
        chosen = chosen.where(_c.state == state)
    here = sa.tuple_(_c.hand_out_time, _c.id)
    if after is not None:
        there = sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        chosen = chosen.where(here < there if descending else here > there)
    order = (_c.hand_out_time.desc(), _c.id.desc()) if descending else (_c.hand_out_time, _c.id)
    return [_card(row) for row in await tx.rows(chosen.order_by(*order).limit(limit))]


async def figures(tx: Tx, units: Collection[str] | None, first: date, last: date) -> dict[str, Figures]:
    """The figures of the units' points (None: all) that had cards in the period, by unit; in one query."""
    handed_out, returned = _c.hand_out_date.between(first, last), _c.return_date.between(first, last)
    counts = [sa.func.count().filter(handed_out), sa.func.count().filter(returned)]
    counts += [sa.func.count().filter(returned, _c.satisfaction == each) for each in Satisfaction]
    chosen = sa.select(_c.point, *counts).where(_c.tenant == tx.tenant, sa.or_(handed_out, returned))
    if units is not None:
        chosen = chosen.where(_c.point.in_(sorted(units)))
    rows = await tx.rows(chosen.group_by(_c.point).order_by(_c.point))
    return {row[0]: Figures(*row[1:]) for row in rows}


def _by_id(tx: Tx, id: str) -> sa.Select[*tuple[object, ...]]:
    return sa.select(CARDS).where(_c.tenant == tx.tenant, _c.id == id)


def _found(row: Row | None) -> Card:
    if row is None:
        raise NotFound("监督卡", reason="NO_CARD")
    return _card(row)


def _card(row: Row) -> Card:
    return Card(**{name: getattr(row, name) for name in _FIELDS})
