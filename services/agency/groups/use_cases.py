"""Members come and go, meetings are recorded, decisions are settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from minshao.agency.v1 import GroupDecision as DecisionMessage
from minshao.agency.v1 import (
    GroupDecisionDue,
    GroupDecisionSettled,
    GroupMeetingHeld,
    GroupMemberAdded,
    GroupMemberEnded,
    TextEvidence,
)
from minshao.agency.v1 import GroupMember as MemberMessage
from minshao.common.v1 import LEVEL_TOWN

from services.agency.acting import Acting, evidence, sealed
from services.agency.forgetting import keep
from services.agency.groups import store
from services.agency.groups.domain import Action, Decision, Meeting, State
from services.common import deadlines
from services.common.errors import Invalid, NotFound, Refused
from services.common.groups import Member
from services.common.organisation import store as organisation
from services.common.organisation.domain import Cadre
from services.common.periods import start_of_day

DUE = "group_decision.due"


@dataclass(frozen=True, slots=True)
class Resolution:
    """A decision as a meeting takes it."""

    text: str
    member: str
    """Id of the member who does it."""
    due_date: date


@dataclass(frozen=True, slots=True)
class Minutes:
    """What is recorded of a meeting."""

    date: date
    attendees: Sequence[str]
    discussed: str
    resolutions: Sequence[Resolution]


async def add_member(acting: Acting, member: Member) -> Member:
    """Raises NotFound, Denied, Refused. Of two at once for one cadre, the second is told to read again."""
    acting.check_keeps_records()
    tx = acting.tx
    cadre = await organisation.hold_cadre(tx, member.cadre)
    if cadre is None or cadre.retired:
        raise NotFound("干部", cadre_name(tx.tenant, member.cadre), reason="NO_CADRE")
    member.check_joins(await store.in_office(tx, member.first_day))
    store.MEMBER_ROWS.insert(tx, member)
    event = GroupMemberAdded(
        group_member=member_name(tx.tenant, member.id),
        cadre=cadre_name(tx.tenant, member.cadre),
        duty=MemberMessage.Duty.ValueType(member.duty),
        first_day=str(member.first_day),
        visible_to=LEVEL_TOWN,
    )
    acting.tell("group_member", member.id, member.version, event)
    return member


async def end_member(acting: Acting, id: str, last_day: date) -> Member:
    """Raises NotFound, Denied, Refused, Invalid."""
    acting.check_keeps_records()
    before = await store.MEMBER_ROWS.lock(acting.tx, id)
    return _ended(acting, before, before.ended(last_day, acting.today))


async def end_with_cadres(acting: Acting, cadres: Sequence[Cadre], day: date) -> None:
    """Those who have retired leave the group; who moves to another unit stays."""
    if retired := {each.id for each in cadres if each.retired}:
        for before in await store.lock_in_office(acting.tx, retired):
            _ended(acting, before, before.left(day))


def _ended(acting: Acting, before: Member, member: Member) -> Member:
    """PENDING: somebody is in the group no longer."""
    store.MEMBER_ROWS.save(acting.tx, before, member)
    event = GroupMemberEnded(
        group_member=member_name(acting.tx.tenant, member.id),
        cadre=cadre_name(acting.tx.tenant, member.cadre),
        last_day=str(member.last_day),
        visible_to=LEVEL_TOWN,
    )
    acting.tell("group_member", member.id, member.version, event)
    return member


async def record_meeting(acting: Acting, minutes: Minutes) -> Meeting:
    """Raises NotFound, Denied, Refused, Invalid."""
    acting.check_keeps_records()
    tx, id = acting.tx, uuid4().hex
    await _check_members(acting, minutes)
    key = await acting.agency.sealer.new_key(tx, id)
    meeting = Meeting(
        id=id,
        date=minutes.date,
        attendees=tuple(minutes.attendees),
        decision_count=len(minutes.resolutions),
        recorder=acting.actor.name,
        record_time=acting.now,
        sealed_discussed=sealed(key, store.MEETINGS.c.sealed_discussed, minutes.discussed),
    )
    store.MEETING_ROWS.insert(tx, meeting)
    event = GroupMeetingHeld(
        group_meeting=meeting_name(tx.tenant, id),
        date=str(meeting.date),
        attendee_count=len(meeting.attendees),
        discussed=evidence(key, minutes.discussed),
        visible_to=LEVEL_TOWN,
    )
    for number, resolution in enumerate(minutes.resolutions, 1):
        decision = Decision(
            id=uuid4().hex, meeting=id, number=number, member=resolution.member, due_date=resolution.due_date
        )
        text = key.seal(store.DECISIONS.c.sealed_text, decision.id, resolution.text)
        store.DECISION_ROWS.insert(tx, replace(decision, sealed_text=text))
        deadlines.schedule(tx, DUE, decision.id, start_of_day(decision.due_date))
        event.decisions.add(
            group_decision=decision_name(tx.tenant, decision.id),
            member=member_name(tx.tenant, decision.member),
            due_date=str(decision.due_date),
            text=TextEvidence(id=decision.id, mac=key.mac(resolution.text)),
        )
    acting.tell("group_meeting", id, 1, event)
    if not minutes.resolutions:
        await keep(tx, "groupMeetings", id, acting.now)
    return meeting


async def settle(acting: Acting, id: str, action: Action, note: str) -> Decision:
    """Raises NotFound, Denied, IllegalMove."""
    acting.check_keeps_records()
    meeting = (await store.DECISION_ROWS.load(acting.tx, id)).meeting
    decided = {each.id: each for each in await store.lock_decisions_of(acting.tx, meeting)}
    before = decided.pop(id)
    settled = before.settled(action, acting.now)
    key = await acting.agency.sealer.key(acting.tx, meeting)
    decision = replace(settled, sealed_note=key.seal(store.DECISIONS.c.sealed_note, id, note))
    store.DECISION_ROWS.save(acting.tx, before, decision)
    deadlines.cancel(acting.tx, id, DUE)
    event = GroupDecisionSettled(
        group_decision=decision_name(acting.tx.tenant, id),
        group_meeting=meeting_name(acting.tx.tenant, meeting),
        state=DecisionMessage.State.ValueType(decision.state),
        late=decision.late,
        note=TextEvidence(id=id, mac=key.mac(note)),
        visible_to=LEVEL_TOWN,
    )
    acting.tell("group_decision", id, decision.version, event)
    if all(other.state is not State.OPEN for other in decided.values()):
        await keep(acting.tx, "groupMeetings", meeting, acting.now)
    return decision


async def remind(acting: Acting, id: str) -> None:
    """The last day of a decision has come: announced once, where it is still open."""
    before = await store.DECISION_ROWS.lock(acting.tx, id)
    if before.state is not State.OPEN:
        return
    decision = replace(before, version=before.version + 1)
    store.DECISION_ROWS.save(acting.tx, before, decision)
    event = GroupDecisionDue(
        group_decision=decision_name(acting.tx.tenant, id),
        group_meeting=meeting_name(acting.tx.tenant, decision.meeting),
        member=member_name(acting.tx.tenant, decision.member),
        due_date=str(decision.due_date),
        visible_to=LEVEL_TOWN,
    )
    acting.tell("group_decision", id, decision.version, event)


async def _check_members(acting: Acting, minutes: Minutes) -> None:
    for index, resolution in enumerate(minutes.resolutions):
        if resolution.due_date < minutes.date:
            raise Invalid(f"decisions[{index}].due_date", "完成期限不能早于会议日期。")
    named = {*minutes.attendees, *(each.member for each in minutes.resolutions)}
    known = await store.members_by_id(acting.tx, named)
    if missing := sorted(named - known.keys()):
        raise NotFound("领导小组成员", member_name(acting.tx.tenant, missing[0]), reason="NO_MEMBER")
    if any(not known[each].was_in(minutes.date) for each in named):
        raise Refused("NOT_IN_GROUP", "会议当日不在领导小组的人员不能列为参会人或者责任人。")


def cadre_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/cadres/{id}"


def member_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/groupMembers/{id}"


def meeting_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/groupMeetings/{id}"


def decision_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/groupDecisions/{id}"
