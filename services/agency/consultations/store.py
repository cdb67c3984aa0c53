"""Consultations, the series of their numbers, their sealed texts and their receipts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import sqlalchemy as sa

from services.agency.consultations.domain import Channel, Consultation, State
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.receipts import Receipts
from services.common.schema import Row, instant, references, tenant_table
from services.common.sealed_texts import SealedTexts
from services.common.series import next_in, series, take_next

CONSULTATIONS = tenant_table(
    "consultations",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("item", sa.Text),
    sa.Column("channel", Of(Channel), nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("ask_time", instant(), nullable=False),
    sa.Column("answer_time", instant()),
    sa.Column("answerer", sa.Text),
    sa.Column("case", sa.Text),
    references("points", "point=unit"),
    references("cases", "case=id"),
    key=("id",),
    app=("select", "insert", "update"),
)

SERIES = series(
    "consultation_series",
    metadata,
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
)
"""The last number of each point and year: consultations are counted apart from cases."""

NEXT_SERIAL = next_in(SERIES)

TEXTS = SealedTexts.beside("consultation_texts", metadata, "consultation", "consultations")
"""Questions and answers, under the data key of the consultation."""

RECEIPTS = Receipts.beside("consultation_receipts", metadata, "consultation", "consultations")

_c = CONSULTATIONS.c
_r = RECEIPTS.table.c
sa.Index("consultation_receipts_consultation_idx", _r.tenant, _r.consultation)
sa.Index("consultations_number_key", _c.tenant, _c.number, unique=True)
sa.Index("consultations_ask_time_idx", _c.tenant, _c.ask_time, _c.id)
sa.Index("consultations_point_idx", _c.tenant, _c.point, _c.ask_time, _c.id)

_FIELDS = tuple(field.name for field in fields(Consultation) if field.name != "tenant")


def insert(tx: Tx, consultation: Consultation) -> None:
    """PENDING: a new consultation."""
    tx.insert(CONSULTATIONS, **{name: getattr(consultation, name) for name in _FIELDS})


def save(tx: Tx, before: Consultation, after: Consultation) -> None:
    """PENDING: what changed between the two."""
    changed = {name: getattr(after, name) for name in _FIELDS if getattr(after, name) != getattr(before, name)}
    tx.write(sa.update(CONSULTATIONS).where(_c.tenant == tx.tenant, _c.id == after.id).values(changed))


async def load(tx: Tx, id: str) -> Consultation:
    """The consultation with this id, whoever looks. Raises NotFound."""
    return _found(tx, id, await tx.row(_by_id(tx, id)))


async def lock(tx: Tx, id: str) -> Consultation:
    """The same, locked until the transaction ends."""
    return _found(tx, id, await tx.row(_by_id(tx, id).with_for_update()))


async def next_serial(tx: Tx, point: str, year: int) -> int:
    """The next number of a point and year. Holds the series until the transaction ends: call it last."""
    return await take_next(tx, NEXT_SERIAL, point=point, year=year)


def consultations(rows: Iterable[Row]) -> list[Consultation]:
    return [_consultation(row) for row in rows]


def _by_id(tx: Tx, id: str) -> sa.Select[*tuple[object, ...]]:
    return sa.select(CONSULTATIONS).where(_c.tenant == tx.tenant, _c.id == id)


def _found(tx: Tx, id: str, row: Row | None) -> Consultation:
    if row is None:
        raise NotFound("咨询", f"tenants/{tx.tenant}/consultations/{id}", reason="NO_CONSULTATION")
    return _consultation(row)


def _consultation(row: Row) -> Consultation:
    return Consultation(**dict(row._mapping))
