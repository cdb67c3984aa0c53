"""Following a feed: everything once and in order, from the place where one was, for as long as one may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as watch

from deploy.local.databases import ServiceDatabase, superuser
from deploy.local.engines import Postgres
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.errors import Denied, DomainError, NotFound, OutOfRange, Unauthenticated
from services.common.events import Event
from services.common.rpc.client import Client, connect
from services.common.rpc.server import Offer, RpcServer
from services.common.rpc.world import World
from services.common.token_keys import new_key
from services.common.tokens import TokenSigner
from services.gateway.feed import following, store, tails
from services.gateway.feed.domain import Level
from tests.echo.server import ISSUER, verifier_of
from tests.gateway_feed.observatory import SERVICES, Observatory
from tests.gateway_feed.telling import START
from tests.messaging import eventually


def of_county(observatory: Observatory, after: str = "", **asked: object) -> gateway.StreamFeedRequest:
    return gateway.StreamFeedRequest(
        parent=f"tenants/{observatory.county}",
        after=after,
        **asked,  # type: ignore[arg-type]
    )


def meetings(observatory: Observatory, count: int) -> list[Event]:
    return [observatory.jingcun.meeting() for _ in range(count)]


def ids(entries: list[gateway.FeedEntry]) -> list[str]:
    return [entry.event for entry in entries]


def of(events: list[Event]) -> list[str]:
    return [str(event.id) for event in events]


async def test_a_stream_without_a_cursor_tells_where_it_stands_and_then_only_what_is_new(
    observatory: Observatory,
) -> None:
    old, new = meetings(observatory, 3), meetings(observatory, 2)
    await observatory.take(*old)

    async with observatory.stream(of_county(observatory), observatory.viewer()) as stream:
        first = await stream.next()
        await observatory.take(*new)
        entries = await stream.entries(2)

    assert (first.HasField("entry"), first.cursor.rpartition(".")[2]) == (False, "3")
    assert ids(entries) == of(new)


async def test_a_stream_goes_on_behind_the_entry_that_was_read_last(observatory: Observatory) -> None:
    events = meetings(observatory, 8)
    await observatory.take(*events[:5])
    async with observatory.stream(of_county(observatory, "0.0"), observatory.viewer()) as stream:
        before = await stream.entries(3)

    async with observatory.stream(of_county(observatory, before[-1].cursor), observatory.viewer()) as stream:
        await observatory.take(*events[5:])
        after = await stream.entries(5)

    assert ids(before + after) == of(events)
    assert after[0].town_name == "景村镇"


async def test_a_stream_of_a_feed_that_has_not_begun_sees_it_begin(observatory: Observatory) -> None:
    async with observatory.stream(of_county(observatory), observatory.viewer()) as stream:
        assert (await stream.next()).cursor == "0.0"
        (event,) = meetings(observatory, 1)
        await observatory.take(event)

        assert ids(await stream.entries(1)) == of([event])


async def test_many_followers_who_come_and_go_each_get_everything_once_and_in_order(observatory: Observatory) -> None:
    events = meetings(observatory, 300)

    async def follow(after: str, count: int) -> list[gateway.FeedEntry]:
        async with observatory.stream(of_county(observatory, after), observatory.viewer()) as stream:
            return await stream.entries(count)

    async def come_and_go() -> list[gateway.FeedEntry]:
        entries: list[gateway.FeedEntry] = []
        while len(entries) < len(events):
            entries += await follow(entries[-1].cursor if entries else "0.0", 50)
        return entries

    staying = [asyncio.create_task(follow("0.0", len(events))) for _ in range(5)]
    leaving = [asyncio.create_task(come_and_go()) for _ in range(5)]
    for start in range(0, len(events), 7):
        await observatory.take(*events[start : start + 7])

    for entries in await asyncio.gather(*staying, *leaving):
        assert ids(entries) == of(events)


async def test_who_is_far_behind_catches_up_while_more_is_told(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tails, "KEPT", 5)
    monkeypatch.setattr("services.gateway.feed.rpc.TOGETHER", 4)
    events = meetings(observatory, 60)
    await observatory.take(*events[:30])

    async with observatory.stream(of_county(observatory, "0.0"), observatory.viewer()) as stream:
        entries = await stream.entries(10)
        await observatory.take(*events[30:50])
        entries += await stream.entries(30)
        await observatory.take(*events[50:])
        entries += await stream.entries(20)

    assert ids(entries) == of(events)


async def test_followers_of_one_feed_share_their_queries(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tails, "POLL_SECONDS", 60.0)
    queries = 0
    real = store.stretch

    async def counted(*given: object, **more: object) -> store.Stretch:
        nonlocal queries
        queries += 1
        return await real(*given, **more)  # type: ignore[arg-type]

    async with AsyncExitStack() as stack:
        opened = [observatory.stream(of_county(observatory), observatory.viewer()) for _ in range(20)]
        streams = [await stack.enter_async_context(each) for each in opened]
        await asyncio.gather(*(stream.next() for stream in streams))
        (first, second) = meetings(observatory, 2)
        await observatory.take(first)
        await asyncio.gather(*(stream.entries(1) for stream in streams))
        monkeypatch.setattr(store, "stretch", counted)
        await observatory.take(second)
        found = await asyncio.gather(*(stream.entries(1) for stream in streams))

    assert [ids(each) for each in found] == [of([second])] * 20
    assert queries <= 2


async def test_what_another_process_commits_is_seen_within_a_second_or_so(
    observatory: Observatory, addresses: ServiceDatabase
) -> None:
    other = Observatory(Database(addresses.app), observatory.county)
    async with observatory.stream(of_county(observatory), observatory.viewer()) as stream:
        await stream.next()
        (event,) = meetings(observatory, 1)

        await other.take(event)

        async with asyncio.timeout(20):
            assert ids(await stream.entries(1)) == of([event])
    await other.database.close()


async def test_a_stream_is_narrowed_and_still_tells_how_far_it_is(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LIFE_SECONDS", 0.2)
    asked = of_county(observatory, "0.0", towns=[observatory.shimen.code], types=["watch.meeting.held"])
    await observatory.take(*meetings(observatory, 3))

    async with observatory.stream(asked, observatory.viewer()) as stream:
        life = await stream.next()
        wanted = observatory.shimen.meeting()
        await observatory.take(observatory.shimen.a_report().tell(watch.ReportRegistered()), wanted)
        entries = await stream.entries(1)

    assert (life.HasField("entry"), life.cursor.rpartition(".")[2]) == (False, "3")
    assert ids(entries) == of([wanted])


async def test_signs_of_life_go_on_while_nothing_happens(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LIFE_SECONDS", 0.05)

    async with observatory.stream(of_county(observatory), observatory.viewer()) as stream:
        replies = [await stream.next() for _ in range(4)]

    assert [reply.cursor for reply in replies] == ["0.0"] * 4


async def test_a_stream_keeps_from_its_follower_what_is_kept_in_lists(observatory: Observatory) -> None:
    report, hidden = observatory.jingcun.a_report(), observatory.jingcun.a_report(level=common.LEVEL_COUNTY)
    asked = gateway.StreamFeedRequest(parent=f"tenants/{observatory.jingcun.code}")
    shown = observatory.jingcun.meeting()

    async with observatory.stream(asked, observatory.town_officer(cadre="wang-lei")) as stream:
        await stream.next()
        await observatory.take(
            report.tell(watch.ReportRegistered(), subject_cadre="wang-lei"),
            hidden.tell(watch.ReportRegistered()),
            observatory.shimen.meeting(),
            shown,
        )

        assert ids(await stream.entries(1)) == of([shown])


async def test_who_loses_sight_of_a_matter_is_not_sent_what_still_waits_of_it(observatory: Observatory) -> None:
    report, shown = observatory.jingcun.a_report(), observatory.jingcun.meeting()
    asked = gateway.StreamFeedRequest(parent=f"tenants/{observatory.jingcun.code}", after="0.0")

    async with observatory.stream(asked, observatory.town_officer(cadre="wang-lei")) as stream:
        await observatory.take(observatory.jingcun.meeting())
        await stream.entries(1)
        await observatory.take(report.tell(watch.ReportRegistered()))
        await observatory.take(report.tell(watch.ReportSubjectLinked(), subject_cadre="wang-lei"), shown)
        (tail, _) = observatory.tails._tails[observatory.jingcun.code]
        await eventually(lambda: has(tail, 4))

        assert ids(await stream.entries(1)) == of([shown])


async def test_what_moved_up_is_not_told_to_who_resumes_while_a_colleague_follows(observatory: Observatory) -> None:
    report, shown = observatory.jingcun.a_report(), observatory.jingcun.meeting()
    parent = f"tenants/{observatory.jingcun.code}"
    colleague = observatory.town_officer(login="colleague")

    async with observatory.stream(gateway.StreamFeedRequest(parent=parent, after="0.0"), colleague) as followed:
        await observatory.take(observatory.jingcun.meeting())
        (read,) = await followed.entries(1)
        await observatory.take(report.tell(watch.ReportRegistered()))
        await followed.entries(1)
        await observatory.take(report.tell(watch.ReportRerouted(), level=common.LEVEL_COUNTY))
        (tail, _) = observatory.tails._tails[observatory.jingcun.code]
        await eventually(lambda: hides(tail, report.reference.report))

        resumed = gateway.StreamFeedRequest(parent=parent, after=read.cursor)
        async with observatory.stream(resumed, observatory.town_officer()) as stream:
            await observatory.take(shown)
            assert ids(await stream.entries(1)) == of([shown])


async def hides(tail: tails.Tail, matter: str) -> bool:
    """It may not even hold what its follower has read before it."""
    known = tail._matters.get(matter)
    return known is None or known.level is Level.COUNTY


async def has(tail: tails.Tail, number: int) -> bool:
    return tail._end is not None and tail._end.number >= number


async def test_a_feed_that_was_made_anew_ends_the_streams_of_the_old_one(
    observatory: Observatory, addresses: ServiceDatabase, postgres: Postgres
) -> None:
    await observatory.take(*meetings(observatory, 3))
    async with observatory.stream(of_county(observatory), observatory.viewer()) as stream:
        old = await stream.next()
        async with superuser(postgres, addresses.name) as connection:
            await connection.execute("DELETE FROM feed; DELETE FROM feed_heads")
        events = meetings(observatory, 2)
        await observatory.take(*events)

        with pytest.raises(OutOfRange):
            await stream.next()

    with pytest.raises(OutOfRange):
        async with observatory.stream(of_county(observatory, old.cursor), observatory.viewer()) as stream:
            await stream.next()
    async with observatory.stream(of_county(observatory, "0.0"), observatory.viewer()) as stream:
        assert ids(await stream.entries(2)) == of(events)


async def test_a_stream_outlives_the_loss_of_its_connections(
    observatory: Observatory, addresses: ServiceDatabase, postgres: Postgres
) -> None:
    events = meetings(observatory, 2)
    async with observatory.stream(of_county(observatory), observatory.viewer()) as stream:
        await stream.next()
        await observatory.take(events[0])
        await stream.entries(1)
        async with superuser(postgres, addresses.name) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

        await observatory.take(events[1])

        assert ids(await stream.entries(1)) == of(events[1:])


async def test_a_stream_ends_when_the_token_of_its_follower_does(observatory: Observatory) -> None:
    viewer = observatory.viewer(expires=START + timedelta(seconds=0.3))

    async with observatory.stream(of_county(observatory), viewer) as stream:
        await stream.next()
        with pytest.raises(Unauthenticated):
            await stream.next()


async def test_nobody_follows_what_is_not_theirs_or_does_not_exist(observatory: Observatory) -> None:
    unknown = gateway.StreamFeedRequest(parent=f"tenants/{observatory.county}999")

    with pytest.raises(Denied):
        async with observatory.stream(of_county(observatory), observatory.town_officer()) as stream:
            await stream.next()
    with pytest.raises(NotFound):
        async with observatory.stream(unknown, observatory.viewer()) as stream:
            await stream.next()


async def test_nothing_goes_on_when_the_last_follower_has_left(observatory: Observatory) -> None:
    async def idle() -> bool:
        return not [task for task in asyncio.all_tasks() if task.get_name().startswith("tail of")]

    async with observatory.stream(of_county(observatory, "0.0"), observatory.viewer()) as stream:
        waiting = asyncio.create_task(stream.next())
        await eventually(lambda: followed(observatory))
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    await eventually(idle)
    assert not observatory.tails._tails


async def followed(observatory: Observatory) -> bool:
    return bool(observatory.tails._tails)


@pytest.fixture
async def server(observatory: Observatory) -> AsyncIterator[tuple[RpcServer, Client]]:
    """The services behind a port, and a client with the token of a county viewer."""
    key = new_key()
    world = World(verifier_of(key), FixedClock(START), observatory.database)
    offers = [Offer(*each) for each in zip(SERVICES, observatory.implementations, strict=True)]
    serving = RpcServer("127.0.0.1:0", offers, world, reflect=False)
    port = await serving.start()
    viewer = observatory.viewer()
    token, _ = TokenSigner(ISSUER, [key]).sign(viewer.subject, viewer.grants)
    async with connect(f"127.0.0.1:{port}", SERVICES) as channel:
        yield serving, Client(channel, SERVICES[0], token)
    await serving.drain(0)


async def test_a_drain_ends_streams_so_that_they_can_be_taken_up_elsewhere(
    observatory: Observatory, server: tuple[RpcServer, Client]
) -> None:
    serving, client = server
    events = meetings(observatory, 2)
    replies = client.stream(of_county(observatory), gateway.StreamFeedResponse)
    await anext(replies)
    await observatory.take(*events)
    entries = [(await anext(replies)).entry for _ in events]

    draining = asyncio.create_task(serving.drain(10))

    with pytest.raises(DomainError, match="DRAINING"):
        await anext(replies)
    async with asyncio.timeout(20):
        await draining
    assert ids(entries) == of(events)
    assert not observatory.tails._tails
