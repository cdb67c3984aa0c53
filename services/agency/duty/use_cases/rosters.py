"""Planning who is on duty, checking in and out, and what the end of a day causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from minshao.agency.v1 import DutyCheckedIn, DutyCheckedOut, DutyMissed, DutyPlanned
from minshao.common.v1 import LEVEL_UNIT

from services.agency.cases.sight import works_at
from services.agency.duty import store
from services.agency.duty.domain.roster import Roster, State
from services.agency.duty.sight import plans
from services.agency.points import store as points
from services.agency.points.domain import Point
from services.agency.points.officers import officers_of
from services.agency.points.opening import point_name
from services.common import deadlines, ledger
from services.common.access import SYSTEM, Actor
from services.common.database import Tx
from services.common.errors import Denied, Invalid, NotFound, Refused
from services.common.periods import local_date
from services.common.sight import units_in_sight

DAY_OVER = "duty.day_over"
"""The kind of the deadline at the midnight that ends the day of a roster; its owner is the roster's id."""

FARTHEST = timedelta(days=366)

Event = DutyPlanned | DutyCheckedIn | DutyCheckedOut | DutyMissed


async def plan_roster(tx: Tx, actor: Actor, unit: str, day: date, officers: Sequence[str], now: datetime) -> Roster:
    """Sets who is on duty at a point on a day. Raises NotFound, Denied, Refused, Invalid."""
    point = await _held_point(tx, unit)
    if not plans(actor, tx.tenant, unit):
        raise Denied("只能安排本代理点的值班。", "NOT_OWN_POINT")
    _check_open(point)
    if day > local_date(now) + FARTHEST:
        raise Invalid("day", "值班安排不能超过一年以后。")
    before = await store.roster(tx, unit, day)
    after = before.planned(officers, local_date(now))
    await _check_officers(tx, point, before, officers)
    if after.planned_officers == before.planned_officers:
        return before
    return _record(tx, actor, before, after, DutyPlanned(officers=after.planned_officers), now)


async def check_in(tx: Tx, actor: Actor, unit: str, now: datetime) -> Roster:
    """The actor is there. Raises NotFound, Denied, Refused, IllegalMove."""
    await _own_point(tx, actor, unit)
    if await store.absent(tx, [actor.name], local_date(now)):
        raise Refused("ABSENT", "您今天请假，请先销假再签到。")
    before = await store.roster(tx, unit, local_date(now))
    after = before.checked_in(actor.name, now)
    planned = actor.name in after.planned_officers
    return _record(tx, actor, before, after, DutyCheckedIn(officer=actor.name, planned=planned), now)


async def check_out(tx: Tx, actor: Actor, unit: str, now: datetime) -> Roster:
    """The actor goes. Raises NotFound, Denied, Refused, IllegalMove."""
    await _own_point(tx, actor, unit)
    before = await store.roster(tx, unit, local_date(now))
    return _record(tx, actor, before, before.checked_out(actor.name, now), DutyCheckedOut(officer=actor.name), now)


async def seen_roster(tx: Tx, actor: Actor, unit: str, day: date) -> Roster:
    """The roster of a point and day, if there is one for the actor. Raises NotFound."""
    points = units_in_sight(actor)
    roster = await store.roster(tx, unit, day)
    if roster.version == 0 or (points is not None and unit not in points):
        raise NotFound("值班表", reason="NO_ROSTER")
    return roster


async def day_over(tx: Tx, id: str, now: datetime) -> None:
    """The day has ended: whoever forgot to check out has gone, and whoever was planned and never came has missed it.

    Not so somebody who was absent, or does not work there any more; and nobody misses duty at a retired point.
    """
    unit, _, day = id.partition("~")
    point = await _held_point(tx, unit)
    roster = await store.roster(tx, unit, date.fromisoformat(day))
    officers = [] if point.retired else await officers_of(tx, point)
    expected = set(officers) - await store.absent(tx, officers, roster.day)
    for shift in roster.shifts:
        if shift.state is State.ON_DUTY:
            gone = DutyCheckedOut(officer=shift.officer, closed_by_midnight=True)
            roster = _record(tx, SYSTEM("agency"), roster, roster.closed(shift), gone, now)
        elif shift.state is State.PLANNED and shift.officer in expected:
            roster = _record(tx, SYSTEM("agency"), roster, roster.missed(shift), DutyMissed(officer=shift.officer), now)


async def _held_point(tx: Tx, unit: str) -> Point:
    """The point, held: what happens to its rosters happens one after the other."""
    if (point := await points.hold(tx, unit)) is None:
        raise NotFound("代理点", f"tenants/{tx.tenant}/points/{unit}", reason="NO_POINT")
    return point


async def _own_point(tx: Tx, actor: Actor, unit: str) -> None:
    point = await _held_point(tx, unit)
    if not works_at(actor, tx.tenant, unit):
        raise Denied("只能在本人所在的代理点签到、签退。", "NOT_OWN_POINT")
    _check_open(point)


def _check_open(point: Point) -> None:
    if point.retired:
        raise Refused("POINT_RETIRED", "该代理点已撤销。")


async def _check_officers(tx: Tx, point: Point, before: Roster, officers: Sequence[str]) -> None:
    working, absent = set(await officers_of(tx, point)), await store.absent(tx, officers, before.day)
    for index, officer in enumerate(officers):
        if officer not in working:
            raise Invalid(f"officers[{index}]", "该账号不是本代理点的工作人员。", reason="NOT_AN_OFFICER")
        if officer in absent and officer not in before.planned_officers:
            raise Invalid(f"officers[{index}]", "该工作人员当天请假。", reason="ABSENT")
        if officer in officers[:index]:
            raise Invalid(f"officers[{index}]", "同一工作人员只能安排一次。", reason="TWICE")


def _record(tx: Tx, actor: Actor, before: Roster, after: Roster, event: Event, now: datetime) -> Roster:
    """PENDING: writes what changed, with its entry in the ledger; with the first one, waits for the end of the day."""
    after = replace(after, version=before.version + 1)
    store.save_roster(tx, before, after)
    if before.version == 0:
        deadlines.schedule(tx, DAY_OVER, after.id, after.end)
    event.point, event.unit, event.day = point_name(tx, after.point), after.point, after.day.isoformat()
    event.visible_to = LEVEL_UNIT
    ledger.append(tx, actor, "roster", after.id, after.version, event, now)
    return after
