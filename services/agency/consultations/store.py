"""Consultations, the series of their numbers, their sealed texts and their receipts."""

from __future__ import annotations

import sqlalchemy as sa

from services.agency.consultations.domain import Channel, Consultation, State
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.receipts import Receipts
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table
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

ROWS = Rows(CONSULTATIONS, Consultation, "咨询", "consultations", "NO_CONSULTATION")


async def next_serial(tx: Tx, point: str, year: int) -> int:
    """The next number of a point and year. Holds the series until the transaction ends: call it last."""
    return await take_next(tx, NEXT_SERIAL, point=point, year=year)
