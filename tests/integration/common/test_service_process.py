"""A service as the operating system sees it: how it starts, what it says, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.local.databases import ServiceDatabase
from deploy.local.processes import free_port
from services.common.errors import DomainError, Kind
from services.common.keys import KeyRing
from services.common.rpc.client import Client, connect
from services.common.token_keys import new_key, to_document
from services.common.tokens import TokenSigner
from tests.echo import ECHO
from tests.echo.server import (
    A_REQUEST,
    ISSUER,
    OFFICER,
    TOWN,
    VIEWER,
    CreateEchoRequest,
    CreateEchoResponse,
    Echo,
    GetEchoRequest,
    GetEchoResponse,
    WatchEchoesRequest,
    WatchEchoesResponse,
)
from tests.engines import NatsRoom
from tests.messaging import as_user, everything_published, lay_foundation, stored

ROOT = Path(__file__).parents[3]
SLOW = GetEchoRequest(name=f"tenants/{TOWN}/echoes/slow")
WITHIN = 20

Environment = dict[str, str]


@pytest.fixture
async def addresses(bare_database: Callable[[str], Awaitable[ServiceDatabase]]) -> ServiceDatabase:
    """A database with the foundation's tables."""
    made = await bare_database("sample")
    await lay_foundation(made, "sample")
    return made


@pytest.fixture
def key() -> OKPKey:
    return new_key()


@pytest.fixture
def environment(addresses: ServiceDatabase, nats_server: NatsRoom, key: OKPKey, tmp_path: Path) -> Environment:
    """All that a process must be told."""
    published, masters = tmp_path / "published.json", tmp_path / "masters"
    published.write_text(to_document([key]))
    masters.write_text(KeyRing.new_text("2026-01"))
    masters.chmod(0o600)
    login, password = nats_server.user("watch")
    return {
        "PATH": os.environ["PATH"],
        "MINSHAO_DATABASE_URL": addresses.app,
        "MINSHAO_RELAY_DATABASE_URL": addresses.relay,
        "MINSHAO_SWEEPER_DATABASE_URL": addresses.sweeper,
        "MINSHAO_NATS_URL": nats_server.url,
        "MINSHAO_NATS_USER": login,
        "MINSHAO_NATS_PASSWORD": password,
        "MINSHAO_LISTEN": f"127.0.0.1:{free_port()}",
        "MINSHAO_METRICS_LISTEN": f"127.0.0.1:{free_port()}",
        "MINSHAO_MASTER_KEY_FILE": str(masters),
        "MINSHAO_TOKEN_KEYS_FILE": str(published),
        "MINSHAO_DRAIN_SECONDS": "10",
    }


