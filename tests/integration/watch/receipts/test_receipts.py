"""The reporter's side: a code opens one report, wrong ones tell nothing, and nobody is locked out by others."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.protobuf.message import Message
from minshao.watch import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.access import Claims, Grant, Role
from services.common.database import Database
from services.common.errors import DomainError, Invalid, NotFound, Refused, TooMany
from services.common.instants import stamp
from tests.integration.watch.house import House
from tests.integration.watch.receipts.turnstile import turnstile
from tests.integration.watch.reports.steps import NOBODY, answered, closed, filed, history, shown, told
from tests.luonan_town import NEVER, a_town
from tests.unit.watch.reports.builders import local

UNKNOWN = "0123456789012345"


def from_client(house: House, client: str) -> str:
    """A citizen at an address of their own."""
    house.town.claims[client] = Claims("citizen", (Grant(Role.CITIZEN, ""),), NEVER, client=client)
    return client


async def look_up(house: House, code: str, client: str = "citizen") -> pb.ReceiptView:
    view: pb.ReceiptView = (await house(client, pb.LookUpReceiptRequest(parent=house.town.name, code=code))).view
    return view


async def outcome(house: House, code: str, client: str) -> str:
    try:
        await look_up(house, code, from_client(house, client))
    except DomainError as error:
        return type(error).__name__
    return "opened"


async def an_expired_code(house: House) -> str:
    response = await told(house)
    await closed(house, response.report.name)
    await house.sweep_at(local(2027, 9, 1, 0))
    return response.receipt_code


async def test_wrong_expired_and_foreign_codes_are_refused_in_the_same_words(
    house: House, watch_database: ServiceDatabase, tenant: str
) -> None:
    expired = await an_expired_code(house)
    elsewhere = House(
        await a_town(house.town.database, f"{tenant[:6]}{(int(tenant[6:]) + 1) % 1000:03}", local(2026, 9, 1)),
        house.listing,
    )
    foreign = (await told(elsewhere)).receipt_code
    refusals = []

    for code in (UNKNOWN, expired, foreign):
        with pytest.raises(NotFound) as refusal:
            await look_up(house, code)
        error = refusal.value
        refusals.append((str(error), error.reason, error.message, error.metadata, error.violations))

    assert refusals[0] == refusals[1] == refusals[2]
    assert (await look_up(elsewhere, foreign)).state == pb.Report.STATE_REGISTERED


async def test_wrong_and_expired_codes_take_the_same_way_to_the_database(
    house: House, watch_database: ServiceDatabase
) -> None:
    expired, living = await an_expired_code(house), (await told(house)).receipt_code
    own = house.database
    async with turnstile(watch_database.app) as gate:
        house.database = Database(gate.url, pool_size=1)
        for code in (UNKNOWN, living):
            await outcome(house, code, "warm-up")  # statements are prepared once per connection
        trips = []
        for code in (UNKNOWN, expired, "9" * 16, expired):
            before = gate.trips
            assert await outcome(house, code, "somebody") == "NotFound"
            trips.append(gate.trips - before)
        await house.database.close()
    house.database = own

    assert len(set(trips)) == 1, trips
    assert trips[0] > 2


async def test_failed_tries_of_a_client_are_counted_exactly_however_parallel(house: House) -> None:
    code = (await told(house)).receipt_code

    tries = [outcome(house, f"{number:016d}", "guesser") for number in range(24)]
    outcomes = Counter(await asyncio.gather(*tries))

    assert outcomes == {"NotFound": 10, "TooMany": 14}
    assert await outcome(house, code, "guesser") == "TooMany"
    assert await outcome(house, code, "neighbour") == "opened"


async def test_a_code_that_opens_uses_up_no_tries_and_a_window_ends(house: House) -> None:
    code = (await told(house)).receipt_code

    often = {await outcome(house, code, "reader") for _ in range(15)}
    for number in range(10):
        await outcome(house, f"{number:016d}", "reader")
    with pytest.raises(TooMany) as refusal:
        await look_up(house, code, "reader")
    assert refusal.value.retry_after is not None
    house.town.clock.set(house.town.clock.now() + refusal.value.retry_after)

    assert often == {"opened"}
    assert await outcome(house, code, "reader") == "opened"


async def test_one_wrong_code_is_tried_ten_times_by_whoever_it_is(house: House) -> None:
    tries = [outcome(house, UNKNOWN, f"client-{number}") for number in range(14)]

    outcomes = Counter(await asyncio.gather(*tries))

    assert outcomes == {"NotFound": 10, "TooMany": 4}
    assert await outcome(house, "9" * 16, "client-0") == "NotFound"


async def test_guessing_at_other_codes_locks_no_reporter_out(house: House) -> None:
    code = (await told(house)).receipt_code

    await asyncio.gather(*(outcome(house, f"{number:016d}", f"bot-{number % 5}") for number in range(60)))

    assert await outcome(house, code, "reporter") == "opened"


@pytest.mark.parametrize(
    "typed", ["123456789012345a", "12345678901234", "1" * 17, "", "' or 1=1 --", "１２３４ ５６７８ ９０１２ ３４５６"]
)
async def test_what_is_no_code_is_told_by_its_field_and_counts_as_no_try(house: House, typed: str) -> None:
    for _ in range(12):
        with pytest.raises(Invalid) as refusal:
            await look_up(house, typed, from_client(house, "reporter"))

    assert refusal.value.violations[0].field == "code"
    assert typed not in str(refusal.value) or not typed
    assert await outcome(house, UNKNOWN, "reporter") == "NotFound"


async def test_a_code_may_be_typed_in_groups(house: House) -> None:
    response = await told(house)
    code = response.receipt_code

    for typed in (" ".join((code[:4], code[4:8], code[8:12], code[12:])), "-".join((code[:8], code[8:]))):
        assert (await look_up(house, typed)).number == response.report.number


async def test_messages_go_both_ways_and_name_nobody(house: House) -> None:
    response = await told(house)
    name, code = response.report.name, response.receipt_code
    await house("village-secretary", pb.PostMessageRequest(name=name, text="请补充时间地点。"))
    house.town.clock.set(house.town.clock.now() + timedelta(hours=1))
    reply = pb.PostReceiptMessageRequest(parent=house.town.name, code=code, text="上月五日，在村部。")

    view = (await house("citizen", reply)).view
    messages = (await house("village-secretary", pb.ListMessagesRequest(name=name))).messages

    told_by = [(message.author, message.text) for message in view.messages]
    assert told_by == [
        (pb.Message.AUTHOR_ORGAN, "请补充时间地点。"),
        (pb.Message.AUTHOR_REPORTER, "上月五日，在村部。"),
    ]
    assert [(message.author, message.text) for message in messages] == told_by
    assert "secretary" not in str(view)


async def test_the_reporter_sees_the_answer_and_the_organ_and_not_the_officer(house: House) -> None:
    response = await told(house, NOBODY)
    await answered(house, response.report.name, "discipline-1", text="经查，情况属实。")

    view = await look_up(house, response.receipt_code)

    assert (view.state, view.organ_title, view.answer.text) == (pb.Report.STATE_ANSWERED, "镇纪委", "经查，情况属实。")
    assert (view.answer.answerer, "discipline-1" in str(view)) == ("", False)
    assert (view.may_contest, view.contest_before_time) == (True, stamp(local(2026, 9, 17, 0)))


async def contested(house: House, code: str) -> pb.ReceiptView:
    request = pb.ContestAnswerRequest(parent=house.town.name, code=code, reason="没有找我核实")
    view: pb.ReceiptView = (await house("citizen", request)).view
    return view


async def test_an_answer_can_be_contested_through_the_fifteenth_day(house: House) -> None:
    response = await told(house)
    await answered(house, response.report.name)
    house.town.clock.set(local(2026, 9, 16, 23, 59))

    view = await contested(house, response.receipt_code)

    assert (view.state, view.HasField("answer"), view.organ_title) == (pb.Report.STATE_REGISTERED, False, "镇纪委")
    report = await shown(house, response.report.name)
    assert (report.reopened, report.last_day) == (True, "2026-09-23")


@pytest.mark.parametrize("instant", [local(2026, 9, 17, 0), local(2027, 1, 1)])
async def test_after_that_it_stands_also_where_nobody_has_closed_it_yet(house: House, instant: datetime) -> None:
    response = await told(house)
    await answered(house, response.report.name)
    house.town.clock.set(instant)
    before = await history(house, response.report.name)

    view = await look_up(house, response.receipt_code)
    with pytest.raises(Refused, match="CONTEST_PERIOD_OVER"):
        await contested(house, response.receipt_code)

    assert not view.may_contest
    assert await history(house, response.report.name) == before


async def test_a_second_answer_cannot_be_contested_again(house: House) -> None:
    response = await told(house)
    name, code = response.report.name, response.receipt_code
    await answered(house, name)
    await contested(house, code)
    house.town.clock.set(local(2026, 9, 3))
    await answered(house, name, "discipline-1", text="再次调查，情况属实。")
    before = await history(house, name)

    view = await look_up(house, code)
    with pytest.raises(Refused, match="REOPENED_BEFORE"):
        await contested(house, code)

    assert (view.may_contest, view.answer.text) == (False, "再次调查，情况属实。")
    assert await history(house, name) == before


async def test_who_accepts_the_answer_closes_the_report_and_can_still_read_it(house: House) -> None:
    response = await told(house)
    by_code: dict[str, Any] = {"parent": house.town.name, "code": response.receipt_code}
    await answered(house, response.report.name)

    accepted = (await house("citizen", pb.AcceptAnswerRequest(**by_code))).view

    assert (accepted.state, accepted.answer.text) == (pb.Report.STATE_CLOSED, "已办。")
    assert (await shown(house, response.report.name)).satisfaction == pb.Report.SATISFACTION_SATISFIED
    too_late: list[Message] = [
        pb.AcceptAnswerRequest(**by_code),
        pb.ContestAnswerRequest(**by_code, reason="没有调查"),
        pb.PostReceiptMessageRequest(**by_code, text="谢谢"),
    ]
    before = await history(house, response.report.name)
    for request in too_late:
        with pytest.raises(DomainError):
            await house("citizen", request)
    assert await history(house, response.report.name) == before


async def test_an_answer_cannot_be_accepted_before_there_is_one(house: House) -> None:
    response = await told(house)

    with pytest.raises(DomainError, match="ILLEGAL_MOVE"):
        await house("citizen", pb.AcceptAnswerRequest(parent=house.town.name, code=response.receipt_code))

    assert await history(house, response.report.name) == ["registered"]


async def test_each_report_has_a_code_of_its_own(house: House) -> None:
    responses = [await told(house) for _ in range(3)]

    opened = [(await look_up(house, response.receipt_code)).number for response in responses]

    assert opened == [response.report.number for response in responses]
    assert await filed(house) not in [response.report.name for response in responses]
