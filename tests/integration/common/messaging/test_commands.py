"""What the command `minshao` does, on the database of watch and its stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.gateway import v1 as gateway
from nats.aio.client import Client

from deploy.local.databases import ServiceDatabase
from deploy.local.engines import Postgres
from services import __main__ as minshao
from services.commands import installation
from services.common import dead_letters, logs
from services.common.broker import jetstream
from services.common.clock import FixedClock
from services.common.consumer.putting_aside import DeadLetter, keep
from services.common.database import Database
from services.common.errors import NotFound
from services.common.events import headers
from services.common.keys import KeyRing
from services.common.leadership import connection
from services.common.relay import Relay
from tests.engines import NatsRoom
from tests.messaging import everything_published, record, running, stored
from tests.sample_events import START, sample_event

TOWN = "611021101"


@pytest.fixture(autouse=True)
def logs_of_the_test_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command sets up the logs of its process; this process has some already."""
    monkeypatch.setattr(logs, "configure", lambda service, level: None)


@pytest.fixture
async def watch(
    database_for: Callable[[str], Awaitable[ServiceDatabase]], nats_server: NatsRoom, monkeypatch: pytest.MonkeyPatch
) -> ServiceDatabase:
    """Watch as an operator's shell knows it."""
    made = await database_for("watch")
    login, password = nats_server.user("watch")
    settings = {
        "DATABASE_URL": made.app,
        "RELAY_DATABASE_URL": made.relay,
        "OWNER_DATABASE_URL": made.owner,
        "NATS_URL": nats_server.url,
        "NATS_USER": login,
        "NATS_PASSWORD": password,
        "MASTER_KEY": KeyRing.new_text("first"),
        "TOKEN_KEYS_URL": "http://127.0.0.1:1/keys",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"MINSHAO_{name}", value)
    return made


@pytest.fixture
async def database(watch: ServiceDatabase) -> AsyncIterator[Database]:
    opened = Database(watch.app)
    yield opened
    await opened.close()


async def do(*arguments: str) -> int:
    """Runs a command as `minshao` does; its exit status."""
    options = minshao.command_line().parse_args(arguments)
    status: int = await options.run(options)
    return status


async def test_ledgers_that_hold_are_shown_with_their_heads(
    watch: ServiceDatabase,
    database: Database,
    publisher: Client,
    clock: FixedClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await recorded_and_published(watch, database, publisher, clock)

    assert await do("ledger", "verify", "--service", "watch") == 0

    assert f"watch {TOWN}: 3 entries hold; head " in capsys.readouterr().out


async def test_the_first_broken_entry_is_named(
    watch: ServiceDatabase,
    database: Database,
    publisher: Client,
    clock: FixedClock,
    postgres: Postgres,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await recorded_and_published(watch, database, publisher, clock)
    async with connection(postgres.url(watch.name)) as superuser:
        await superuser.execute("UPDATE ledger SET actor = 'nobody' WHERE number = 2")

    assert await do("ledger", "verify", "--service", "watch", "--town", TOWN) == 1

    assert f"watch {TOWN}: BROKEN at number 2 (" in capsys.readouterr().out


async def test_republishing_fills_the_stream_again_without_a_running_service(
    watch: ServiceDatabase, database: Database, publisher: Client, admin: Client, clock: FixedClock
) -> None:
    await recorded_and_published(watch, database, publisher, clock)
    before = await stored(admin)
    await jetstream(admin).purge_stream("WATCH")

    assert await do("ledger", "republish", "--service", "watch") == 0

    assert await stored(admin) == before


async def test_a_dead_letter_is_listed_shown_and_replayed(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installation, "SERVICES", ("watch",))
    letter = await a_dead_letter(database)

    await do("dead-letters", "list")
    assert f"watch {TOWN} {letter.event_id} gateway.unit.changed" in capsys.readouterr().out
    await do("dead-letters", "show", str(letter.event_id))
    assert 'display_name: "财政所"' in capsys.readouterr().out
    await do("dead-letters", "replay", str(letter.event_id))

    assert await dead_letters.listed(database, TOWN) == []
    async with database.transaction(TOWN) as tx:
        assert await tx.scalar(sa.text("SELECT name FROM units")) == "财政所"


async def test_a_letter_that_is_not_there_is_not_found(watch: ServiceDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "SERVICES", ("watch",))

    with pytest.raises(NotFound):
        await do("dead-letters", "replay", str(uuid4()))


async def test_keys_are_rotated_and_databases_migrated_where_there_is_nothing_to_do(
    watch: ServiceDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await do("keys", "rotate", "--service", "watch") == 0
    assert await do("migrate", "--service", "watch") == 0

    said = capsys.readouterr().out
    assert "watch: 0 town keys are under first now, 0 were already" in said
    assert "watch: the database is up to date" in said


def test_a_missing_setting_is_a_line_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINSHAO_DATABASE_URL", raising=False)

    with pytest.raises(SystemExit, match="MINSHAO_DATABASE_URL is not set"):
        minshao.main(["ledger", "verify"])


@pytest.mark.parametrize("command", [[], ["ledger"], ["ledger", "republish"], ["dead-letters", "show", "no id"]])
def test_a_wrong_command_line_is_refused(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        minshao.main(command)

    assert ended.value.code == 2
    assert "usage: minshao" in capsys.readouterr().err


async def recorded_and_published(
    watch: ServiceDatabase, database: Database, publisher: Client, clock: FixedClock
) -> None:
    """Three entries of a town, in the ledger and in the stream."""
    async with database.transaction(TOWN) as tx:
        for version in (1, 2, 3):
            record(tx, "box", version)
    async with running(Relay(watch.relay, publisher, "watch", database.outbox, clock).run()):
        await everything_published(watch)


async def a_dead_letter(database: Database) -> DeadLetter:
    """A change of a unit that watch has given up."""
    unit = gateway.Unit(name=f"tenants/{TOWN}/units/{TOWN}.finance", display_name="财政所", kind=5, revision=2)
    event = sample_event(gateway.UnitChanged(unit=unit, visible_to=2), tenant=TOWN, aggregate="unit")
    letter = DeadLetter(
        tenant=TOWN,
        consumer="GATEWAY/watch",
        event_id=event.id,
        type=event.type,
        subject=event.subject,
        headers=headers(event),
        payload=event.payload,
        error="ValueError",
        attempts=5,
        time=START,
    )
    await keep(database, letter)
    return letter