@dataclass
class Running:
    """A process, and what it has said so far."""

    process: asyncio.subprocess.Process
    said: list[Mapping[str, object]] = field(default_factory=list)
    unstructured: list[str] = field(default_factory=list)

    async def says(self, event: str) -> None:
        """Reads on until the process logs this event. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN):
            while (line := await self._line()) is not None:
                if line.get("event") == event:
                    return
        pytest.fail(f"ended without saying {event}: {self.said} {self.unstructured}")

    async def ends(self) -> int:
        """Reads what it has to say, up to its end, and returns its status."""
        async with asyncio.timeout(WITHIN):
            while await self._line() is not None:
                pass
            return await self.process.wait()

    async def _line(self) -> Mapping[str, object] | None:
        assert self.process.stderr
        while raw := await self.process.stderr.readline():
            try:
                self.said.append(json.loads(raw))
            except ValueError:
                self.unstructured.append(raw.decode().strip())
            else:
                return self.said[-1]
        return None


@asynccontextmanager
async def begun(environment: Environment) -> AsyncIterator[Running]:
    """The process, killed at the end of the block if it still lives."""
    command = (sys.executable, "-m", "tests.echo", "serve")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE)
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@asynccontextmanager
async def serving(environment: Environment) -> AsyncIterator[Running]:
    """The process, once it is ready."""
    async with begun(environment) as running:
        await running.says("ready")
        yield running


@asynccontextmanager
async def caller(environment: Environment, key: OKPKey) -> AsyncIterator[Client]:
    token, _ = TokenSigner(ISSUER, [key]).sign(f"tenants/{TOWN}/accounts/liwei", (*OFFICER, *VIEWER))
    async with connect(environment["MINSHAO_LISTEN"], [ECHO]) as channel:
        yield Client(channel, ECHO, token)


async def test_what_a_call_and_a_deadline_did_reaches_the_stream(
    environment: Environment, key: OKPKey, addresses: ServiceDatabase, nats_server: NatsRoom
) -> None:
    async with serving(environment) as running, caller(environment, key) as client:
        request = CreateEchoRequest(parent=f"tenants/{TOWN}", echo=Echo(title="景村"))
        await client.call(request, CreateEchoResponse)
        await running.says("rpc")
        async with as_user(nats_server, "admin") as admin, asyncio.timeout(WITHIN):
            while True:
                await everything_published(addresses)
                if len(events := await stored(admin)) == 2:
                    break

    [call] = [line for line in running.said if line["event"] == "rpc"]
    assert [event.version for event in events] == [1, 2]
    assert [event.actor for event in events] == [f"tenants/{TOWN}/accounts/liwei", "system/watch"]
    assert events[0].trace[3:35] == call["trace"]


async def test_a_log_line_tells_of_a_call_and_nothing_of_its_content(environment: Environment, key: OKPKey) -> None:
    async with serving(environment) as running, caller(environment, key) as client:
        request = CreateEchoRequest(parent=f"tenants/{TOWN}", echo=Echo(title="张三", body="13800000000"))
        await client.call(request, CreateEchoResponse)
        await running.says("rpc")
        running.process.send_signal(signal.SIGTERM)
        await running.ends()

    told = json.dumps(running.said, ensure_ascii=False)
    [line] = [line for line in running.said if line["event"] == "rpc"]
    assert line["method"] == "minshao.echo.v1.EchoService/CreateEcho"
    assert (line["code"], line["tenant"], line["service"]) == ("OK", TOWN, "watch")
    assert not [secret for secret in ("张三", "13800000000", "127.0.0.1", "Bearer") if secret in told]
    assert running.unstructured == []


async def test_a_call_in_progress_is_answered_after_sigterm_and_no_new_one(
    environment: Environment, key: OKPKey
) -> None:
    async with serving(environment) as running, caller(environment, key) as client:
        in_progress = asyncio.create_task(client.call(SLOW, GetEchoResponse))
        await running.says("slow")
        running.process.send_signal(signal.SIGTERM)
        await running.says("stopping")

        assert (await in_progress).HasField("echo")
        assert await running.ends() == 0
        with pytest.raises(DomainError) as refused:
            await client.call(A_REQUEST, GetEchoResponse, limit=1)

    assert refused.value.kind in {Kind.UNAVAILABLE, Kind.LATE}
    assert running.said[-1]["event"] == "ended"


async def test_a_call_that_takes_longer_than_the_drain_is_broken_off(environment: Environment, key: OKPKey) -> None:
    environment["MINSHAO_DRAIN_SECONDS"] = "0"
    async with serving(environment) as running, caller(environment, key) as client:
        in_progress = asyncio.create_task(client.call(SLOW, GetEchoResponse))
        await running.says("slow")
        running.process.send_signal(signal.SIGTERM)

        assert await running.ends() == 0
        with pytest.raises(DomainError):
            await in_progress


async def test_a_stream_is_told_that_the_process_ends(environment: Environment, key: OKPKey) -> None:
    async with serving(environment) as running, caller(environment, key) as client:
        replies = client.stream(WatchEchoesRequest(count=2), WatchEchoesResponse)
        await anext(replies)
        running.process.send_signal(signal.SIGTERM)

        with pytest.raises(DomainError) as told:
            await anext(replies)
        assert await running.ends() == 0

    assert (told.value.kind, told.value.reason) == (Kind.UNAVAILABLE, "DRAINING")


async def test_a_background_task_that_fails_takes_the_process_along(environment: Environment, key: OKPKey) -> None:
    async with serving(environment | {"ECHO_MISFORTUNE": "1"}) as running, caller(environment, key) as client:
        await client.call(CreateEchoRequest(parent=f"tenants/{TOWN}", echo=Echo()), CreateEchoResponse)

        assert await running.ends() == 1

    [lost] = [line for line in running.said if line["event"] == "background_task_lost"]
    assert (lost["task"], lost["error"]) == ("misfortune", "Lost < ArithmeticError")
    assert running.unstructured == ["watch: the background task misfortune has ended"]


async def test_calls_are_answered_while_nats_is_away(environment: Environment, key: OKPKey) -> None:
    environment["MINSHAO_NATS_URL"] = f"nats://127.0.0.1:{free_port()}"
    async with serving(environment) as running, caller(environment, key) as client:
        await client.call(CreateEchoRequest(parent=f"tenants/{TOWN}", echo=Echo()), CreateEchoResponse)
        running.process.send_signal(signal.SIGTERM)

        assert await running.ends() == 0


async def test_a_process_is_not_ready_before_its_database_answers(environment: Environment) -> None:
    environment["MINSHAO_DATABASE_URL"] = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    async with begun(environment) as running:
        await running.says("database_unreachable")
        running.process.send_signal(signal.SIGTERM)

        assert await running.ends() == 0
    assert "ready" not in [line["event"] for line in running.said]


async def test_figures_are_served_on_a_port_of_their_own(environment: Environment, key: OKPKey) -> None:
    async with serving(environment), caller(environment, key) as client, httpx.AsyncClient() as prometheus:
        await client.call(A_REQUEST, GetEchoResponse)
        figures = (await prometheus.get(f"http://{environment['MINSHAO_METRICS_LISTEN']}/metrics")).text

    method = 'method="GetEcho",service="minshao.echo.v1.EchoService"'
    assert f'minshao_rpc_calls_total{{code="OK",{method}}} 1.0' in figures
    assert f"minshao_rpc_seconds_count{{{method}}} 1.0" in figures
    assert "minshao_ready 1.0" in figures
    assert 'minshao_pool_connections{pool="application",state="size"} 10.0' in figures
    assert "minshao_sweeper_lag_seconds" in figures
    assert TOWN not in figures


@pytest.mark.parametrize("variable", ["MINSHAO_LISTEN", "MINSHAO_METRICS_LISTEN"])
async def test_a_port_that_is_taken_ends_the_start_with_a_line(environment: Environment, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        environment[variable] = f"127.0.0.1:{other.getsockname()[1]}"
        async with begun(environment) as running:
            assert await running.ends() == 1

    [line] = running.unstructured
    assert line.startswith(f"watch: cannot listen on {environment[variable]}: another process has the port")


async def test_settings_that_are_missing_are_named_together(environment: Environment) -> None:
    del environment["MINSHAO_NATS_URL"], environment["MINSHAO_LISTEN"]
    async with begun(environment) as running:
        assert await running.ends() == 1

    told = "\n".join(running.unstructured)
    assert "MINSHAO_NATS_URL is not set" in told
    assert "MINSHAO_LISTEN is not set" in told
    assert "Traceback" not in told
