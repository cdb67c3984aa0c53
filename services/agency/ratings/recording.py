"""The one door through which a follow-up changes: its row, its deadlines and the entry of the ledger, together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol, cast

from google.protobuf.message import Message
from minshao.agency.v1 import CaseReference, RatingEscalated, RatingFollowUpClosed, TextEvidence
from minshao.agency.v1 import Rating as Shown
from minshao.common.v1 import LEVEL_COUNTY, LEVEL_TOWN, LEVEL_UNIT

from services.agency.cases import store as cases
from services.agency.cases.acting import Acting, reference_of
from services.agency.ratings import store
from services.agency.ratings.domain.follow_up import FollowUp, Ground, Organ
from services.agency.ratings.domain.rating import Rating
from services.common import deadlines, ledger
from services.common.periods import overdue_from

ANSWER_DUE = "rating.answer_due"
CHECK_DUE = "rating.check_due"

LEVELS = {
    Organ.UNIT: LEVEL_UNIT,
    Organ.CENTRE: LEVEL_TOWN,
    Organ.TOWN_DISCIPLINE: LEVEL_TOWN,
    Organ.COUNTY_DISCIPLINE: LEVEL_COUNTY,
}
"""The level at and above which it is seen what becomes of a rating that is with an organ."""


class FollowUpEvent(Protocol):
    """Any event of a follow-up."""

    rating: str
    unit: str
    visible_to: int

    @property
    def case(self) -> CaseReference: ...


def deadlines_of(follow_up: FollowUp) -> Mapping[str, datetime]:
    """By kind; at most one."""
    if follow_up.due_date is not None:
        return {ANSWER_DUE: overdue_from(follow_up.due_date)}
    return {CHECK_DUE: overdue_from(follow_up.check_date)} if follow_up.check_date else {}


def schedule(acting: Acting, rating: Rating, before: Mapping[str, datetime], after: Mapping[str, datetime]) -> None:
    """PENDING: moves the deadlines of a follow-up. What has fired and stands as it stood does not fire again."""
    for kind, due in after.items():
        if before.get(kind) != due:
            deadlines.schedule(acting.tx, kind, rating.id, due)
    for kind in before.keys() - after.keys():
        deadlines.cancel(acting.tx, rating.id, kind)


async def record(acting: Acting, rating: Rating, before: FollowUp, after: FollowUp, event: FollowUpEvent) -> FollowUp:
    """PENDING: writes what a follow-up has become, with its deadlines and its event."""
    after = replace(after, version=before.version + 1)
    store.save_follow_up(acting.tx, after, acting.dated.revision)
    schedule(acting, rating, deadlines_of(before), deadlines_of(after))
    event.rating, event.unit, event.visible_to = name_of(rating), rating.unit, LEVELS[after.organ]
    event.case.CopyFrom(reference_of(await cases.load(acting.tx, rating.case), acting.dated.calendar, acting.today))
    tell(acting, rating, after.version, cast("Message", event))
    return after


async def record_escalation(
    acting: Acting, rating: Rating, before: FollowUp, after: FollowUp, ground: Ground, objection: TextEvidence | None
) -> FollowUp:
    """PENDING: it is with the next organ from here on."""
    event = RatingEscalated(
        organ=organ_shown(after.organ),
        ground=Shown.FollowUp.Ground.ValueType(ground),
        due_date=str(after.due_date),
        objection=objection,
    )
    return await record(acting, rating, before, after, event)


async def record_end(
    acting: Acting, rating: Rating, before: FollowUp, after: FollowUp, objection: TextEvidence | None
) -> FollowUp:
    """PENDING: it is closed."""
    ending = Shown.FollowUp.Ending.ValueType(after.ending or 0)
    event = RatingFollowUpClosed(organ=organ_shown(after.organ), ending=ending, objection=objection)
    return await record(acting, rating, before, after, event)


def tell(acting: Acting, rating: Rating, version: int, event: Message) -> None:
    """PENDING: the entry of the ledger."""
    ledger.append(acting.tx, acting.actor, "rating", rating.id, version, event, acting.now)


def name_of(rating: Rating) -> str:
    return f"tenants/{rating.tenant}/ratings/{rating.id}"


def organ_shown(organ: Organ) -> Shown.FollowUp.Organ.ValueType:
    return Shown.FollowUp.Organ.ValueType(organ)
