"""Supervision cards: handed out without gaps, returned once, counted; and who may read what of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.errors import Denied, IllegalMove, Invalid, NotFound, Refused, TooMany
from tests.integration.agency.house import LONG_AGO, House
from tests.integration.agency.items.catalogue import publish
from tests.integration.agency.records import account, refused

Card = pb.Card


def hand_out(house: House, slug: str = "village", **facts: Any) -> pb.HandOutCardRequest:
    return pb.HandOutCardRequest(parent=f"tenants/{house.town}", point=house.point(slug), **facts)


def coming_back(house: House, code: str, **facts: Any) -> pb.ReturnCardRequest:
    facts.setdefault("satisfaction", pb.SATISFACTION_DISSATISFIED)
    return pb.ReturnCardRequest(parent=f"tenants/{house.town}", code=code, **facts)


async def shown(house: House, login: str, card: Card) -> Card:
    found: Card = (await house(login, pb.GetCardRequest(name=card.name))).card
    return found


async def listed(house: House, login: str, **wanted: Any) -> list[str]:
    """The numbers of the cards on all pages of two."""
    numbers: list[str] = []
    token = ""
    while True:
        request = pb.ListCardsRequest(parent=f"tenants/{house.town}", page_size=2, page_token=token, **wanted)
        page = await house(login, request)
        numbers += [card.number for card in page.cards]
        if not (token := page.next_page_token):
            return numbers


async def figures(
    house: House, login: str, first: str = "2026-09-01", last: str = "2026-09-30"
) -> dict[str, list[int]]:
    request = pb.GetCardFiguresRequest(parent=f"tenants/{house.town}", first_day=first, last_day=last)
    return {
        each.point.rpartition("/")[2]: [
            each.handed_out,
            each.returned,
            each.satisfied,
            each.fair,
            each.dissatisfied,
        ]
        for each in (await house(login, request)).points
    }


async def test_a_card_is_handed_out_with_a_number_and_a_code_that_is_shown_once(staff: House) -> None:
    answer = await staff("agent", hand_out(staff, holder="张三"))

    assert answer.card.number == "景村镇八一村监督卡〔2026〕1号"
    assert (answer.card.state, answer.card.holder) == (Card.STATE_HANDED_OUT, "张三")
    assert answer.card.hander == account(staff, "agent")
    assert len(answer.return_code) == 16
    [event] = await staff.events(pb.CardHandedOut)
    assert (event.card, event.unit) == (answer.card.name, staff.unit("village"))


async def test_numbers_have_no_gaps_within_point_and_year(staff: House) -> None:
    answers = await asyncio.gather(*(staff("agent", hand_out(staff)) for _ in range(6)))
    elsewhere = await staff("neighbour", hand_out(staff, "community"))

    assert {answer.card.number for answer in answers} == {f"景村镇八一村监督卡〔2026〕{n}号" for n in range(1, 7)}
    assert elsewhere.card.number == "景村镇东街社区监督卡〔2026〕1号"


async def test_a_creation_that_is_repeated_returns_the_first_card_and_its_code(staff: House) -> None:
    request = hand_out(staff, request_id="11111111-2222-4333-8444-555555555555")

    assert await staff("agent", request) == await staff("agent", request)
    assert len(await staff.events(pb.CardHandedOut)) == 1


async def test_the_holder_returns_it_on_line_by_its_code_once(staff: House) -> None:
    handed = await staff("agent", hand_out(staff))

    answer = await staff("citizen", coming_back(staff, handed.return_code, opinion="让我跑了三趟。"))

    assert answer.number == handed.card.number
    [event] = await staff.events(pb.CardReturned)
    assert (event.channel, event.satisfaction) == (Card.CHANNEL_ONLINE, pb.SATISFACTION_DISSATISFIED)
    assert len(event.opinion.mac) == 32
    async with refused(staff, IllegalMove):
        await staff("citizen", coming_back(staff, handed.return_code, satisfaction=pb.SATISFACTION_SATISFIED))
    assert (await shown(staff, "discipline", handed.card)).satisfaction == pb.SATISFACTION_DISSATISFIED


@pytest.mark.parametrize("login", ["discipline", "volunteer"])
async def test_a_card_of_paper_comes_back_through_a_volunteer_of_the_point_or_a_discipline_officer(
    staff: House, login: str
) -> None:
    handed = await staff("agent", hand_out(staff))
    request = pb.RecordReturnedCardRequest(name=handed.card.name, satisfaction=pb.SATISFACTION_SATISFIED)

    card = (await staff(login, request)).card

    assert (card.state, card.channel) == (Card.STATE_RETURNED, Card.CHANNEL_PAPER)
    async with refused(staff, IllegalMove):
        await staff("citizen", coming_back(staff, handed.return_code))


@pytest.mark.parametrize("login", ["agent", "clerk", "commission"])
async def test_who_may_not_read_an_opinion_types_none(staff: House, login: str) -> None:
    handed = await staff("agent", hand_out(staff))

    async with refused(staff, Denied):
        await staff(
            login,
            pb.RecordReturnedCardRequest(name=handed.card.name, satisfaction=pb.SATISFACTION_SATISFIED),
        )


async def test_the_point_knows_the_holder_those_who_supervise_it_the_opinion_and_nobody_both(staff: House) -> None:
    handed = await staff("agent", hand_out(staff, holder="张三"))
    await staff("citizen", coming_back(staff, handed.return_code, opinion="让我跑了三趟。"))

    seen = {
        login: await shown(staff, login, handed.card) for login in ("agent", "volunteer", "discipline", "commission")
    }

    said = pb.SATISFACTION_DISSATISFIED
    assert {login: (card.holder, card.satisfaction, card.opinion) for login, card in seen.items()} == {
        "agent": ("张三", 0, ""),
        "volunteer": ("", said, "让我跑了三趟。"),
        "discipline": ("", said, "让我跑了三趟。"),
        "commission": ("", said, ""),
    }


async def test_a_card_of_another_point_does_not_exist(staff: House) -> None:
    handed = await staff("agent", hand_out(staff))

    for login in ("neighbour", "window"):
        with pytest.raises(NotFound):
            await shown(staff, login, handed.card)
        assert await listed(staff, login) == []


async def test_lists_are_of_a_point_a_state_and_in_pages_the_newest_first(staff: House) -> None:
    codes = []
    for _ in range(3):
        codes.append((await staff("agent", hand_out(staff))).return_code)
        staff.clock.set(staff.clock.now() + timedelta(minutes=1))
    await staff("neighbour", hand_out(staff, "community"))
    await staff("citizen", coming_back(staff, codes[0]))
    village = [f"景村镇八一村监督卡〔2026〕{n}号" for n in (1, 2, 3)]

    assert await listed(staff, "agent") == village[::-1]
    assert await listed(staff, "clerk", point=staff.point("village"), order_by="hand_out_time") == village
    assert await listed(staff, "discipline", state=Card.STATE_RETURNED) == village[:1]
    assert len(await listed(staff, "clerk")) == 4


async def test_figures_count_what_was_handed_out_and_what_came_back_in_the_period(staff: House) -> None:
    codes = [(await staff("agent", hand_out(staff))).return_code for _ in range(3)]
    await staff("neighbour", hand_out(staff, "community"))
    await staff("citizen", coming_back(staff, codes[0], satisfaction=pb.SATISFACTION_SATISFIED))
    staff.clock.set(staff.clock.now() + timedelta(days=30))
    await staff("citizen", coming_back(staff, codes[1]))
    village, community = staff.unit("village"), staff.unit("community")

    assert await figures(staff, "viewer") == {village: [3, 1, 1, 0, 0], community: [1, 0, 0, 0, 0]}
    assert await figures(staff, "leader", "2026-10-01", "2026-10-01") == {village: [0, 1, 0, 0, 1]}
    assert await figures(staff, "leader", "2026-09-02", "2026-09-30") == {}


async def test_a_period_that_ends_before_it_begins_is_refused(staff: House) -> None:
    with pytest.raises(Invalid, match="last_day"):
        await figures(staff, "clerk", "2026-09-30", "2026-09-01")


async def test_it_is_handed_out_in_a_case_of_the_point_only(staff: House) -> None:
    await publish(staff, "QT-01")
    application = pb.CreateCaseRequest(
        parent=f"tenants/{staff.town}",
        point=staff.point("village"),
        item="QT-01",
        applicant=pb.Case.Applicant(name="张三", phone="13809140001"),
    )
    case = (await staff("agent", application)).case

    handed = await staff("agent", hand_out(staff, case=case.name))

    assert handed.card.case == case.name
    async with refused(staff, NotFound, "NO_CASE"):
        await staff("neighbour", hand_out(staff, "community", case=case.name))


async def test_nobody_hands_cards_out_for_another_point(staff: House) -> None:
    async with refused(staff, Denied, "NOT_OWN_POINT"):
        await staff("neighbour", hand_out(staff))
    async with refused(staff, NotFound, "NO_POINT"):
        await staff("clerk", hand_out(staff, "finance"))


async def test_a_retired_point_hands_out_none_and_its_number_is_not_used(staff: House) -> None:
    village = staff.unit_message("village", revision=2, retire_time=LONG_AGO)
    await staff.hear_in(staff.town, gateway.UnitRetired(unit=village))

    async with refused(staff, Refused, "POINT_RETIRED"):
        await staff("agent", hand_out(staff))

    assert await listed(staff, "clerk") == []


async def test_codes_that_are_none_and_ten_wrong_ones_open_nothing(staff: House) -> None:
    async with refused(staff, Invalid, "code"):
        await staff("citizen", coming_back(staff, "12ab"))
    for n in range(10):
        async with refused(staff, NotFound):
            await staff("citizen", coming_back(staff, f"{n:016}"))
    async with refused(staff, TooMany):
        await staff("citizen", coming_back(staff, "9" * 16))


async def test_an_opinion_without_a_level_is_refused(staff: House) -> None:
    handed = await staff("agent", hand_out(staff))

    async with refused(staff, Invalid, "satisfaction"):
        await staff("citizen", coming_back(staff, handed.return_code, satisfaction=0))
