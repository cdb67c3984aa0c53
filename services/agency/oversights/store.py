"""Table and queries of what is asked of desks."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from services.agency.oversights.domain.oversight import WAITING, CaseOversight, Kind, Origin, Overseer, State
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table

CASE_OVERSIGHTS = tenant_table(
    "case_oversights",
    metadata,
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("kind", Of(Kind), nullable=False),
    sa.Column("origin", Of(Origin), nullable=False),
    sa.Column("of_promise", sa.Boolean, nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("overseer", Of(Overseer), nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    sa.Column("send_time", instant()),
    sa.Column("last_day", sa.Date),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("answerer", sa.Text),
    sa.Column("answer_time", instant()),
    sa.Column("by_deed", sa.Boolean, nullable=False),
    sa.Column("void", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sealed_text", sa.LargeBinary),
    sa.Column("sealed_answer", sa.LargeBinary),
    references("cases", "case=id"),
    key=("case", "id"),
    app=("select", "insert", "update"),
)
"""What is asked and answered is sealed in the row, under the data key of the case, and goes with it."""

_o = CASE_OVERSIGHTS.c
sa.Index(
    "case_oversights_cause_key",
    *(_o.tenant, _o.case, _o.origin, _o.of_promise, _o.part),
    unique=True,
    postgresql_where=sa.and_(_o.origin != Origin.PERSON, ~_o.void),
)
sa.Index("case_oversights_create_time_idx", _o.tenant, _o.create_time, _o.id)
sa.Index("case_oversights_last_day_idx", _o.tenant, _o.last_day, _o.id)
sa.Index("case_oversights_desk_idx", _o.tenant, _o.desk, _o.state)

ROWS = Rows(CASE_OVERSIGHTS, CaseOversight, "催办、督办")


async def load(tx: Tx, case: str, id: str) -> CaseOversight:
    """The record with this id, whoever looks. Raises NotFound. Lock its case before, where it is to change."""
    if not (found := await ROWS.find(tx, _o.case == case, _o.id == id)):
        raise NotFound(ROWS.called, reason="NO_OVERSIGHT")
    return found[0]


async def of_case(tx: Tx, case: str) -> list[CaseOversight]:
    """All of a case, oldest first."""
    return _oldest_first(await ROWS.find(tx, _o.case == case))


async def waiting(tx: Tx, case: str) -> list[CaseOversight]:
    """Those of a case that are proposed or open, oldest first."""
    return _oldest_first(await ROWS.find(tx, _o.case == case, _o.state.in_(sorted(WAITING))))


def _oldest_first(found: Iterable[CaseOversight]) -> list[CaseOversight]:
    return sorted(found, key=lambda each: (each.create_time, each.id))
