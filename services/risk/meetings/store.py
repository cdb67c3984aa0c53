"""Tables and queries of the meetings of leaderships, and of what was put to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.risk.meetings.domain import AgendaItem, Meeting
from services.risk.tables import metadata

MEETINGS = tenant_table(
    "leadership_meetings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("attendees", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.Column("record_time", instant(), nullable=False),
    sa.Column("sealed_minutes", sa.LargeBinary, nullable=False),
    references("inventories", "unit=id"),
    key=("id",),
    app=("select", "insert"),
)

AGENDA = tenant_table(
    "leadership_agenda_items",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("meeting", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("votes_for", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("votes_against", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("abstentions", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    references("leadership_meetings", "meeting=id"),
    key=("id",),
    app=("select", "insert"),
)

_m, _a = MEETINGS.c, AGENDA.c
sa.Index("leadership_meetings_date_idx", _m.tenant, _m.date, _m.id)
sa.Index("leadership_agenda_items_subject_key", _a.tenant, _a.meeting, _a.subject, unique=True)

ROWS = Rows(MEETINGS, Meeting, "领导班子会议")
AGENDA_ROWS = Rows(AGENDA, AgendaItem, "会议议题")

Place = tuple[date, str]


async def page(
    tx: Tx, units: Collection[str] | None, descending: bool, after: Place | None, limit: int
) -> list[Meeting]:
    """At most `limit` meetings of these units behind `after`, by date; None for every unit."""
    return await ROWS.page(tx, of_units(_m.unit, units), (_m.date, _m.id), after, limit, descending=descending)


async def agenda_of(tx: Tx, meeting: str) -> list[AgendaItem]:
    """What was put to the meeting, by number."""
    return sorted(await AGENDA_ROWS.find(tx, _a.meeting == meeting), key=lambda each: each.number)


async def item_on(tx: Tx, meeting: str, subject: str) -> AgendaItem | None:
    """What the meeting made of one matter; None where it was not put to it."""
    return next(iter(await AGENDA_ROWS.find(tx, _a.meeting == meeting, _a.subject == subject)), None)


async def those(tx: Tx, ids: Collection[str]) -> dict[str, Meeting]:
    """Those of the ids that are meetings of the tenant."""
    return {each.id: each for each in await ROWS.find(tx, _m.id.in_(sorted(ids)))}


async def items_on(tx: Tx, meetings: Collection[str], subjects: Collection[str]) -> dict[tuple[str, str], AgendaItem]:
    """What these meetings made of these matters, by meeting and matter."""
    found = await AGENDA_ROWS.find(tx, _a.meeting.in_(sorted(meetings)), _a.subject.in_(sorted(subjects)))
    return {(each.meeting, each.subject): each for each in found}
