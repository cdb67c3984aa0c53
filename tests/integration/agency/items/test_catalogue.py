"""The county's catalogue of service items: what may be published, and that it stays as it was published."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.agency.items.store import ITEM_VERSIONS
from services.common.errors import AlreadyExists, Denied, Invalid, NotFound, Refused
from tests.integration.agency.house import House
from tests.integration.agency.items.catalogue import (
    COUNTY,
    TOWN,
    VILLAGE,
    Content,
    days_of,
    listed,
    named,
    publication,
    publish,
    publish_all,
    shown,
    step,
    with_days,
    wrong,
)

ALL = [
    f"{kind}-{number:02}"
    for kind, count in (("DW", 1), ("JJ", 4), ("QT", 1), ("SH", 4), ("ZW", 5))
    for number in range(1, count + 1)
]


async def test_the_fifteen_items_are_published_and_every_town_of_the_county_offers_them(hall: House) -> None:
    await publish_all(hall)

    assert await listed(hall) == await listed(hall, hall.county) == ALL
    allowance = await shown(hall, "SH-01")
    assert (allowance.name, allowance.version, allowance.total_days) == (named(hall, "SH-01"), 1, 2 + 5 + 10)
    assert (allowance.content.title, days_of(allowance)) == ("最低生活保障补助申报", [2, 5, 10])
    assert [part.department.rpartition(".")[2] for part in allowance.content.route[2].parts] == [
        "civil-affairs",
        "finance",
    ]
    assert allowance.content == (await shown(hall, "SH-01", hall.county)).content
    assert not allowance.HasField("terms")


async def test_what_is_published_is_told_once_with_codes_and_numbers(hall: House) -> None:
    await publish(hall, "SH-01")

    [event] = await hall.events(pb.ItemPublished, hall.county)
    assert event.item == named(hall, "SH-01", hall.county)
    assert (event.version, event.total_days) == (1, 17)
    assert (event.category, event.handling) == (Content.CATEGORY_SOCIAL, Content.HANDLING_JOINT)


@pytest.mark.parametrize(("number", "days", "limit"), [(0, 3, 2), (1, 6, 5), (2, 11, 10), (2, 10_000, 10), (1, -1, 5)])
async def test_a_promise_over_the_limit_of_its_tier_is_refused_with_the_limit(
    hall: House, number: int, days: int, limit: int
) -> None:
    found = await wrong(hall, "operator", with_days(publication(hall, "SH-02"), number, days))

    [(field, (reason, words))] = found.items()
    assert (field, reason) == (f"content.route[{number}].parts[0].days", "OVER_LIMIT")
    assert f"不得超过 {limit} 个工作日" in words
    await nothing_was_published(hall, "SH-02")


@pytest.mark.parametrize(
    ("code", "days", "reason"),
    [("SH-04", 0, "NOT_AT_ONCE"), ("QT-01", 1, "AT_ONCE_DAYS"), ("QT-01", -1, "AT_ONCE_DAYS")],
)
async def test_only_what_is_done_at_once_promises_no_days(hall: House, code: str, days: int, reason: str) -> None:
    found = await wrong(hall, "operator", with_days(publication(hall, code), 0, days))

    assert {field: each[0] for field, each in found.items()} == {"content.route[0].parts[0].days": reason}
    await nothing_was_published(hall, code)


@pytest.mark.parametrize("slug", ["nowhere", "discipline"])
async def test_a_route_through_a_department_that_is_unknown_or_has_no_window_is_refused(hall: House, slug: str) -> None:
    desk = f"tenants/{hall.county}/units/{hall.county}.{slug}"
    route = [step(VILLAGE, ("", 2)), step(COUNTY, (desk, 5))]

    found = await wrong(hall, "operator", publication(hall, "SH-02", route=route))

    assert {field: each[0] for field, each in found.items()} == {
        "content.route[1].parts[0].department": "UNKNOWN_DEPARTMENT"
    }
    await nothing_was_published(hall, "SH-02")


async def test_a_department_that_was_retired_takes_part_in_no_new_version(hall: House) -> None:
    retired = hall.unit_message("civil-affairs", hall.county, revision=3)
    retired.retire_time.seconds = 1
    await hall.hear_in(hall.county, gateway.UnitRetired(unit=retired))

    found = await wrong(hall, "operator", publication(hall, "SH-02"))

    assert [each[0] for each in found.values()] == ["UNKNOWN_DEPARTMENT"]


async def test_a_department_of_another_county_takes_part_in_no_route(hall: House) -> None:
    route = [step(VILLAGE, ("", 2)), step(COUNTY, ("tenants/110000/units/110000.civil-affairs", 5))]

    found = await wrong(hall, "operator", publication(hall, "SH-02", route=route))

    assert list(found) == ["content.route[1].parts[0].department"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "content.title"),
        ({"conditions": " \n"}, "content.conditions"),
        ({"legal_basis": ""}, "content.legal_basis"),
        ({"category": 0}, "content.category"),
        ({"handling": 9}, "content.handling"),
        ({"route": []}, "content.route"),
        ({"route": [step(TOWN, ("", 5)), step(VILLAGE, ("", 2))]}, "content.route[1]"),
        (
            {"materials": [Content.Material(name="身份证"), Content.Material(name="身份证 ")]},
            "content.materials[1].name",
        ),
        ({"materials": [Content.Material(name="照片", may_follow=True)]}, "content.materials[0].may_follow"),
    ],
)
async def test_what_is_wrong_with_an_item_is_named_by_its_field(
    hall: House, changed: dict[str, Any], field: str
) -> None:
    assert field in await wrong(hall, "operator", publication(hall, "SH-04", **changed))
    await nothing_was_published(hall, "SH-04")


async def test_an_item_is_called_by_a_code_and_by_no_other_name(hall: House) -> None:
    for code in ("sh-01", "SH01", "SH-1", "SH-0001", "最低-01"):
        request = publication(hall, "SH-01")
        request.name = named(hall, code, hall.county)
        with pytest.raises(Invalid):
            await hall("operator", request)


async def test_a_county_that_nobody_has_heard_of_has_no_catalogue(hall: House) -> None:
    elsewhere = publication(hall, "QT-01")
    elsewhere.name = "tenants/999999/items/QT-01"

    with pytest.raises(NotFound):
        await hall("operator", elsewhere)
    with pytest.raises(NotFound):
        await listed(hall, "999999999")


async def test_the_same_content_again_is_no_new_version(hall: House) -> None:
    first = await publish(hall, "SH-01")

    assert await publish(hall, "SH-01") == first
    assert len(await hall.events(pb.ItemPublished, hall.county)) == 1


async def test_another_content_is_the_next_version_and_the_one_before_stays_as_it_was(hall: House) -> None:
    first = await publish(hall, "SH-02")
    hall.clock.set(hall.clock.now().replace(day=9))

    second = (await hall("operator", with_days(publication(hall, "SH-02"), 2, 7))).item

    assert (second.version, days_of(second)) == (2, [2, 5, 7])
    assert second.publish_time.seconds > first.publish_time.seconds
    assert (await shown(hall, "SH-02", hall.county)) == second
    assert (await shown(hall, "SH-02", hall.county, version=1)) == first
    assert days_of(await shown(hall, "SH-02", version=1)) == [2, 5, 10]
    assert [event.version for event in await hall.events(pb.ItemPublished, hall.county)] == [1, 2]
    with pytest.raises(NotFound):
        await shown(hall, "SH-02", version=3)


@pytest.mark.parametrize("way", ["edit", "removal"])
async def test_a_published_version_cannot_be_touched_by_the_service_itself(hall: House, way: str) -> None:
    await publish(hall, "SH-02")
    here = ITEM_VERSIONS.c.tenant == hall.county
    touch = (
        sa.update(ITEM_VERSIONS).where(here).values(content=b"")
        if way == "edit"
        else sa.delete(ITEM_VERSIONS).where(here)
    )

    with pytest.raises(sa.exc.ProgrammingError) as refusal:
        async with hall.database.transaction(hall.county) as tx:
            await tx.execute(touch)

    assert refusal.value.orig is not None
    assert isinstance(refusal.value.orig.__cause__, asyncpg.InsufficientPrivilegeError)
    assert days_of(await shown(hall, "SH-02")) == [2, 5, 10]


async def test_a_publication_that_is_repeated_is_answered_as_the_first_time(hall: House) -> None:
    request = with_days(publication(hall, "SH-02"), 2, 8)
    request.request_id = str(uuid4())
    first = await hall("operator", request)
    await publish(hall, "SH-02")

    # Without the id this would be a third version: the catalogue has moved on since.
    assert await hall("operator", request) == first
    assert (await shown(hall, "SH-02")).version == 2
    with pytest.raises(AlreadyExists):
        await hall("operator", with_days(request, 2, 6))


async def test_of_two_who_publish_different_versions_at_once_each_gets_their_own_number(hall: House) -> None:
    await publish(hall, "SH-02")

    answers = await asyncio.gather(
        *(hall("operator", with_days(publication(hall, "SH-02"), 2, days)) for days in (6, 7, 8, 9))
    )

    assert sorted(answer.item.version for answer in answers) == [2, 3, 4, 5]
    for answer in answers:
        assert await shown(hall, "SH-02", hall.county, version=answer.item.version) == answer.item


async def test_a_retired_item_is_offered_no_more_and_can_still_be_read(hall: House) -> None:
    await publish(hall, "SH-01")
    await publish(hall, "SH-02")

    retired = (await hall("operator", pb.RetireItemRequest(name=named(hall, "SH-02", hall.county)))).item

    assert retired.retired
    assert await listed(hall) == ["SH-01"]
    assert await listed(hall, show_retired=True) == ["SH-01", "SH-02"]
    assert (await shown(hall, "SH-02")).retired
    [event] = await hall.events(pb.ItemRetired, hall.county)
    assert (event.item, event.version) == (named(hall, "SH-02", hall.county), 1)


async def test_retiring_again_changes_nothing_and_nothing_is_published_of_it_any_more(hall: House) -> None:
    await publish(hall, "SH-02")
    retire = pb.RetireItemRequest(name=named(hall, "SH-02", hall.county))

    assert await hall("operator", retire) == await hall("operator", retire)

    assert len(await hall.events(pb.ItemRetired, hall.county)) == 1
    with pytest.raises(Refused) as refusal:
        await publish(hall, "SH-02")
    assert refusal.value.reason == "ITEM_RETIRED"
    with pytest.raises(NotFound):
        await hall("operator", pb.RetireItemRequest(name=named(hall, "SH-03", hall.county)))


async def test_nobody_but_the_operator_writes_the_countys_catalogue(hall: House) -> None:
    for login in ("citizen", "party"):
        with pytest.raises(Denied):
            await hall(login, publication(hall, "SH-01"))
    await nothing_was_published(hall, "SH-01")


async def nothing_was_published(hall: House, code: str) -> None:
    assert await hall.events(pb.ItemPublished, hall.county) == []
    with pytest.raises(NotFound):
        await shown(hall, code, hall.county)
