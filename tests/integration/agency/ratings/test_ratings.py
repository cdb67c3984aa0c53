"""Ratings by the receipt code: once of the case and of each desk, when there is an outcome, and never changed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb
from sqlalchemy.exc import ProgrammingError

from services.agency.cases.store import RECEIPTS
from services.agency.ratings.store import RATINGS
from services.common.errors import AlreadyExists, DomainError, Invalid, NotFound, Refused, TooMany
from tests.integration.agency.house import House
from tests.integration.agency.ratings.steps import (
    BAD,
    DESK,
    GOOD,
    OVERALL,
    Rating,
    decided,
    followed,
    rated,
    rating,
    received,
    through_county,
    window,
    written,
)


async def test_an_applicant_rates_the_case_and_each_desk_by_the_code(town: House) -> None:
    code = await through_county(town)
    village = f"tenants/{town.town}/units/{town.unit('village')}"

    overall = await rated(town, code, GOOD, tags=[Rating.TAG_ONE_VISIT], comment=" 很好 ")
    of_window = await rated(town, code, Rating.LEVEL_SATISFIED, kind=DESK, desk=window(town))

    assert (overall.unit, overall.level, list(overall.tags)) == (village, GOOD, [Rating.TAG_ONE_VISIT])
    assert (overall.comment, overall.HasField("follow_up")) == ("很好", False)
    contacts = await followed(town, code)
    assert [contact.display_name for contact in contacts] == [
        *("八一村", "八一村", "便民服务中心"),
        *("县民政局", "县财政局"),
    ]
    assert [contact.kind for contact in contacts] == [OVERALL, DESK, DESK, DESK, DESK]
    assert [contact.rating.name for contact in contacts] == [overall.name, "", "", of_window.name, ""]
    events = await town.events(pb.RatingGiven)
    assert [(event.stars, event.unit) for event in events] == [
        (5, town.unit("village")),
        (4, town.unit("civil-affairs", town.county)),
    ]
    assert events[0].comment.mac
    assert await town.events(pb.RatingBad) == []


async def test_a_case_without_an_outcome_is_not_rated(town: House) -> None:
    _, code = await received(town)
    before = await written(town)

    with pytest.raises(Refused, match="CASE_OPEN"):
        await rated(town, code)

    assert await written(town) == before


async def test_what_was_decided_and_not_yet_told_may_be_rated_and_so_may_what_was_told(town: House) -> None:
    name, code = await received(town)
    await town("agent", pb.DecideCaseRequest(name=name, outcome=pb.Case.OUTCOME_WITHDRAWN, reason="申请人撤回。"))
    await rated(town, code, GOOD)
    await town("agent", pb.TellResultRequest(name=name, manner="电话告知"))

    village = f"tenants/{town.town}/units/{town.unit('village')}"
    assert (await rated(town, code, GOOD, kind=DESK, desk=village)).unit == village


async def test_a_second_overall_rating_is_refused_and_so_is_a_second_one_of_a_desk(town: House) -> None:
    code = await through_county(town)
    of_window = {"kind": DESK, "desk": window(town)}
    await rated(town, code, GOOD)
    await rated(town, code, GOOD, **of_window)
    before = await written(town)

    for again in ({}, of_window):
        with pytest.raises(AlreadyExists):
            await rated(town, code, BAD, **again)

    assert await written(town) == before


async def test_of_many_at_once_one_is_taken(town: House) -> None:
    code = await decided(town)

    outcomes = await asyncio.gather(*(rated(town, code) for _ in range(6)), return_exceptions=True)

    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyExists"] * 5 + ["Rating"]
    assert len(await town.events(pb.RatingBad)) == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"tags": [Rating.TAG_WARM]}, "tags[0]"),
        ({"tags": [Rating.TAG_LATE, Rating.TAG_EARLY]}, "tags[1]"),
        ({"tags": [Rating.TAG_LATE, Rating.TAG_LATE]}, "tags"),
        ({"kind": DESK}, "desk"),
        ({"kind": DESK, "desk": "tenants/611021/units/611021.civil-affairs"}, "desk"),
        ({"desk": "tenants/611021/units/611021.civil-affairs"}, "desk"),
        ({"comment": "差" * 1001}, "comment"),
        ({"level": 6}, "level"),
        ({"kind": 0}, "kind"),
        ({"code": "12"}, "code"),
    ],
)
async def test_what_does_not_fit_is_told_with_its_field_and_changes_nothing(
    town: House, facts: dict[str, Any], field: str
) -> None:
    code = await decided(town)
    before = await written(town)

    with pytest.raises(Invalid) as refusal:
        await rated(town, **{"code": code, **facts})

    assert {violation.field for violation in refusal.value.violations} == {field}
    assert await written(town) == before


async def test_the_same_request_again_returns_the_first_result(town: House) -> None:
    code = await decided(town)

    first = await rated(town, code, comment="慢", request_id="68884181-a44a-529f-9f5c-7cf34d0bf2b2")

    assert await rated(town, code, comment="慢", request_id="68884181-a44a-529f-9f5c-7cf34d0bf2b2") == first
    assert len(await town.events(pb.RatingGiven)) == 1


async def test_a_wrong_code_rates_nothing_and_ten_of_them_are_enough(town: House) -> None:
    code = await decided(town)
    before = await written(town)
    for n in range(10):
        with pytest.raises(NotFound):
            await rated(town, f"{n:016}")

    with pytest.raises(TooMany):
        await rated(town, code)
    assert await written(town) == before


async def test_a_receipt_that_has_expired_rates_nothing(town: House) -> None:
    code = await decided(town)
    async with town.database.transaction(town.town) as tx:
        receipts = sa.update(RECEIPTS.table).where(RECEIPTS.table.c.tenant == tx.tenant)
        tx.write(receipts.values(expire_time=town.clock.now() - timedelta(days=1)))

    with pytest.raises(NotFound):
        await rated(town, code)


async def test_the_code_of_another_town_rates_nothing(town: House) -> None:
    code = await decided(town)
    elsewhere = rating(town, code)
    elsewhere.parent = f"tenants/{town.county}"

    with pytest.raises(NotFound):
        await town("citizen", elsewhere)


async def test_a_rating_is_never_changed_not_even_in_the_database(town: House) -> None:
    await rated(town, await decided(town), GOOD)

    for change in (sa.update(RATINGS).values(level=1), sa.delete(RATINGS)):
        with pytest.raises((ProgrammingError, DomainError, PermissionError), match="permission denied"):
            async with town.database.transaction(town.town) as tx:
                await tx.execute(change.where(RATINGS.c.tenant == tx.tenant))
