"""What everybody can read of the items: lists in every order, and the guide."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Invalid, NotFound, Refused
from tests.integration.agency.house import House
from tests.integration.agency.items.catalogue import (
    COUNTY,
    TOWN,
    Content,
    listed,
    named,
    publish,
    publish_all,
    terms,
)


async def guide(house: House, code: str, tenant: str = "") -> pb.ItemGuide:
    answer = await house("citizen", pb.GetItemGuideRequest(name=named(house, code, tenant)))
    found: pb.ItemGuide = answer.guide
    return found


async def test_the_guide_says_in_words_what_a_person_has_to_know(hall: House) -> None:
    await publish(hall, "SH-01")
    await hall("party", terms(hall, "SH-01", village=1))

    found = await guide(hall, "SH-01")

    assert (found.title, found.category, found.handling) == ("最低生活保障补助申报", "社会生活", "联办")
    assert list(found.steps) == [
        "村（社区）代理室：1 个工作日",
        "镇（街道）便民服务中心：5 个工作日",
        "同时办理（县民政局窗口：10 个工作日；县财政局窗口：10 个工作日）",
    ]
    assert (found.duration, found.total_days, found.fee) == ("16 个工作日", 16, "不收费")
    assert "最低生活保障申请书（必须）" in found.materials
    assert "社会救助金发放账户（必须，可容缺后补）" in found.materials
    assert "残疾证或疾病诊断证明（如有请提供）" in found.materials
    assert "社会救助暂行办法" in found.legal_basis
    assert found.applicants
    assert found.conditions


async def test_the_guide_of_the_county_has_the_countys_promises(hall: House) -> None:
    await publish(hall, "ZW-01")
    await hall("party", terms(hall, "ZW-01", town=1))

    found = await guide(hall, "ZW-01", hall.county)

    assert found.steps[1:] == ["镇（街道）便民服务中心：3 个工作日", "县市场监督管理局窗口：5 个工作日"]


async def test_what_is_done_at_once_takes_no_days_in_the_guide(hall: House) -> None:
    await publish(hall, "QT-01")

    found = await guide(hall, "QT-01")

    assert (list(found.steps), found.duration, found.total_days) == (["村（社区）代理室：当场办结"], "当场办结", 0)


async def test_nobody_is_guided_to_what_is_unknown_or_retired(hall: House) -> None:
    with pytest.raises(NotFound):
        await guide(hall, "SH-01")
    await publish(hall, "SH-01")
    await hall("operator", pb.RetireItemRequest(name=named(hall, "SH-01", hall.county)))

    with pytest.raises(Refused) as refusal:
        await guide(hall, "SH-01")

    assert refusal.value.reason == "ITEM_RETIRED"


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({"category": Content.CATEGORY_SOCIAL}, ["SH-01", "SH-02", "SH-03", "SH-04"]),
        ({"handling": Content.HANDLING_AT_ONCE}, ["JJ-01", "QT-01"]),
        ({"handling": Content.HANDLING_JOINT, "category": Content.CATEGORY_ECONOMY}, ["JJ-03"]),
        ({"tier": TOWN, "category": Content.CATEGORY_ECONOMY}, ["JJ-02", "JJ-03", "JJ-04"]),
        ({"tier": COUNTY, "category": Content.CATEGORY_SOCIAL}, ["SH-01", "SH-02", "SH-03"]),
        ({"order_by": "days", "category": Content.CATEGORY_SOCIAL}, ["SH-04", "SH-03", "SH-01", "SH-02"]),
        ({"order_by": "days desc", "category": Content.CATEGORY_SOCIAL}, ["SH-02", "SH-01", "SH-03", "SH-04"]),
    ],
)
async def test_items_are_listed_by_category_handling_and_tier_in_the_order_that_is_asked_for(
    hall: House, wanted: dict[str, Any], codes: list[str]
) -> None:
    await publish_all(hall)

    assert await listed(hall, **wanted) == codes


async def test_the_days_of_the_order_are_those_of_the_town(hall: House) -> None:
    await publish_all(hall)
    await hall("party", terms(hall, "SH-02", village=1, town=1))

    order: dict[str, Any] = {"order_by": "days", "category": Content.CATEGORY_SOCIAL}
    assert await listed(hall, **order) == ["SH-04", "SH-02", "SH-03", "SH-01"]
    assert await listed(hall, hall.county, **order) == ["SH-04", "SH-03", "SH-01", "SH-02"]


@pytest.mark.parametrize("order_by", ["", "code", "code desc", "days", "days desc"])
async def test_items_are_listed_page_by_page_without_one_missing_or_twice(hall: House, order_by: str) -> None:
    await publish_all(hall)
    whole = await listed(hall, order_by=order_by)

    found: list[str] = []
    token = ""
    while True:
        request = pb.ListItemsRequest(parent=f"tenants/{hall.town}", page_size=4, page_token=token, order_by=order_by)
        page = await hall("citizen", request)
        assert len(page.items) <= 4
        found += [item.name.rpartition("/")[2] for item in page.items]
        if not (token := page.next_page_token):
            break

    assert found == whole
    assert len(set(found)) == 15
    assert (whole == sorted(whole)) is (order_by in ("", "code"))


async def test_a_page_token_of_another_query_is_refused(hall: House) -> None:
    await publish_all(hall)
    first = await hall("citizen", pb.ListItemsRequest(parent=f"tenants/{hall.town}", page_size=1))

    with pytest.raises(Invalid):
        await listed(hall, page_size=1, page_token=first.next_page_token, order_by="days")
    with pytest.raises(Invalid):
        await listed(hall, order_by="title")
