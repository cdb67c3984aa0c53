"""From the ledger of a town over NATS into the county's feed, and what the county can prove with it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as watch
from nats.aio.client import Client

from deploy.local.databases import ServiceDatabase, superuser
from deploy.local.engines import Postgres
from services import __main__ as minshao
from services.common import ledger, logs
from services.common.access import SYSTEM
from services.common.broker import declare_stream, jetstream
from services.common.consumer import Consumer
from services.common.database import Database
from services.common.foundation import LEDGER
from services.common.keys import KeyRing
from services.common.ledger.chain import GENESIS, entry_hash
from services.common.ledger.entries import COLUMNS, Entry
from services.common.ledger.verification import Fault, verify
from services.common.relay import Relay, republish
from services.gateway.feed import witness
from services.gateway.feed.store import FEED
from tests.gateway_feed.observatory import Observatory
from tests.gateway_feed.telling import START
from tests.messaging import eventually, everything_published, running


class Watch:
    """The watch service of the county, as far as it commits and relays."""

    def __init__(self, addresses: ServiceDatabase, client: Client, observatory: Observatory) -> None:
        self.addresses = addresses
        self.database = Database(addresses.app)
        self.relay = Relay(addresses.relay, client, "watch", self.database.outbox, observatory.clock)

    async def commit(self, town: str, count: int) -> None:
        """Commits so many meetings of the town, each in a transaction of its own."""
        for _ in range(count):
            meeting = watch.MeetingHeld(unit=f"{town}.finance", visible_to=common.LEVEL_UNIT)
            async with self.database.transaction(town) as tx:
                ledger.append(tx, SYSTEM("watch"), "meeting", uuid4().hex, 1, meeting, START)

    async def chain(self, town: str) -> list[tuple[Any, ...]]:
        """Id, number and hash of each entry of the town's ledger."""
        columns = (LEDGER.c.id, LEDGER.c.number, LEDGER.c.hash)
        async with self.database.transaction(town) as tx:
            return [tuple(row) for row in await tx.rows(sa.select(*columns).order_by(LEDGER.c.number))]


@pytest.fixture
async def town_service(
    database_for: Callable[[str], Awaitable[ServiceDatabase]], publisher: Client, observatory: Observatory
) -> AsyncIterator[Watch]:
    made = Watch(await database_for("watch"), publisher, observatory)
    await declare_stream(jetstream(publisher), "WATCH", ["minshao.*.watch.>"])
    yield made
    await made.database.close()


@pytest.fixture
def consumer(observatory: Observatory, addresses: ServiceDatabase, subscriber: Client) -> Consumer:
    """The gateway's consumer of the stream of watch."""
    (subscription,) = (each for each in observatory.subscriptions if each.stream == "WATCH")
    return Consumer(observatory.database, addresses.app, subscriber, subscription, observatory.clock)


async def fed(observatory: Observatory, observer: str, town: str) -> list[tuple[Any, ...]]:
    """Id, number and hash of each entry of the town that stands in the observer's feed, by number."""
    columns = (FEED.c.event, FEED.c.ledger_number, FEED.c.ledger_hash)
    mine = sa.select(*columns).where(FEED.c.town == town).order_by(FEED.c.ledger_number)
    async with observatory.database.transaction(observer) as tx:
        return [tuple(row) for row in await tx.rows(mine)]


async def test_what_towns_commit_is_followed_in_the_county(
    observatory: Observatory, town_service: Watch, consumer: Consumer
) -> None:
    request = gateway.StreamFeedRequest(parent=f"tenants/{observatory.county}")
    towns = observatory.jingcun.code, observatory.shimen.code

    async with (
        running(town_service.relay.run(), consumer.run()),
        observatory.stream(request, observatory.viewer()) as stream,
    ):
        await stream.next()
        await asyncio.gather(*(town_service.commit(town, 50) for town in towns))
        entries = await stream.entries(100)

    assert [int(entry.cursor.partition(".")[2]) for entry in entries] == list(range(1, 101))
    for town in towns:
        chain = await town_service.chain(town)
        assert await fed(observatory, observatory.county, town) == chain
        assert await fed(observatory, town, town) == chain


async def test_a_stream_that_is_filled_again_tells_nothing_twice(
    observatory: Observatory, town_service: Watch, consumer: Consumer, admin: Client
) -> None:
    town, county = observatory.jingcun.code, observatory.county
    await town_service.commit(town, 30)
    async with running(town_service.relay.run(), consumer.run()):
        await eventually(lambda: holds(observatory, 30))
        await jetstream(admin).purge_stream("WATCH")
        await republish(town_service.addresses.relay, jetstream(admin), "watch")
        await town_service.commit(town, 5)
        await everything_published(town_service.addresses)
        await eventually(lambda: holds(observatory, 35))

    assert [number for number, _ in await observatory.feed(county)] == list(range(1, 36))
    assert await fed(observatory, county, town) == await town_service.chain(town)


async def holds(observatory: Observatory, count: int) -> bool:
    return len(await observatory.feed(observatory.county)) >= count


