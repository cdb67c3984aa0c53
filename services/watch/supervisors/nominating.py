"""From the branch meeting to the decision of the town party committee."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from minshao.common.v1 import LEVEL_UNIT
from minshao.watch.v1 import NominationAppointed, NominationApproved, NominationCreated, NominationRejected

from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx, UniqueViolation
from services.common.errors import AlreadyExists, NotFound
from services.common.organisation import store as organisation
from services.common.periods import local_date
from services.common.sight import check_in_sight
from services.watch.posts.use_cases import lock_open_post
from services.watch.supervisors import nomination_store, store
from services.watch.supervisors.domain.nomination import Nomination, NominationAction, move
from services.watch.supervisors.domain.seats import MOST_IN_OFFICE, PostFull, check_new, check_renewal, seats_taken

NominationEvent: TypeAlias = NominationCreated | NominationApproved | NominationRejected | NominationAppointed


async def nominate(tx: Tx, actor: Actor, nomination: Nomination, now: datetime) -> Nomination:
    """Records whom a branch meeting proposed; a renewal takes over the account of the term that it renews.

    Raises AlreadyExists where an open nomination of the same person is there, wherever in the town; Refused where
    the post is full, or the person is in office at it and this is no renewal; NotFound for who is unknown.
    """
    today = local_date(now)
    # The lock makes nominations and appointments at one post wait for each other, so that seats are counted one by one.
    await lock_open_post(tx, nomination.unit)
    current = await store.not_over(tx, nomination.unit, today)
    if nomination.renews is None:
        check_new(nomination, current)
    elif (renewed := await store.load(tx, nomination.renews)) is None or renewed.unit != nomination.unit:
        raise NotFound("监督员", f"tenants/{tx.tenant}/supervisors/{nomination.renews}")
    else:
        check_renewal(nomination, renewed, current)
        nomination = replace(nomination, account=nomination.account or renewed.account)
    if nomination.account and await organisation.account(tx, nomination.account) is None:
        raise NotFound("账号", nomination.account)
    others = await nomination_store.open_at(tx, nomination.unit)
    await _insert(tx, nomination)
    if seats_taken(current, [*others, nomination], today) > MOST_IN_OFFICE:
        raise PostFull(nomination.unit)
    append(tx, actor, nomination, NominationCreated(), now)
    return nomination


async def approve(tx: Tx, actor: Actor, id: str, examination: str, now: datetime) -> Nomination:
    """The town party committee has examined the person and agrees."""
    return await _decide(tx, actor, id, NominationAction.APPROVE, examination, NominationApproved(), now)


async def reject(tx: Tx, actor: Actor, id: str, reason: str, now: datetime) -> Nomination:
    """The town party committee does not agree, or an approved person no longer stands."""
    return await _decide(tx, actor, id, NominationAction.REJECT, reason, NominationRejected(), now)


async def find_nomination(tx: Tx, actor: Actor, id: str) -> Nomination:
    """The nomination with this id. Raises NotFound, also for one of a unit out of the actor's sight."""
    if (nomination := await nomination_store.load(tx, id)) is None:
        raise NotFound("提名", nomination_name(tx, id))
    check_in_sight(actor, nomination.unit, "提名")
    return nomination


async def lock_nomination(tx: Tx, id: str) -> Nomination:
    """The nomination, locked until the transaction ends. Raises NotFound."""
    if (nomination := await nomination_store.lock(tx, id)) is None:
        raise NotFound("提名", nomination_name(tx, id))
    return nomination


def append(tx: Tx, actor: Actor, nomination: Nomination, event: NominationEvent, now: datetime) -> None:
    """What happened to a nomination, for the ledger."""
    event.nomination = nomination_name(tx, nomination.id)
    event.unit = nomination.unit
    event.visible_to = LEVEL_UNIT
    ledger.append(tx, actor, "nomination", nomination.id, nomination.version, event, now)


def nomination_name(tx: Tx, id: str) -> str:
    return f"tenants/{tx.tenant}/nominations/{id}"


async def _decide(
    tx: Tx, actor: Actor, id: str, action: NominationAction, words: str, event: NominationEvent, now: datetime
) -> Nomination:
    nomination = await lock_nomination(tx, id)
    state, version = move(nomination.state, action), nomination.version + 1
    decided = replace(nomination, state=state, examination=words, decide_time=now, version=version)
    nomination_store.save(tx, decided)
    append(tx, actor, decided, event, now)
    return decided


async def _insert(tx: Tx, nomination: Nomination) -> None:
    nomination_store.insert(tx, nomination)
    try:
        await tx.flush()
    except UniqueViolation:
        message = (
            f"{nomination.person}已有未办结的提名。同名不同人的，请在姓名后注明，如“{nomination.person}（上村）”。"
        )
        raise AlreadyExists("NOMINATION_OPEN", message) from None
