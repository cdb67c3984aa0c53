"""Reading a feed page by page: in order, from a place on, narrowed, and by whom."""

from __future__ import annotations

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as watch

from services.common.access import Claims, Role
from services.common.errors import Denied, Invalid, NotFound, OutOfRange
from services.common.events import Event
from tests.gateway_feed.observatory import Observatory, claims
from tests.gateway_feed.telling import START


async def listed(observatory: Observatory, caller: Claims | None = None, **asked: object) -> gateway.ListFeedResponse:
    """What the county's viewer is answered, or another caller."""
    parent = {"parent": f"tenants/{observatory.county}", **asked}
    found: gateway.ListFeedResponse = await observatory(
        gateway.ListFeedRequest(**parent),  # type: ignore[arg-type]
        caller or observatory.viewer(),
    )
    return found


def ids(response: gateway.ListFeedResponse) -> list[str]:
    return [entry.event for entry in response.entries]


def of(events: list[Event]) -> list[str]:
    return [str(event.id) for event in events]


async def test_an_entry_says_what_happened_where_and_when(observatory: Observatory) -> None:
    report = observatory.jingcun.a_report()
    event = report.tell(watch.ReportOverdue())
    await observatory.take(event)

    (entry,) = (await listed(observatory)).entries

    assert entry == gateway.FeedEntry(
        cursor=entry.cursor,
        event=str(event.id),
        type="watch.report.overdue",
        title="反映逾期",
        town=observatory.jingcun.code,
        town_name="景村镇",
        service="watch",
        resource=report.name,
        number=report.reference.number,
        unit=f"{observatory.jingcun.code}.finance",
        event_time=entry.event_time,
        visible_to=common.LEVEL_UNIT,
        ledger_number=1,
        ledger_hash=event.hash,
    )
    assert entry.event_time.ToJsonString() == "2026-03-02T01:00:00Z"


async def test_pages_follow_each_other_without_a_gap_while_more_is_told(observatory: Observatory) -> None:
    events = [observatory.jingcun.meeting() for _ in range(5)]
    await observatory.take(*events)
    first = await listed(observatory, page_size=2)
    more = [observatory.shimen.meeting()]
    await observatory.take(*more)

    second = await listed(observatory, page_size=2, after=first.next_cursor)
    third = await listed(observatory, page_size=200, after=second.next_cursor)
    fourth = await listed(observatory, after=third.next_cursor)

    assert ids(first) + ids(second) + ids(third) == of([*events, *more])
    assert (ids(fourth), fourth.next_cursor) == ([], third.next_cursor)


async def test_a_feed_that_has_not_begun_is_read_from_the_beginning_later(observatory: Observatory) -> None:
    nothing = await listed(observatory)
    event = observatory.jingcun.meeting()
    await observatory.take(event)

    assert nothing.next_cursor == "0.0"
    assert ids(await listed(observatory, after=nothing.next_cursor)) == of([event])


async def test_the_newest_come_first_where_that_is_asked_for(observatory: Observatory) -> None:
    events = [observatory.jingcun.meeting() for _ in range(5)]
    await observatory.take(*events)

    newest = await listed(observatory, page_size=2, newest_first=True)
    before = await listed(observatory, page_size=9, newest_first=True, after=newest.next_cursor)

    assert ids(newest) + ids(before) == of(events[::-1])


async def test_a_list_is_narrowed_by_town_service_and_type(observatory: Observatory) -> None:
    meeting, report = observatory.jingcun.meeting(), observatory.shimen.a_report().tell(watch.ReportRegistered())
    changed = gateway.UnitChanged(visible_to=common.LEVEL_UNIT)
    unit = observatory.jingcun.tell(changed, "unit", "1")
    await observatory.take(meeting, report, unit)

    assert ids(await listed(observatory, towns=[observatory.jingcun.code])) == of([meeting, unit])
    assert ids(await listed(observatory, services=["watch"])) == of([meeting, report])
    assert ids(await listed(observatory, types=["watch.meeting.held", "gateway.unit.changed"])) == of([meeting, unit])
    assert ids(await listed(observatory, services=["watch"], towns=[observatory.jingcun.code])) == of([meeting])


async def test_a_town_reads_its_own_feed_and_no_other(observatory: Observatory) -> None:
    mine, other = observatory.jingcun.meeting(), observatory.shimen.meeting()
    await observatory.take(mine, other)
    officer = observatory.town_officer()

    assert ids(await listed(observatory, officer, parent=f"tenants/{observatory.jingcun.code}")) == of([mine])
    for elsewhere in (observatory.shimen.code, observatory.county):
        with pytest.raises(Denied):
            await listed(observatory, officer, parent=f"tenants/{elsewhere}")


async def test_people_of_a_unit_read_no_feed(observatory: Observatory) -> None:
    leader = claims(f"{observatory.jingcun.code}.finance", Role.UNIT_LEADER)

    with pytest.raises(Denied):
        await listed(observatory, leader, parent=f"tenants/{observatory.jingcun.code}")


async def test_a_cursor_of_another_feed_is_out_of_range(observatory: Observatory) -> None:
    await observatory.take(observatory.jingcun.meeting())
    epoch = (await listed(observatory)).next_cursor.partition(".")[0]

    for cursor in (f"{int(epoch) - 1}.1", f"{epoch}.2", "0.1"):
        with pytest.raises(OutOfRange):
            await listed(observatory, after=cursor)


@pytest.mark.parametrize(
    "asked",
    [{"after": "1"}, {"after": "a.b"}, {"after": "1.2 "}, {"page_size": 201}, {"page_size": -1}, {"towns": ["x"]}],
)
async def test_a_request_that_makes_no_sense_is_refused(observatory: Observatory, asked: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        await listed(observatory, None, **asked)


async def test_a_town_that_does_not_exist_is_not_found(observatory: Observatory) -> None:
    with pytest.raises(NotFound):
        await listed(observatory, parent=f"tenants/{observatory.county}999")


async def test_what_a_later_version_has_recorded_is_shown_by_its_type(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await observatory.take(observatory.jingcun.meeting(at=START))
    monkeypatch.setattr("services.gateway.feed.messages.event_messages", dict)

    (entry,) = (await listed(observatory)).entries

    assert entry.title == "watch.meeting.held"