async def test_a_town_that_rewrites_its_ledger_is_contradicted_by_the_county(
    observatory: Observatory, town_service: Watch, consumer: Consumer, postgres: Postgres
) -> None:
    town = observatory.jingcun.code
    await town_service.commit(town, 9)
    async with running(town_service.relay.run(), consumer.run()):
        await eventually(lambda: holds(observatory, 9))
    before = await contradiction(observatory, town_service, town)

    await rewrite(postgres, town_service, town, 4)

    assert before is None
    assert (await verify(town_service.database, town)).first_broken is None
    assert await contradiction(observatory, town_service, town) == (4, Fault.CONTRADICTED)


async def test_the_command_line_holds_a_ledger_against_the_countys_copies(
    observatory: Observatory,
    town_service: Watch,
    consumer: Consumer,
    postgres: Postgres,
    operator: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    town = observatory.jingcun.code
    await town_service.commit(town, 3)
    async with running(town_service.relay.run(), consumer.run()):
        await eventually(lambda: holds(observatory, 3))
    capsys.readouterr()  # what was logged so far
    assert await do("gateway", "witness", "--town", town) == 0
    save_what_was_printed(capsys, operator)
    assert await do("ledger", "verify", "--service", "watch", "--town", town, "--witness", str(operator)) == 0

    await rewrite(postgres, town_service, town, 2)
    alone = await do("ledger", "verify", "--service", "watch")
    held_against = await do("ledger", "verify", "--service", "watch", "--witness", str(operator))

    assert (alone, held_against) == (0, 1)
    assert f"watch {town}: BROKEN at number 2 (" in capsys.readouterr().out


async def test_a_ledger_that_is_gone_altogether_is_contradicted_too(
    observatory: Observatory, town_service: Watch, operator: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await observatory.take(observatory.jingcun.meeting())
    await do("gateway", "witness", "--town", observatory.jingcun.code)
    save_what_was_printed(capsys, operator)

    status = await do("ledger", "verify", "--service", "watch", "--witness", str(operator))

    assert status == 1
    assert f"watch {observatory.jingcun.code}: BROKEN at number 1" in capsys.readouterr().out


async def test_the_command_line_rebuilds_the_boards_of_every_observer(
    observatory: Observatory, operator: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = observatory.jingcun.a_report()
    await observatory.take(report.tell(watch.ReportOverdue()), observatory.shimen.meeting())

    assert await do("gateway", "rebuild") == 0

    assert capsys.readouterr().out.splitlines() == [
        f"{observatory.county}: 1 overdue, 0 at windows, 0 links, from 2 events",
        f"{observatory.jingcun.code}: 1 overdue, 0 at windows, 0 links, from 1 events",
        f"{observatory.shimen.code}: 0 overdue, 0 at windows, 0 links, from 1 events",
    ]


@pytest.fixture
def operator(addresses: ServiceDatabase, town_service: Watch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The shell of an operator, which knows both databases; a file for what is printed."""
    settings = {
        "GATEWAY_DATABASE_URL": addresses.app,
        "WATCH_DATABASE_URL": town_service.addresses.app,
        "WATCH_RELAY_DATABASE_URL": town_service.addresses.relay,
        "MASTER_KEY": KeyRing.new_text("first"),
        "TOKEN_KEYS_URL": "http://127.0.0.1:1/keys",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"MINSHAO_{name}", value)
    monkeypatch.setattr(logs, "configure", lambda service, level: None)
    return tmp_path / "witness"


async def do(*arguments: str) -> int:
    """Runs `minshao` with these arguments in a thread, and so with an event loop of its own; its exit status."""

    def run() -> int:
        with pytest.raises(SystemExit) as ended:
            minshao.main([*arguments])
        code = ended.value.code
        return code if isinstance(code, int) else 1

    return await asyncio.to_thread(run)


def save_what_was_printed(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    file.write_text(capsys.readouterr().out)


async def contradiction(observatory: Observatory, town_service: Watch, town: str) -> tuple[int, Fault] | None:
    """Where the county's copies first contradict the town's ledger."""
    copies = {copy.number: copy.hash async for copy in witness.copies(observatory.database, town)}
    broken = (await verify(town_service.database, town, copies)).first_broken
    return (broken.number, broken.fault) if broken else None


async def rewrite(postgres: Postgres, town_service: Watch, town: str, number: int) -> None:
    """Changes who did what in an entry, as one who owns the machine can, and makes the chain whole again."""
    names = ", ".join(column.name for column in COLUMNS)
    async with superuser(postgres, town_service.addresses.name) as connection:
        await connection.execute("UPDATE ledger SET actor = 'nobody' WHERE tenant = $1 AND number = $2", town, number)
        rows = await connection.fetch(f"SELECT {names} FROM ledger WHERE tenant = $1 ORDER BY number", town)
        previous = GENESIS
        for place, row in enumerate(rows, 1):
            previous = entry_hash(Entry(*row), place, previous)
            await connection.execute(
                "UPDATE ledger SET hash = $3 WHERE tenant = $1 AND number = $2", town, place, previous
            )
        await connection.execute("UPDATE ledger_heads SET hash = $2 WHERE tenant = $1", town, previous)
