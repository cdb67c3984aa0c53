"""Recording a meeting of a unit's leadership, and what it decided on one matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk.v1 import LeadershipMeetingHeld, TextEvidence

from services.common.errors import NotFound, Refused
from services.common.organisation import store as organisation
from services.common.rows import Rows
from services.common.sight import check_in_sight
from services.risk.acting import Acting
from services.risk.catalogues import store as catalogues
from services.risk.catalogues.domain import Draft
from services.risk.forgetting import keep
from services.risk.inventories.use_cases import own_inventory
from services.risk.meetings import store
from services.risk.meetings.domain import Meeting, Ruling, Vote, agenda_item
from services.risk.powers import store as powers
from services.risk.powers.domain import Power
from services.risk.risk_points import store as risk_points
from services.risk.risk_points.domain import RiskPoint

SUBJECTS: Mapping[str, Rows[RiskPoint] | Rows[Power] | Rows[Draft]] = {
    "riskPoints": risk_points.ROWS,
    "powers": powers.ROWS,
    "catalogueEditions": catalogues.DRAFT_ROWS,
}
"""What can be put to a meeting, by collection."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What is put to a meeting, and how each of those who were there voted, by the id of the cadre."""

    subject: str
    votes: Mapping[str, Vote]


@dataclass(frozen=True, slots=True)
class Record:
    """What is recorded of a meeting."""

    unit: str
    date: date
    attendees: Sequence[str]
    minutes: str
    agenda: Sequence[Matter]


async def record(acting: Acting, id: str, held: Record) -> Meeting:
    """Raises NotFound, Refused."""
    await own_inventory(acting, held.unit)
    await _check_attendees(acting, held)
    await _check_subjects(acting, held)
    key = await acting.risk.sealer.new_key(acting.tx, id)
    meeting = Meeting(
        id=id,
        unit=held.unit,
        date=held.date,
        attendees=tuple(held.attendees),
        recorder=acting.actor.name,
        record_time=acting.now,
        sealed_minutes=key.seal(store.MEETINGS.c.sealed_minutes, id, held.minutes),
    )
    store.ROWS.insert(acting.tx, meeting)
    told = LeadershipMeetingHeld(
        leadership_meeting=acting.named("leadershipMeetings", id),
        unit=held.unit,
        date=str(held.date),
        attendee_count=len(held.attendees),
        minutes=TextEvidence(id=id, mac=key.mac(held.minutes)),
        visible_to=LEVEL_UNIT,
    )
    for number, matter in enumerate(held.agenda, 1):
        item = agenda_item(uuid4().hex, id, number, matter.subject, meeting.attendees, matter.votes)
        store.AGENDA_ROWS.insert(acting.tx, item)
        told.agenda.add(
            subject=item.subject,
            for_count=len(item.votes_for),
            against_count=len(item.votes_against),
            abstain_count=len(item.abstentions),
        )
    acting.tell("leadership_meeting", id, 1, told)
    await keep(acting.tx, "leadershipMeetings", id, acting.now)
    return meeting


async def seen_meeting(acting: Acting, id: str) -> Meeting:
    """A meeting of a unit in sight. Raises NotFound."""
    meeting = await store.ROWS.load(acting.tx, id)
    check_in_sight(acting.actor, meeting.unit, store.ROWS.called)
    return meeting


async def ruling(acting: Acting, id: str, unit: str, subject: str) -> Ruling:
    """What a meeting of the unit decided on a matter, by its resource name. Raises NotFound for a meeting of another
    unit, Refused where the matter was not put to it."""
    meeting = await store.ROWS.load(acting.tx, id)
    if meeting.unit != unit:
        raise NotFound(store.ROWS.called)
    if (item := await store.item_on(acting.tx, id, subject)) is None:
        raise Refused("NOT_ON_AGENDA", "这次会议没有研究该事项。")
    return Ruling(meeting, item)


async def _check_subjects(acting: Acting, held: Record) -> None:
    """Raises NotFound for what is not there, or of another unit."""
    for matter in held.agenda:
        _, _, collection, id = matter.subject.split("/")
        rows = SUBJECTS[collection]
        if (await rows.load(acting.tx, id)).unit != held.unit:
            raise NotFound(rows.called)


async def _check_attendees(acting: Acting, held: Record) -> None:
    cadres = await organisation.cadres(acting.tx, held.attendees)
    if missing := [each for each in held.attendees if each not in cadres]:
        raise NotFound("干部", acting.named("cadres", missing[0]))
    for cadre in cadres.values():
        if cadre.retired:
            raise Refused("CADRE_RETIRED", "该干部已离任。")
        if held.unit not in (cadre.unit, cadre.leads_unit):
            raise Refused("OTHER_UNIT", "参会人应当是本单位的干部或者领导。")
