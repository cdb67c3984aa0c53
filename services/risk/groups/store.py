"""Tables and queries of leading groups and of who is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.columns import Of
from services.common.database import Tx
from services.common.groups import Duty
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table
from services.risk.groups.domain import Group, Member
from services.risk.tables import metadata

GROUPS = tenant_table(
    "risk_groups",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("units", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    sa.Column("retire_time", instant()),
    key=("id",),
    app=("select", "insert", "update (version, units, retire_time)"),
)

MEMBERS = tenant_table(
    "risk_group_members",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("risk_group", sa.Text, nullable=False),
    sa.Column("cadre", sa.Text, nullable=False),
    sa.Column("duty", Of(Duty), nullable=False),
    sa.Column("charge", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date),
    references("risk_groups", "risk_group=id"),
    key=("id",),
    app=("select", "insert", "update (version, last_day)"),
)

_g, _m = GROUPS.c, MEMBERS.c
sa.Index("risk_groups_unit_key", _g.tenant, _g.unit, unique=True, postgresql_where=_g.retire_time.is_(None))
sa.Index(
    "risk_group_members_cadre_key",
    _m.tenant,
    _m.risk_group,
    _m.cadre,
    unique=True,
    postgresql_where=_m.last_day.is_(None),
)

ROWS = Rows(GROUPS, Group, "领导小组")
MEMBER_ROWS = Rows(MEMBERS, Member, "领导小组成员")

Place = tuple[str, str]
MemberPlace = tuple[str, int, date, str]
Conditions = Sequence[sa.ColumnElement[bool]]


def above(units: Collection[str]) -> sa.ColumnElement[bool]:
    """That one of the units stands under the group: all units of its tenant under one that is no department's, a
    department and the units that its group names under the department's."""
    codes = sorted(units)
    named = _g.units.overlap(sa.cast(codes, postgresql.ARRAY(sa.Text)))
    return sa.or_(_g.unit == "", _g.unit.in_(codes), named)


def of_groups(column: sa.Column[str], tenant: str, conditions: Conditions) -> list[sa.ColumnElement[bool]]:
    """That the column names a group for which the conditions hold; nothing for none."""
    if not conditions:
        return []
    return [column.in_(sa.select(_g.id).where(_g.tenant == tenant, *conditions))]


async def is_above(tx: Tx, unit: str) -> bool:
    """Whether the unit stands under a group in use of this tenant."""
    return bool(await ROWS.find(tx, _g.retire_time.is_(None), above([unit])))


async def of_unit(tx: Tx, unit: str) -> Group | None:
    """The group in use of a department; that of the town or the county for an empty code."""
    return next(iter(await ROWS.find(tx, _g.unit == unit, _g.retire_time.is_(None))), None)


async def page(tx: Tx, conditions: Conditions, show_retired: bool, after: Place | None, limit: int) -> list[Group]:
    living = [] if show_retired else [_g.retire_time.is_(None)]
    return await ROWS.page(tx, [*conditions, *living], (_g.unit, _g.id), after, limit)


async def in_office(tx: Tx, group: str, on: date | None = None) -> list[Member]:
    """Who is in the group, or was on a day or later."""
    still = _m.last_day.is_(None) if on is None else sa.or_(_m.last_day.is_(None), _m.last_day >= on)
    return await MEMBER_ROWS.find(tx, _m.risk_group == group, still)


async def memberships(tx: Tx, cadres: Collection[str]) -> list[Member]:
    """In which groups these cadres are."""
    return await MEMBER_ROWS.find(tx, _m.cadre.in_(sorted(cadres)), _m.last_day.is_(None)) if cadres else []


async def lock_those(tx: Tx, groups: Collection[str]) -> list[Group]:
    """These groups, locked."""
    return await ROWS.lock_all(tx, _g.id.in_(sorted(groups))) if groups else []


async def lock_in_office(tx: Tx, ids: Collection[str]) -> list[Member]:
    """Those of these members who are in their group still, locked."""
    return await MEMBER_ROWS.lock_all(tx, _m.id.in_(sorted(ids)), _m.last_day.is_(None)) if ids else []


async def members_by_id(tx: Tx, group: str, ids: Collection[str]) -> dict[str, Member]:
    """Those of the ids that are, or were, members of the group."""
    these = await MEMBER_ROWS.find(tx, _m.risk_group == group, _m.id.in_(sorted(ids)))
    return {each.id: each for each in these}


async def member_page(
    tx: Tx, sight: Conditions, group: str, show_past: bool, after: MemberPlace | None, limit: int
) -> list[Member]:
    conditions = of_groups(_m.risk_group, tx.tenant, sight)
    if group:
        conditions.append(_m.risk_group == group)
    if not show_past:
        conditions.append(_m.last_day.is_(None))
    return await MEMBER_ROWS.page(tx, conditions, (_m.risk_group, _m.duty, _m.first_day, _m.id), after, limit)


async def member_counts(tx: Tx, groups: Collection[str]) -> dict[str, int]:
    """How many there are in these groups now."""
    counted = (
        sa.select(_m.risk_group, sa.func.count().label("many"))
        .where(_m.tenant == tx.tenant, _m.risk_group.in_(sorted(groups)), _m.last_day.is_(None))
        .group_by(_m.risk_group)
    )
    return {row.risk_group: row.many for row in await tx.rows(counted)}
