"""Signing and ending letters of responsibility, publishing commitments."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from minshao.agency.v1 import Commitment as CommitmentMessage
from minshao.agency.v1 import (
    CommitmentPublished,
    ResponsibilityLetterEnded,
    ResponsibilityLetterEnding,
    ResponsibilityLetterSigned,
)
from minshao.common.v1 import LEVEL_UNIT

from services.agency.acting import Acting
from services.agency.commitments import store
from services.agency.commitments.domain import ENDING_DAYS, Commitment, Letter
from services.agency.points.officers import officers_of
from services.agency.points.store import lock_those
from services.common import deadlines
from services.common.access import Role, is_county
from services.common.errors import Denied, NotFound, Refused
from services.common.organisation import store as organisation
from services.common.periods import last_days_start

ENDING = "responsibility_letter.ending"

AGGREGATE = "responsibility_letter"


async def sign(acting: Acting, letter: Letter) -> Letter:
    """Records a letter of a point. Raises NotFound, Denied, Refused, Invalid."""
    acting.check_keeps_records()
    tx = acting.tx
    point = await acting.open_point(letter.point)
    await lock_those(tx, [letter.point])  # of two at once for one point, the second sees the first
    await _check_signatories(acting, letter, await officers_of(tx, point))
    letter.check(await store.letters_from(tx, letter.point, letter.first_day), acting.today)
    store.LETTER_ROWS.insert(tx, letter)
    deadlines.schedule(tx, ENDING, letter.id, last_days_start(letter.last_day, ENDING_DAYS))
    event = ResponsibilityLetterSigned(
        responsibility_letter=letter_name(tx.tenant, letter.id),
        unit=letter.point,
        first_day=str(letter.first_day),
        last_day=str(letter.last_day),
        visible_to=LEVEL_UNIT,
    )
    acting.tell(AGGREGATE, letter.id, letter.version, event)
    return letter


async def end(acting: Acting, id: str) -> Letter:
    """Ends a letter with the end of today. Raises NotFound, Denied, Refused."""
    acting.check_keeps_records()
    before = await store.LETTER_ROWS.lock(acting.tx, id)
    return _record_end(acting, before, before.ended(acting.today))


async def end_with_point(acting: Acting, point: str) -> None:
    """A point was retired: its letters bind nobody any more, and their end is not announced."""
    for letter in await store.letters_from(acting.tx, point, acting.today + timedelta(days=1)):
        _record_end(acting, letter, letter.ended_with_point(acting.today))


def _record_end(acting: Acting, before: Letter, letter: Letter) -> Letter:
    store.LETTER_ROWS.save(acting.tx, before, letter)
    deadlines.cancel(acting.tx, letter.id, ENDING)
    event = ResponsibilityLetterEnded(
        responsibility_letter=letter_name(acting.tx.tenant, letter.id),
        unit=letter.point,
        last_day=str(letter.last_day),
        visible_to=LEVEL_UNIT,
    )
    acting.tell(AGGREGATE, letter.id, letter.version, event)
    return letter


async def announce_ending(acting: Acting, id: str) -> None:
    """Thirty days are left of a letter that nobody has ended."""
    before = await store.LETTER_ROWS.lock(acting.tx, id)
    if before.ended_early:
        return
    letter = replace(before, version=before.version + 1)
    store.LETTER_ROWS.save(acting.tx, before, letter)
    event = ResponsibilityLetterEnding(
        responsibility_letter=letter_name(acting.tx.tenant, id),
        unit=letter.point,
        last_day=str(letter.last_day),
        visible_to=LEVEL_UNIT,
    )
    acting.tell(AGGREGATE, id, letter.version, event)


async def publish(acting: Acting, draft: Commitment) -> Commitment:
    """Publishes the next version of a text. Raises NotFound, Denied, Refused, Invalid.

    Two at once: the version is taken once, and the second is told to read again.
    """
    tx = acting.tx
    await _check_publishes(acting, draft.place)
    before = await store.newest(tx, draft.place, draft.kind)
    commitment = draft.following(before, acting.today)
    if before is not None:
        store.ROWS.save(tx, before, replace(before, last_day=commitment.first_day - timedelta(days=1)))
    store.ROWS.insert(tx, commitment)
    event = CommitmentPublished(
        commitment=commitment_name(tx.tenant, commitment.id),
        unit=commitment.place,
        kind=CommitmentMessage.Kind.ValueType(commitment.kind),
        version=commitment.version,
        first_day=str(commitment.first_day),
        text_digest=sha256(commitment.text.encode()).digest(),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("commitment", commitment.id, 1, event)
    return commitment


async def _check_signatories(acting: Acting, letter: Letter, officers: list[str]) -> None:
    if letter.signer not in officers:
        raise Refused("NOT_ITS_OFFICER", "签订人应当是该代理点的工作人员。", account=letter.signer)
    leader = await organisation.cadre(acting.tx, letter.leader)
    if leader is None or leader.retired:
        raise NotFound("干部", f"tenants/{acting.tx.tenant}/cadres/{letter.leader}", reason="NO_CADRE")
    if not (leader.leads_town or leader.in_party_committee or is_county(acting.tx.tenant)):
        raise Refused("NOT_A_LEADER", "应当由镇（街道）领导签订。")


async def _check_publishes(acting: Acting, place: str) -> None:
    """The people of the tenant publish for all of it and for each point, those of a point for their own."""
    of_tenant = acting.actor.has(Role.TOWN_CLERK, Role.TOWN_PARTY_COMMITTEE, Role.COUNTY_DISCIPLINE)
    acting.check_keeps_records()
    if place != acting.tx.tenant:
        await (acting.open_point(place) if of_tenant else acting.own_point(place))
    elif not of_tenant:
        raise Denied("本镇（街道）统一的承诺由便民服务中心或者镇党委公示。", "NOT_OWN_POINT")


def letter_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/responsibilityLetters/{id}"


def commitment_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/commitments/{id}"
