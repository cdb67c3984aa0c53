"""Tables and queries of the leading group: its members, meetings and decisions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.agency.groups.domain import Decision, Meeting, State
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.groups import Duty, Member
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table

MEMBERS = tenant_table(
    "group_members",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("cadre", sa.Text, nullable=False),
    sa.Column("duty", Of(Duty), nullable=False),
    sa.Column("charge", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date),
    key=("id",),
    app=("select", "insert", "update (version, last_day)"),
)

MEETINGS = tenant_table(
    "group_meetings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("attendees", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("decision_count", sa.Integer, nullable=False),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.Column("record_time", instant(), nullable=False),
    sa.Column("sealed_discussed", sa.LargeBinary),
    key=("id",),
    app=("select", "insert"),
)

DECISIONS = tenant_table(
    "group_decisions",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("meeting", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("due_date", sa.Date, nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("settle_time", instant()),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("sealed_text", sa.LargeBinary),
    sa.Column("sealed_note", sa.LargeBinary),
    references("group_meetings", "meeting=id"),
    references("group_members", "member=id"),
    key=("id",),
    app=("select", "insert", "update (version, state, settle_time, late, sealed_note)"),
)

_m, _t, _d = MEMBERS.c, MEETINGS.c, DECISIONS.c
sa.Index("group_members_cadre_key", _m.tenant, _m.cadre, unique=True, postgresql_where=_m.last_day.is_(None))
sa.Index("group_meetings_date_idx", _t.tenant, _t.date, _t.id)
sa.Index("group_decisions_meeting_idx", _d.tenant, _d.meeting, _d.number)
sa.Index("group_decisions_due_date_idx", _d.tenant, _d.due_date, _d.id)

MEMBER_ROWS = Rows(MEMBERS, Member, "领导小组成员")
MEETING_ROWS = Rows(MEETINGS, Meeting, "领导小组会议")
DECISION_ROWS = Rows(DECISIONS, Decision, "领导小组决定")

MemberPosition = tuple[int, date, str]
Position = tuple[date, str]


async def in_office(tx: Tx, on: date) -> list[Member]:
    """Who is in the group on a day or later."""
    return await MEMBER_ROWS.find(tx, sa.or_(_m.last_day.is_(None), _m.last_day >= on))


async def lock_in_office(tx: Tx, cadres: Collection[str]) -> list[Member]:
    """Those of these cadres who are in the group, locked."""
    return await MEMBER_ROWS.lock_all(tx, _m.cadre.in_(sorted(cadres)), _m.last_day.is_(None))


async def members(tx: Tx, show_past: bool, after: MemberPosition | None, limit: int) -> list[Member]:
    conditions = [] if show_past else [_m.last_day.is_(None)]
    return await MEMBER_ROWS.page(tx, conditions, (_m.duty, _m.first_day, _m.id), after, limit)


async def members_by_id(tx: Tx, ids: set[str]) -> dict[str, Member]:
    return {each.id: each for each in await MEMBER_ROWS.find(tx, _m.id.in_(sorted(ids)))}


async def meetings(tx: Tx, descending: bool, after: Position | None, limit: int) -> list[Meeting]:
    return await MEETING_ROWS.page(tx, [], (_t.date, _t.id), after, limit, descending=descending)


async def decisions_of(tx: Tx, meeting: str) -> list[Decision]:
    """The decisions of a meeting, by their number."""
    return await DECISION_ROWS.page(tx, [_d.meeting == meeting], (_d.number,), None, limit=1000)


async def lock_decisions_of(tx: Tx, meeting: str) -> list[Decision]:
    """The same, locked until the transaction ends: of those that are settled at once, one sees that it is the last."""
    these = sa.select(DECISIONS).where(_d.tenant == tx.tenant, _d.meeting == meeting)
    return await DECISION_ROWS.of(tx, these.order_by(_d.number).with_for_update())


async def decisions(tx: Tx, state: State | None, member: str, after: Position | None, limit: int) -> list[Decision]:
    """At most `limit` decisions behind `after`, by their last day."""
    conditions = [] if state is None else [_d.state == state]
    if member:
        conditions.append(_d.member == member)
    return await DECISION_ROWS.page(tx, conditions, (_d.due_date, _d.id), after, limit)
