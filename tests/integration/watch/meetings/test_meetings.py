"""The monthly meeting: recorded by the secretary, missed by nobody without notice, a source of reports."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from services.common.errors import AlreadyExists, Denied, Invalid, NotFound, Refused
from services.watch.meetings import store
from services.watch.meetings.use_cases import attach_report
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import CLERK, filed
from tests.unit.watch.reports.builders import local

SECRETARY = "village-secretary"


def a_meeting(house: House, *items: str, slug: str = "village", **facts: Any) -> pb.CreateMeetingRequest:
    fields: dict[str, Any] = {
        "parent": house.town.name,
        "unit": house.town.unit_name(slug),
        "date": "2026-09-01",
        "attendees": ["王磊", "张三"],
        "items": [pb.Meeting.Item(text=text) for text in items],
        **facts,
    }
    return pb.CreateMeetingRequest(**fields)


async def held(house: House, *items: str, slug: str = "village", **facts: Any) -> pb.Meeting:
    secretary = SECRETARY if slug == "village" else "finance-secretary"
    response = await house(secretary, a_meeting(house, *items, slug=slug, **facts))
    meeting: pb.Meeting = response.meeting
    return meeting


async def listed(house: House, login: str = SECRETARY, **query: Any) -> pb.ListMeetingsResponse:
    response: pb.ListMeetingsResponse = await house(login, pb.ListMeetingsRequest(parent=house.town.name, **query))
    return response


async def became(house: House, meeting: pb.Meeting) -> list[str | None]:
    """The ids of the reports that the items became, whoever may see them."""
    async with house.town.database.transaction(house.town.code) as tx:
        kept = await store.load(tx, meeting.name.rpartition("/")[2])
    assert kept is not None
    return [item.report for item in kept.items]


async def raised_by_telephone(house: House, meeting: pb.Meeting, about: str = CLERK, **facts: Any) -> str:
    """The name of the report that the first item became, registered by the secretary."""
    return await filed(
        house, about, by=SECRETARY, channel=pb.Report.CHANNEL_TELEPHONE, meeting=meeting.name, meeting_item=1, **facts
    )


async def items(house: House, login: str, meeting: pb.Meeting) -> list[tuple[str, str]]:
    """What somebody is shown of what was raised, and of what became of it."""
    found: pb.Meeting = (await house(login, pb.GetMeetingRequest(name=meeting.name))).meeting
    assert found in (await listed(house, login)).meetings
    return [(item.text, item.report) for item in found.items]


async def missed(house: House, slug: str = "village") -> list[str]:
    return [event.month for event in await house.events(pb.MeetingMissed) if event.unit == house.town.unit(slug)]


async def attach(house: House, meeting: pb.Meeting, report: str, position: int = 0, slug: str = "village") -> None:
    async with house.town.database.transaction(house.town.code) as tx:
        sealer = house.town.watch.sealer
        key = await sealer.new_key(tx, report)
        await attach_report(tx, sealer, key, meeting.name.rpartition("/")[2], house.town.unit(slug), position)


async def test_a_meeting_is_recorded_with_who_came_and_what_was_raised(house: House) -> None:
    meeting = await held(house, "路灯坏了。", "低保名单没有公示。")

    assert (meeting.date, list(meeting.attendees)) == ("2026-09-01", ["王磊", "张三"])
    assert [item.text for item in meeting.items] == ["路灯坏了。", "低保名单没有公示。"]
    assert meeting.recorder == house.town.account(SECRETARY)
    [event] = await house.events(pb.MeetingHeld)
    assert (event.meeting, event.item_count) == (meeting.name, 2)
    assert (await house(SECRETARY, pb.GetMeetingRequest(name=meeting.name))).meeting == meeting


async def test_the_post_shows_its_last_meeting(house: House) -> None:
    house.town.clock.set(local(2026, 9, 20))
    for day in ("2026-09-15", "2026-09-02"):
        await held(house, date=day)

    post = pb.GetPostRequest(name=f"{house.town.name}/posts/{house.town.unit('village')}")
    assert (await house(SECRETARY, post)).post.last_meeting_date == "2026-09-15"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"date": "2026-09-02"}, "date"),
        ({"date": "2026-09-31"}, "date"),
        ({"attendees": []}, "attendees"),
        ({"attendees": ["王磊", " "]}, "attendees[1]"),
        ({"attendees": ["王\u2066磊"]}, "attendees[0]"),
        ({"items": [pb.Meeting.Item(text=" ")]}, "items[0].text"),
        ({"items": [pb.Meeting.Item(text="")]}, "items[0].text"),
        ({"items": [pb.Meeting.Item(text="灯" * 1001)]}, "items[0].text"),
        ({"unit": "tenants/999999999/units/999999999.finance"}, "unit"),
    ],
)
async def test_a_malformed_meeting_is_refused_with_its_field_and_changes_nothing(
    house: House, facts: dict[str, Any], field: str
) -> None:
    before = await house.ledger_size()

    with pytest.raises(Invalid) as refusal:
        await held(house, **facts)

    assert refusal.value.violations[0].field == field
    assert await house.ledger_size() == before


async def test_the_same_request_again_returns_the_first_meeting(house: House) -> None:
    request = a_meeting(house, "路灯坏了。", request_id=str(uuid4()))

    assert await house(SECRETARY, request) == await house(SECRETARY, request)

    assert len(await house.events(pb.MeetingHeld)) == 1
    with pytest.raises(AlreadyExists):
        await house(SECRETARY, a_meeting(house, "别的事。", request_id=request.request_id))


async def test_a_meeting_of_another_unit_is_out_of_sight(house: House) -> None:
    elsewhere = await held(house, slug="finance")

    with pytest.raises(NotFound):
        await house(SECRETARY, pb.GetMeetingRequest(name=elsewhere.name))
    with pytest.raises(Denied):
        await house(SECRETARY, a_meeting(house, slug="finance"))
    assert not (await listed(house)).meetings
    assert [each.name for each in (await listed(house, "discipline-1")).meetings] == [elsewhere.name]


async def test_meetings_are_listed_newest_first_page_by_page_and_by_month(house: House) -> None:
    house.town.clock.set(local(2026, 11, 20))
    days = ["2026-11-19", "2026-10-31", "2026-10-01", "2026-09-30"]
    for day in (days[2], days[0], days[3], days[1]):
        await held(house, "一件事。", date=day)

    first = await listed(house, page_size=3)
    second = await listed(house, page_size=3, page_token=first.next_page_token)

    assert [each.date for each in (*first.meetings, *second.meetings)] == days
    assert [each.date for each in (await listed(house, month="2026-10")).meetings] == days[1:3]
    assert not (await listed(house, month="9999-12")).meetings


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "2026-00"])
async def test_a_month_that_is_not_in_the_calendar_is_refused(house: House, month: str) -> None:
    with pytest.raises(Invalid, match="month"):
        await listed(house, month=month)


async def test_each_month_without_a_meeting_is_announced_once_when_it_has_ended(house: House) -> None:
    await house.sweep_at(local(2026, 9, 30, 23, 59))
    assert await missed(house) == []

    await house.sweep_at(local(2026, 10, 1, 0))
    await house.sweep_at(local(2026, 10, 31, 23, 59))
    assert await missed(house) == ["2026-09"]

    await house.sweep_at(local(2026, 12, 31, 23, 59))
    await house.sweep_at(local(2027, 1, 1, 0))
    assert await missed(house) == ["2026-09", "2026-10", "2026-11", "2026-12"]


async def test_a_month_with_a_meeting_is_not_announced_and_the_next_one_is(house: House) -> None:
    await held(house)
    await held(house)

    await house.sweep_at(local(2026, 11, 1, 0))

    assert await missed(house) == ["2026-10"]
    assert await missed(house, "finance") == ["2026-09", "2026-10"]


async def test_the_month_in_which_a_post_was_opened_counts_only_when_it_is_whole(house: House) -> None:
    house.town.clock.set(local(2026, 9, 2))
    name = f"{house.town.name}/units/{house.town.unit('civil-affairs')}"
    unit = gateway.Unit(name=name, display_name="民政办", kind=gateway.Unit.KIND_TOWN_UNIT, revision=1)
    await house.hear(gateway.UnitChanged(unit=unit))

    await house.sweep_at(local(2026, 11, 1, 0))

    assert await missed(house, "civil-affairs") == ["2026-10"]


async def test_a_retired_post_misses_no_meeting(house: House) -> None:
    unit = gateway.Unit(
        name=house.town.unit_name("village"),
        display_name="八一村",
        kind=gateway.Unit.KIND_VILLAGE,
        retire_time=Timestamp(seconds=1),
        revision=2,
    )
    await house.hear(gateway.UnitRetired(unit=unit))

    await house.sweep_at(local(2026, 11, 1, 0))

    assert await missed(house) == []
    with pytest.raises(Refused, match="POST_RETIRED"):
        await held(house)


async def test_what_was_raised_becomes_reports_in_order_or_by_place(house: House) -> None:
    meeting = await held(house, "第一件。", "第二件。", "第三件。")
    ids = [uuid4().hex for _ in range(3)]

    await attach(house, meeting, ids[0])
    await attach(house, meeting, ids[1], position=3)
    await attach(house, meeting, ids[2])

    assert await became(house, meeting) == [ids[0], ids[2], ids[1]]
    with pytest.raises(Refused, match="NO_ITEM_LEFT"):
        await attach(house, meeting, uuid4().hex)
    with pytest.raises(Refused, match="NO_ITEM_LEFT"):
        await attach(house, meeting, uuid4().hex, position=2)


async def test_two_reports_at_once_never_become_of_one_item(house: House) -> None:
    meeting = await held(house, "第一件。", "第二件。")

    outcomes = await asyncio.gather(*(attach(house, meeting, uuid4().hex) for _ in range(5)), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 2
    assert len(set(await became(house, meeting)) - {None}) == 2


async def test_no_report_is_attached_to_what_the_unit_did_not_hold_or_hear(house: House) -> None:
    meeting, silent = await held(house, "第一件。"), await held(house)

    for other, position, slug in ((meeting, 0, "finance"), (meeting, 2, "village"), (silent, 0, "village")):
        with pytest.raises(NotFound):
            await attach(house, other, uuid4().hex, position, slug)


@pytest.mark.parametrize("about", ["village-registrar", CLERK])
async def test_the_words_that_became_an_accusation_are_read_by_who_handles_it_and_neither_by_the_accused_nor_the_post(
    house: House, about: str
) -> None:
    meeting = await held(house, "会计拿了回扣。", "路灯坏了。")

    report = await raised_by_telephone(house, meeting, about)

    assert await items(house, SECRETARY, meeting) == [("会计拿了回扣。", report), ("路灯坏了。", "")]
    assert await items(house, "village-registrar", meeting) == [("", ""), ("路灯坏了。", "")]
    assert await items(house, "discipline-1", meeting) == [("", ""), ("路灯坏了。", "")]


async def test_the_words_of_what_moved_up_are_read_no_more_below(house: House) -> None:
    meeting = await held(house, "会计拿了回扣。")
    report = await raised_by_telephone(house, meeting)

    await house(SECRETARY, pb.ClassifyReportRequest(name=report, classification=pb.Report.CLASSIFICATION_MAJOR))

    assert await items(house, SECRETARY, meeting) == [("", "")]
    assert await items(house, "discipline-1", meeting) == [("会计拿了回扣。", report)]


async def test_the_words_that_became_an_opinion_are_read_by_who_sees_it(house: House) -> None:
    meeting = await held(house, "路灯坏了。")

    report = await raised_by_telephone(house, meeting, "", kind=pb.Report.KIND_OPINION)

    for login in (SECRETARY, "village-registrar", "discipline-1"):
        assert await items(house, login, meeting) == [("路灯坏了。", report)]


async def test_a_meeting_recorded_after_its_month_was_announced_takes_nothing_back(house: House) -> None:
    await house.sweep_at(local(2026, 10, 1, 0))
    house.town.clock.set(house.town.clock.now() + timedelta(days=3))

    await held(house, date="2026-09-28")
    await house.sweep_at(local(2026, 10, 31))

    assert await missed(house) == ["2026-09"]
