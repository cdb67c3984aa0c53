"""Giving a rating, answering it, and checking the answer: one function for each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from minshao.agency.v1 import CaseReference, RatingBad, RatingFollowUpAnswered, RatingGiven
from minshao.agency.v1 import Rating as Shown
from minshao.common.v1 import LEVEL_UNIT

from services.agency.cases import store as cases
from services.agency.cases.acting import Acting, reference_of
from services.agency.ratings import store, texts
from services.agency.ratings.domain.follow_up import FollowUp, Ground, State
from services.agency.ratings.domain.rating import Kind, Rating, Satisfaction, Tag, check_tags, rated_unit
from services.agency.ratings.recording import (
    deadlines_of,
    name_of,
    organ_shown,
    record,
    record_end,
    record_escalation,
    schedule,
    tell,
)
from services.agency.ratings.sight import is_with, sees
from services.agency.ratings.store import Rated
from services.common.errors import AlreadyExists, Denied, NotFound, Refused


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an applicant says."""

    kind: Kind
    desk: str
    """Code of the unit of the desk; empty for the case as a whole."""
    level: Satisfaction
    tags: tuple[Tag, ...]
    comment: str


async def rate_case(acting: Acting, id: str, opinion: Opinion) -> Rated:
    """Rates a case, or a desk that it came to; a bad rating opens its follow-up.

    The case is locked, so that of two ratings of the same at once the second finds the first. Raises Refused, Invalid,
    AlreadyExists.
    """
    case = await cases.lock(acting.tx, id)
    unit = rated_unit(case, opinion.kind, opinion.desk)
    check_tags(opinion.level, opinion.tags)
    if any((rating.kind, rating.unit) == (opinion.kind, unit) for rating, _ in await store.of_case(acting.tx, id)):
        raise AlreadyExists("RATED", "已经评价过了，同一代理件、同一窗口只能评价一次。")
    rating = Rating(
        tenant=acting.tx.tenant,
        id=uuid4().hex,
        case=case.id,
        case_number=case.number,
        kind=opinion.kind,
        unit=unit,
        item=case.item,
        level=opinion.level,
        tags=opinion.tags,
        give_time=acting.now,
        give_date=acting.today,
    )
    store.insert(acting.tx, rating)
    given = RatingGiven(
        rating=name_of(rating),
        case=reference_of(case, acting.dated.calendar, acting.today),
        stars=rating.level,
        unit=unit,
        kind=Shown.Kind.ValueType(rating.kind),
        tags=[Shown.Tag.ValueType(tag) for tag in rating.tags],
        comment=await texts.put_comment(acting, rating, opinion.comment),
        visible_to=LEVEL_UNIT,
    )
    tell(acting, rating, 1, given)
    return rating, _open(acting, rating, given.case) if rating.level.bad else None


async def answer_rating(acting: Acting, id: str, text: str) -> Rated:
    """Answers a bad rating, as the organ that it is with. Raises NotFound, Denied, Refused."""
    rating, follow_up = await store.lock(acting.tx, id)
    _check_seen(acting, rating)
    if not is_with(acting.actor, rating, follow_up):
        raise Denied("该评价目前不由您所在的单位答复。", "NOT_ITS_ORGAN")
    before = _followed_up(follow_up)
    answered = before.answer(acting.today)
    evidence = await texts.put_answer(acting, rating, answered.organ, text)
    event = RatingFollowUpAnswered(organ=organ_shown(answered.organ), late=answered.late, answer=evidence)
    return rating, await record(acting, rating, before, answered, event)


async def check_answer(acting: Acting, case: str, id: str, *, accepted: bool, objection: str) -> Rated:
    """What the applicant of the case says of the answer. Raises NotFound for another case's rating, Refused."""
    rating, follow_up = await store.lock(acting.tx, id)
    if rating.case != case:
        raise NotFound("评价", name_of(rating), reason="NO_RATING")
    before = _followed_up(follow_up)
    checked = before.checked(accepted, acting.today, acting.dated.calendar)
    evidence = None if accepted else await texts.put_objection(acting, rating, before.organ, objection)
    if checked.state is State.CLOSED:
        return rating, await record_end(acting, rating, before, checked, evidence)
    return rating, await record_escalation(acting, rating, before, checked, Ground.NOT_ACCEPTED, evidence)


async def seen(acting: Acting, id: str) -> Rated:
    """The rating, if it exists for the actor. Raises NotFound."""
    rating, follow_up = await store.load(acting.tx, id)
    _check_seen(acting, rating)
    return rating, follow_up


def _open(acting: Acting, rating: Rating, case: CaseReference) -> FollowUp:
    opened = FollowUp.opened(rating.tenant, rating.id, rating.unit, acting.today, acting.dated.calendar)
    store.insert_follow_up(acting.tx, opened, acting.dated.revision)
    schedule(acting, rating, {}, deadlines_of(opened))
    bad = RatingBad(
        rating=name_of(rating),
        case=case,
        stars=rating.level,
        unit=rating.unit,
        kind=Shown.Kind.ValueType(rating.kind),
        due_date=str(opened.due_date),
        visible_to=LEVEL_UNIT,
    )
    tell(acting, rating, opened.version, bad)
    return opened


def _check_seen(acting: Acting, rating: Rating) -> None:
    if not sees(acting.actor, rating):
        raise NotFound("评价", name_of(rating), reason="NO_RATING")


def _followed_up(follow_up: FollowUp | None) -> FollowUp:
    if follow_up is None:
        raise Refused("NOT_BAD", "不满意和非常不满意的评价才需要答复。")
    return follow_up
