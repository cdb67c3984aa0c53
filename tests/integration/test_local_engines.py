"""The engines that tests, demo and `make up` stand on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import nats
import nats.errors
import pytest
from nats.aio.client import Client
from nats.js.api import ConsumerConfig

from deploy.local.databases import ServiceDatabase, create_database, superuser
from deploy.local.engines import THROWAWAY, Nats, Postgres
from deploy.local.processes import StartFailed, free_port
from deploy.local.subjects import inbox_prefix
from tests.engines import NatsRoom


async def connected(room: NatsRoom, service: str) -> Client:
    login, password = room.user(service)
    return await nats.connect(
        room.url, user=login, password=password, inbox_prefix=inbox_prefix(service).encode(), max_reconnect_attempts=1
    )


async def test_no_role_of_a_service_may_bypass_row_security(
    bare_database: Callable[[str], Awaitable[ServiceDatabase]], postgres: Postgres
) -> None:
    await bare_database("watch")

    async with superuser(postgres) as connection:
        mighty = await connection.fetch(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'watch\\_%'"
            " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
        )

    assert mighty == []


async def test_a_role_enters_its_own_database_only(
    bare_database: Callable[[str], Awaitable[ServiceDatabase]], postgres: Postgres
) -> None:
    await bare_database("watch")
    gateway = await bare_database("gateway")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(
            host="127.0.0.1",
            port=postgres.port,
            user="watch_app",
            password=postgres.password("watch_app"),
            database=gateway.name,
        )


async def test_what_was_committed_is_there_after_postgresql_was_killed(own_postgres: Postgres) -> None:
    await create_database(own_postgres, "watch")
    async with superuser(own_postgres) as connection:
        await connection.execute("CREATE TABLE kept (number int); INSERT INTO kept VALUES (12)")

    own_postgres.kill()
    own_postgres.start()

    async with superuser(own_postgres) as connection:
        assert await connection.fetchval("SELECT number FROM kept") == 12


async def test_a_taken_port_is_said_in_the_error(own_postgres: Postgres) -> None:
    second = Postgres(own_postgres.home / "second", own_postgres.port, "secret")

    with pytest.raises(StartFailed, match="Address already in use"):
        second.start()


async def test_a_service_publishes_its_own_subjects_only(nats_server: NatsRoom, tenant: str) -> None:
    client = await connected(nats_server, "watch")
    stream = client.jetstream(timeout=20)
    await stream.add_stream(name="WATCH", subjects=["minshao.*.watch.>"])

    stored = await stream.publish(f"minshao.{tenant}.watch.report.registered", b"")

    assert stored.seq == 1
    with pytest.raises(nats.errors.TimeoutError):
        await client.jetstream(timeout=0.2).publish(f"minshao.{tenant}.gateway.unit.changed", b"")
    await client.close()


async def test_a_service_takes_events_through_its_own_durable_only(nats_server: NatsRoom, tenant: str) -> None:
    watch, gateway = await connected(nats_server, "watch"), await connected(nats_server, "gateway")
    await watch.jetstream().add_stream(name="WATCH", subjects=["minshao.*.watch.>"])
    await watch.jetstream().publish(f"minshao.{tenant}.watch.report.registered", b"12")

    subscription = await gateway.jetstream().pull_subscribe(
        "minshao.*.watch.>", durable="gateway", stream="WATCH", config=ConsumerConfig()
    )
    [message] = await subscription.fetch(1, timeout=20)
    await message.ack_sync()

    assert message.data == b"12"
    with pytest.raises(nats.errors.TimeoutError):
        await watch.jetstream(timeout=0.2).consumer_info("WATCH", "gateway")
    await asyncio.gather(watch.close(), gateway.close())


async def test_accounts_of_two_tests_do_not_see_each_other(nats_rooms: Callable[[], NatsRoom], tenant: str) -> None:
    one, other = await connected(nats_rooms(), "watch"), await connected(nats_rooms(), "watch")

    for client in (one, other):
        await client.jetstream().add_stream(name="WATCH", subjects=["minshao.*.watch.>"])
    await one.jetstream().publish(f"minshao.{tenant}.watch.report.registered", b"")

    assert (await other.jetstream().stream_info("WATCH")).state.messages == 0
    await asyncio.gather(one.close(), other.close())


async def test_a_message_is_there_after_nats_was_killed(own_nats: Nats, tenant: str) -> None:
    login, password = own_nats.user("admin")
    client = await nats.connect(own_nats.url, user=login, password=password, reconnect_time_wait=0.05)
    await client.jetstream().add_stream(name="WATCH", subjects=["minshao.*.watch.>"])
    await client.jetstream().publish(f"minshao.{tenant}.watch.report.registered", b"")
    await client.close()

    own_nats.kill()
    own_nats.start()

    client = await nats.connect(own_nats.url, user=login, password=password)
    assert (await client.jetstream().stream_info("WATCH")).state.messages == 1
    await client.close()


def test_postgresql_runs_in_a_closed_folder_and_leaves_it_closed(own_nats: Nats) -> None:
    closed = own_nats.home / "closed"
    closed.mkdir(mode=0o700)
    engine = Postgres(closed / "home", free_port(), "secret", THROWAWAY)

    engine.start()
    engine.stop()

    assert closed.stat().st_mode & 0o777 == 0o700
    assert engine.data.exists()
    engine.remove()
    assert not engine.place.exists()
