"""What applicants and officers do with ratings, as the tests tell it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from minshao.agency import v1 as pb

from services.agency.ratings.store import FOLLOW_UPS, RATINGS
from services.common.foundation import LEDGER
from tests.integration.agency.cases.steps import application, required
from tests.integration.agency.house import House

Rating = pb.Rating
FollowUp = pb.Rating.FollowUp
BAD, GOOD = Rating.LEVEL_VERY_DISSATISFIED, Rating.LEVEL_VERY_SATISFIED
OVERALL, DESK = Rating.KIND_OVERALL, Rating.KIND_DESK
DONE_AT_ONCE = ("QT-01",)
PENDING, ANSWERED, CLOSED = FollowUp.STATE_PENDING, FollowUp.STATE_ANSWERED, FollowUp.STATE_CLOSED


async def received(house: House, item: str = "SH-04", login: str = "agent", slug: str = "village") -> tuple[str, str]:
    """The name and the receipt code of a case that is accepted."""
    request = application(house, item, slug, brought=await required(house, item))
    answer = await house(login, request)
    reason = "今天系统停机。" if item in DONE_AT_ONCE else ""
    await house(login, pb.AcceptCaseRequest(name=answer.case.name, delay_reason=reason))
    return answer.case.name, answer.receipt_code


async def decided(house: House, item: str = "SH-04", login: str = "agent", slug: str = "village") -> str:
    """The receipt code of a case that has an outcome."""
    name, code = await received(house, item, login, slug)
    refusal = pb.DecideCaseRequest(
        name=name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await house(login, refusal)
    return code


async def through_county(house: House) -> str:
    """The receipt code of a case that was refused when it had come to the windows of the county."""
    name, code = await received(house, "SH-01")
    for login, slug in (("agent", "village"), ("clerk", "service-centre")):
        desk = f"tenants/{house.town}/units/{house.unit(slug)}"
        await house(login, pb.CompletePartRequest(name=name, desk=desk))
    await house(
        "window",
        pb.DecideCaseRequest(
            name=name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
        ),
    )
    return code


def rating(house: House, code: str, level: Rating.Level.ValueType = BAD, **facts: Any) -> pb.RateCaseRequest:
    facts.setdefault("kind", OVERALL)
    return pb.RateCaseRequest(parent=f"tenants/{house.town}", code=code, level=level, **facts)


def window(house: House) -> str:
    """The desk of the county's department of civil affairs."""
    return f"tenants/{house.county}/units/{house.unit('civil-affairs', house.county)}"


async def rated(house: House, code: str, level: Rating.Level.ValueType = BAD, **facts: Any) -> Rating:
    given: Rating = (await house("citizen", rating(house, code, level, **facts))).rating
    return given


async def bad(house: House) -> tuple[str, Rating]:
    """A bad rating of a case of the village, with the receipt code."""
    code = await decided(house)
    return code, await rated(house, code, comment="跑了三趟。")


async def answered(house: House, login: str, given: Rating, text: str = "已向您说明并改正。") -> Rating:
    shown: Rating = (await house(login, pb.AnswerRatingRequest(name=given.name, text=text))).rating
    return shown


async def checked(house: House, code: str, given: Rating, accepted: bool, objection: str = "") -> Rating:
    request = pb.CheckAnswerRequest(
        parent=f"tenants/{house.town}", code=code, rating=given.name, accepted=accepted, objection=objection
    )
    shown: Rating = (await house("citizen", request)).rating
    return shown


async def shown(house: House, login: str, given: Rating) -> Rating:
    found: Rating = (await house(login, pb.GetRatingRequest(name=given.name))).rating
    return found


async def followed(house: House, code: str) -> list[pb.RatingContact]:
    """What the applicant sees."""
    answer = await house("citizen", pb.FollowRatingsRequest(parent=f"tenants/{house.town}", code=code))
    return list(answer.contacts)


async def written(house: House) -> tuple[object, ...]:
    """Everything that a refusal must leave as it is: entries of the ledger, ratings, and where follow-ups stand."""
    async with house.database.transaction(house.town) as tx:
        entries = sa.select(sa.func.count()).select_from(LEDGER).where(LEDGER.c.tenant == tx.tenant)
        ratings = sa.select(sa.func.count()).select_from(RATINGS).where(RATINGS.c.tenant == tx.tenant)
        versions = sa.select(FOLLOW_UPS.c.version, FOLLOW_UPS.c.state).where(FOLLOW_UPS.c.tenant == tx.tenant)
        rows = await tx.rows(versions.order_by(FOLLOW_UPS.c.rating))
        return (await tx.scalar(entries), await tx.scalar(ratings), *map(tuple, rows))
