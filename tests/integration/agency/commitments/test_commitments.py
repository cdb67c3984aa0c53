"""What points are bound by: letters of responsibility, and the texts that everybody may read."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.errors import Denied, Invalid, NotFound, Refused
from services.common.periods import last_days_start
from tests.integration.agency.house import LONG_AGO, House
from tests.integration.agency.records import account, cadre, pages, refused, sweep_at
from tests.unit.watch.reports.builders import local

Commitment = pb.Commitment


def letter(house: House, slug: str = "village", **facts: Any) -> pb.SignResponsibilityLetterRequest:
    given = {
        "signer": account(house, "agent"),
        "leader": cadre(house, "deputy-mayor"),
        "sign_date": "2026-08-28",
        "first_day": "2026-09-01",
        "last_day": "2027-08-31",
        **facts,
    }
    return pb.SignResponsibilityLetterRequest(parent=f"tenants/{house.town}", point=house.point(slug), **given)


def text(house: House, slug: str = "village", words: str = "随到随办。", **facts: Any) -> pb.PublishCommitmentRequest:
    given = {"kind": Commitment.KIND_SERVICE, "first_day": "2026-09-01", **facts}
    point = house.point(slug) if slug else ""
    return pb.PublishCommitmentRequest(parent=f"tenants/{house.town}", point=point, text=words, **given)


async def published(house: House, **wanted: Any) -> list[tuple[str, int]]:
    """What a citizen finds: text and version."""
    request = pb.ListCommitmentsRequest(parent=f"tenants/{house.town}", **wanted)
    return [(each.text, each.version) for each in await pages(house, "citizen", request)]


async def test_a_letter_is_signed_by_an_officer_of_the_point_with_a_leader_of_the_town(staff: House) -> None:
    signed = (await staff("clerk", letter(staff))).responsibility_letter

    assert signed.in_force
    assert (signed.signer, signed.leader) == (account(staff, "agent"), cadre(staff, "deputy-mayor"))
    [event] = await staff.events(pb.ResponsibilityLetterSigned)
    assert (event.unit, event.first_day, event.last_day) == (staff.unit("village"), "2026-09-01", "2027-08-31")


async def test_its_end_is_announced_thirty_days_before_and_once(staff: House) -> None:
    await staff("clerk", letter(staff))
    announced = last_days_start(date(2027, 8, 31), 30)

    await sweep_at(staff, announced - timedelta(seconds=1))
    assert await staff.events(pb.ResponsibilityLetterEnding) == []
    for _ in range(2):
        await sweep_at(staff, announced)

    [event] = await staff.events(pb.ResponsibilityLetterEnding)
    assert event.last_day == "2027-08-31"


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [("2026-09-01", "2026-12-31"), ("2027-08-31", "2028-08-30"), ("2026-01-01", "2026-09-01")],
)
async def test_on_each_day_one_letter_of_a_point_is_in_force(staff: House, first_day: str, last_day: str) -> None:
    await staff("clerk", letter(staff))

    async with refused(staff, Refused, "LETTER_IN_FORCE"):
        await staff("party", letter(staff, first_day=first_day, last_day=last_day))

    await staff("party", letter(staff, first_day="2027-09-01", last_day="2028-08-31"))


async def test_who_is_followed_by_another_ends_the_letter_and_its_announcement(staff: House) -> None:
    first = (await staff("clerk", letter(staff))).responsibility_letter
    async with refused(staff, Refused, "LETTER_IN_FORCE"):
        await staff("clerk", letter(staff, first_day="2026-09-02"))

    ended = (await staff("clerk", pb.EndResponsibilityLetterRequest(name=first.name))).responsibility_letter
    await staff("clerk", letter(staff, first_day="2026-09-02", last_day="2026-12-31"))

    assert (ended.last_day, ended.ended_early) == ("2026-09-01", True)
    await sweep_at(staff, local(2027, 9, 1))
    assert [event.last_day for event in await staff.events(pb.ResponsibilityLetterEnding)] == ["2026-12-31"]
    async with refused(staff, Refused, "NOT_IN_FORCE"):
        await staff("clerk", pb.EndResponsibilityLetterRequest(name=first.name))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"sign_date": "2026-09-02"}, "sign_date"),
        ({"last_day": "2026-08-31"}, "last_day"),
        ({"last_day": "2027-09-02"}, "last_day"),
        ({"first_day": "2026-02-30"}, "first_day"),
    ],
)
async def test_days_that_cannot_be_are_refused(staff: House, facts: dict[str, str], field: str) -> None:
    async with refused(staff, Invalid, field):
        await staff("clerk", letter(staff, **facts))


async def test_who_signs_works_at_the_point_and_leads_the_town(staff: House) -> None:
    async with refused(staff, Refused, "NOT_ITS_OFFICER"):
        await staff("clerk", letter(staff, signer=account(staff, "neighbour")))
    async with refused(staff, Refused, "NOT_A_LEADER"):
        await staff("clerk", letter(staff, leader=cadre(staff, "accountant")))
    async with refused(staff, NotFound, "NO_CADRE"):
        await staff("clerk", letter(staff, leader=cadre(staff, "nobody")))
    async with refused(staff, Denied, "NOT_OWN_TENANT"):
        await staff("commission", letter(staff))


async def test_people_of_a_point_see_its_letters_and_no_others(staff: House) -> None:
    name = (await staff("clerk", letter(staff))).responsibility_letter.name
    await staff("clerk", letter(staff, "community", signer=account(staff, "neighbour")))
    request = pb.ListResponsibilityLettersRequest(parent=f"tenants/{staff.town}", in_force=True)

    assert [each.name for each in await pages(staff, "leader", request)] == [name]
    assert len(await pages(staff, "commission", pb.ListResponsibilityLettersRequest(parent=request.parent))) == 2
    with pytest.raises(NotFound):
        await staff("neighbour", pb.GetResponsibilityLetterRequest(name=name))


async def test_everybody_reads_what_a_point_and_its_town_have_published(staff: House) -> None:
    await staff("agent", text(staff))
    await staff("clerk", text(staff, "", "不收一分钱。"))
    await staff("neighbour", text(staff, "community", "上门服务。"))
    await staff("agent", text(staff, words="文明用语。", kind=Commitment.KIND_CONDUCT))

    assert await published(staff, point=staff.point("village")) == [
        ("不收一分钱。", 1),
        ("随到随办。", 1),
        ("文明用语。", 1),
    ]
    assert await published(staff, kind=Commitment.KIND_CONDUCT) == [("文明用语。", 1)]
    assert len(await published(staff)) == 4
    digests = {event.text_digest for event in await staff.events(pb.CommitmentPublished)}
    assert sha256("不收一分钱。".encode()).digest() in digests


async def test_a_new_version_holds_from_its_first_day_and_the_old_one_until_then(staff: House) -> None:
    await staff("agent", text(staff))
    await staff("agent", text(staff, words="当日办结。", first_day="2026-09-10"))

    assert await published(staff) == [("随到随办。", 1)]
    staff.clock.set(local(2026, 9, 10))
    assert await published(staff) == [("当日办结。", 2)]
    assert await published(staff, show_all=True) == [("随到随办。", 1), ("当日办结。", 2)]


async def test_a_version_begins_neither_in_the_past_nor_before_the_last_one(staff: House) -> None:
    await staff("agent", text(staff, first_day="2026-09-10"))

    for day in ("2026-08-31", "2026-09-10"):
        async with refused(staff, Invalid, "first_day"):
            await staff("agent", text(staff, first_day=day))

    assert await published(staff, show_all=True) == [("随到随办。", 1)]


async def test_people_of_a_point_publish_for_no_other_and_not_for_the_town(staff: House) -> None:
    for slug in ("community", ""):
        async with refused(staff, Denied, "NOT_OWN_POINT"):
            await staff("agent", text(staff, slug))
    async with refused(staff, Denied, "NOT_OWN_TENANT"):
        await staff("commission", text(staff, ""))
    async with refused(staff, NotFound, "NO_POINT"):
        await staff("clerk", text(staff, "finance"))
    async with refused(staff, Invalid, "text"):
        await staff("agent", text(staff, words=" "))


async def test_the_letters_of_a_point_end_with_it_and_their_end_is_not_announced(staff: House) -> None:
    await staff("clerk", letter(staff))
    await staff("clerk", letter(staff, first_day="2027-09-01", last_day="2028-08-31"))
    village = staff.unit_message("village", revision=2, retire_time=LONG_AGO)

    await staff.hear_in(staff.town, gateway.UnitRetired(unit=village))
    await sweep_at(staff, last_days_start(date(2028, 8, 31), 30))

    ended = await staff.events(pb.ResponsibilityLetterEnded)
    assert sorted(event.last_day for event in ended) == ["2026-09-01", "2027-08-31"]
    assert await staff.events(pb.ResponsibilityLetterEnding) == []
