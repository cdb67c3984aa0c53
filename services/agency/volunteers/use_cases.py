"""Appointing and dismissing volunteer supervisors, and for which points somebody is one today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, cast
from uuid import uuid4

from google.protobuf.message import Message
from minshao.agency.v1 import TextEvidence, VolunteerAppointed, VolunteerDismissed, VolunteerReference
from minshao.common.v1 import LEVEL_UNIT

from services.agency.forgetting import keep
from services.agency.points.officers import officers_of
from services.agency.points.opening import point_name
from services.agency.points.use_cases import lock_open_points
from services.agency.volunteers import store
from services.agency.volunteers.domain import Letter, Standing, Volunteer, new_term
from services.common import deadlines, ledger
from services.common.access import Actor, Role, is_county
from services.common.database import Tx
from services.common.errors import Denied, NotFound, Refused
from services.common.organisation.lookup import check_holds, this_tenant
from services.common.periods import local_date
from services.common.sealing import Sealer
from services.common.sight import units_in_sight

TERM_ENDING = "volunteer.term_ending"
EXPIRED = "volunteer.expired"

REASON = "end_reason"


class VolunteerEvent(Protocol):
    """Any event of an appointment: it names it, and the level that may see it."""

    @property
    def volunteer(self) -> VolunteerReference: ...

    visible_to: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an office asks, for which points and from when to when."""

    person: str
    standing: Standing
    account: str
    points: Collection[str]
    first_day: date | None
    last_day: date


async def in_term(tx: Tx, actor: Actor, now: datetime) -> Actor:
    """The actor as a volunteer of those points alone for which they are in office today, whatever their token says.

    To be called first wherever the role volunteer may have admitted the call. Raises Denied where no other role has.
    """
    if not actor.has(Role.VOLUNTEER):
        return actor
    appointments = await store.in_office(tx, actor.name, local_date(now))
    narrowed = actor.only_at(Role.VOLUNTEER, {point for each in appointments for point in each.points})
    if not narrowed.grants:
        raise Denied("您不在义务监督员聘期内。", "NOT_IN_TERM")
    return narrowed


async def appointment_at(tx: Tx, actor: Actor, point: str, now: datetime) -> Volunteer | None:
    """The appointment with which the actor is in office at a point today."""
    appointments = await store.in_office(tx, actor.name, local_date(now))
    return next((each for each in appointments if point in each.points), None)


async def appoint(tx: Tx, actor: Actor, asked: Asked, now: datetime) -> Volunteer:
    """Brings somebody into office for a term, with the next letter of the tenant and year.

    Raises Denied for an office of another level, Invalid for the term, NotFound for an unknown point or account,
    Refused for a retired point, an account without the role or of somebody who works there, or days for which it is
    appointed there already.
    """
    _check_appoints(tx, actor)
    term = new_term(asked.first_day, asked.last_day, local_date(now))
    # The points' locks make appointments to one point wait for each other, so that overlapping ones are found.
    opened = await lock_open_points(tx, asked.points)
    for point in (opened[unit] for unit in sorted(opened)):
        await check_holds(tx, asked.account, Role.VOLUNTEER, point.unit)
        if asked.account in await officers_of(tx, point):
            message = "代理点的工作人员不能担任本点的义务监督员。"
            raise Refused("WORKS_THERE", message, point=point_name(tx, point.unit))
    points = tuple(sorted(opened))
    for other in await store.overlapping(tx, asked.account, term):
        if held := sorted({*other.points} & {*points}):
            message = "该账号在这个代理点的聘期与已有聘期重叠，续聘请从原聘期届满以后开始。"
            raise Refused("ALREADY_APPOINTED", message, point=point_name(tx, held[0]), number=other.letter.number)
    tenant, year = await this_tenant(tx), local_date(now).year
    volunteer = Volunteer(
        id=uuid4().hex,
        letter=Letter.numbered(tenant.short_name, year, await store.next_serial(tx, year)),
        person=asked.person,
        standing=asked.standing,
        account=asked.account,
        points=points,
        term=term,
        appoint_time=now,
    )
    store.insert(tx, volunteer)
    deadlines.schedule(tx, TERM_ENDING, volunteer.id, term.ending_from)
    deadlines.schedule(tx, EXPIRED, volunteer.id, term.expired_from)
    _append(tx, actor, volunteer, VolunteerAppointed(), now)
    return volunteer


async def dismiss(tx: Tx, sealer: Sealer, actor: Actor, id: str, reason: str, now: datetime) -> Volunteer:
    """Ends a term early, at once; also one that has not begun. Raises IllegalMove where it is over."""
    _check_appoints(tx, actor)
    volunteer = await lock_volunteer(tx, id)
    volunteer.check_dismissible(local_date(now))
    text, mac = store.TEXTS.put(tx, await sealer.new_key(tx, id), REASON, reason, actor.name, now)
    deadlines.cancel(tx, id, TERM_ENDING, EXPIRED)
    await keep(tx, "volunteers", id, now)
    event = VolunteerDismissed(reason=TextEvidence(id=text, mac=mac))
    return record(tx, actor, replace(volunteer, end_time=now), event, now)


async def find_volunteer(tx: Tx, actor: Actor, id: str) -> Volunteer:
    """The appointment with this id. Raises NotFound, also for one of points out of the actor's sight."""
    points, volunteer = units_in_sight(actor), await store.load(tx, id)
    if volunteer is None or (points is not None and points.isdisjoint(volunteer.points)):
        raise _unknown(tx, id)
    return volunteer


async def lock_volunteer(tx: Tx, id: str) -> Volunteer:
    """The appointment, locked until the transaction ends. Raises NotFound."""
    if (volunteer := await store.lock(tx, id)) is None:
        raise _unknown(tx, id)
    return volunteer


def record(tx: Tx, actor: Actor, volunteer: Volunteer, event: VolunteerEvent, now: datetime) -> Volunteer:
    """PENDING: writes a locked appointment with what happened."""
    after = replace(volunteer, version=volunteer.version + 1)
    store.save(tx, after)
    _append(tx, actor, after, event, now)
    return after


def volunteer_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/volunteers/{id}"


def _check_appoints(tx: Tx, actor: Actor) -> None:
    """A town's volunteers are its party committee's to appoint, the hall's those of the county's commission."""
    if not actor.has(Role.COUNTY_DISCIPLINE if is_county(tx.tenant) else Role.TOWN_PARTY_COMMITTEE):
        raise Denied("镇（街道）的义务监督员由镇党委聘任，县级窗口的由县纪委聘任。", "NOT_YOUR_LEVEL")


def _unknown(tx: Tx, id: str) -> NotFound:
    return NotFound("义务监督员", volunteer_name(tx.tenant, id), reason="NO_VOLUNTEER")


def _append(tx: Tx, actor: Actor, volunteer: Volunteer, event: VolunteerEvent, now: datetime) -> None:
    event.volunteer.CopyFrom(
        VolunteerReference(
            volunteer=volunteer_name(tx.tenant, volunteer.id),
            number=volunteer.letter.number,
            account=volunteer.account,
            units=volunteer.points,
            first_day=str(volunteer.term.first_day),
            last_day=str(volunteer.term.last_day),
        )
    )
    event.visible_to = LEVEL_UNIT
    ledger.append(tx, actor, "volunteer", volunteer.id, volunteer.version, cast("Message", event), now)
