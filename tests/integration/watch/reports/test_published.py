"""Opinions whose answers are published, and who can read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from minshao.watch import v1 as pb

from services.common.errors import Invalid, Refused
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import answered, filed
from tests.luonan_town import CITIZEN, a_town
from tests.unit.watch.reports.builders import local

OPINION: dict[str, Any] = {"kind": pb.Report.KIND_OPINION, "matter": 0, "text": "希望窗口中午有人值班。"}


async def published(house: House, title: str = "窗口中午值班") -> str:
    """An answered opinion about a village, whose answer everybody may read; the name of its report."""
    name = await filed(house, "", **OPINION)
    await answered(house, name)
    await house("village-secretary", pb.PublishAnswerRequest(name=name, title=title, answer="中午已安排轮流值班。"))
    return name


async def listed(house: House, **wanted: object) -> pb.ListPublishedAnswersResponse:
    house.town.claims.setdefault("citizen", CITIZEN)
    request = pb.ListPublishedAnswersRequest(parent=house.town.name, **wanted)  # type: ignore[arg-type]
    answer: pb.ListPublishedAnswersResponse = await house("citizen", request)
    return answer


async def test_everybody_reads_a_published_answer_and_nothing_of_who_asked(house: House) -> None:
    await published(house)

    [shown] = (await listed(house)).answers

    assert (shown.number, shown.title, shown.answer) == ("景村监〔2026〕1号", "窗口中午值班", "中午已安排轮流值班。")
    assert shown.unit == house.town.unit_name("village")
    assert OPINION["text"] not in str(shown)


async def test_what_is_not_published_is_in_no_public_list(house: House) -> None:
    name = await filed(house, "", **OPINION)
    await answered(house, name)

    assert not (await listed(house)).answers


async def test_the_answer_to_an_accusation_is_never_published(house: House) -> None:
    name = await filed(house)
    await answered(house, name)
    before = await house.ledger_size()

    with pytest.raises(Refused, match="NOT_AN_OPINION"):
        await house("village-secretary", pb.PublishAnswerRequest(name=name, title="查处情况", answer="已处理。"))

    assert not (await listed(house)).answers
    assert await house.ledger_size() == before


async def test_an_answer_is_published_only_once_there_is_one(house: House) -> None:
    name = await filed(house, "", **OPINION)

    with pytest.raises(Refused, match="NOT_ANSWERED"):
        await house("village-secretary", pb.PublishAnswerRequest(name=name, title="值班", answer="已安排。"))


async def test_a_town_publishes_nothing_of_another(house: House, tenant: str) -> None:
    await published(house)
    neighbour = f"{tenant[:6]}{(int(tenant[6:]) + 1) % 1000:03}"
    elsewhere = House(await a_town(house.town.database, neighbour, local(2026, 9, 1)), house.listing)

    assert not (await listed(elsewhere)).answers


async def test_the_newest_comes_first_page_by_page_and_a_unit_has_its_own(house: House) -> None:
    titles = ["第一", "第二", "第三"]
    for title in titles:
        await published(house, title)
        house.town.clock.set(house.town.clock.now() + timedelta(minutes=1))

    first = await listed(house, page_size=2)
    second = await listed(house, page_size=2, page_token=first.next_page_token)

    assert [each.title for each in (*first.answers, *second.answers)] == titles[::-1]
    assert second.next_page_token == ""
    assert not (await listed(house, unit=house.town.unit_name("finance"))).answers
    with pytest.raises(Invalid):
        await listed(house, page_token=first.next_page_token, unit=house.town.unit_name("village"))
