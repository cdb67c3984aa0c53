from __future__ import annotations

import asyncio

import grpc
import pytest
import structlog
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY

from services.common.errors import DomainError, Kind, Refused
from services.common.rpc.client import connect
from services.common.rpc.server import ALIVE, Offer, PortTaken, RpcServer
from services.common.spans import Spans
from tests.echo import ECHO
from tests.echo.server import (
    A_REQUEST,
    OFFICER,
    TOWN,
    VIEWER,
    EchoService,
    GetEchoResponse,
    Running,
    WatchEchoesRequest,
    WatchEchoesResponse,
    echo_world,
    running,
)

SERVING = health_pb2.HealthCheckResponse.SERVING
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def health(channel: grpc.aio.Channel, service: str) -> int:
    check: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary("/grpc.health.v1.Health/Check")
    reply = await check(health_pb2.HealthCheckRequest(service=service).SerializeToString())
    return int(health_pb2.HealthCheckResponse.FromString(reply).status)


@pytest.mark.parametrize("service", ["", ECHO.full_name])
async def test_health_says_when_calls_are_welcome(service: str) -> None:
    server = RpcServer("127.0.0.1:0", [Offer(ECHO, EchoService())], echo_world(), reflect=False)
    port = await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        before = await health(channel, service)
        await server.ready()
        ready = await health(channel, service)
        await server.retire()
        retired = await health(channel, service)
    await server.drain(0)

    assert [before, ready, retired] == [NOT_SERVING, SERVING, NOT_SERVING]


async def test_a_process_that_waits_for_its_database_is_alive() -> None:
    server = RpcServer("127.0.0.1:0", [Offer(ECHO, EchoService())], echo_world(), reflect=False)
    port = await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        waiting = [await health(channel, name) for name in ("", ALIVE)]
    await server.drain(0)

    assert waiting == [NOT_SERVING, SERVING]


async def test_processes_behind_one_name_share_the_calls() -> None:
    servers = [RpcServer("127.0.0.1:0", [Offer(ECHO, EchoService())], echo_world(), reflect=False) for _ in "ab"]
    addresses = [f"127.0.0.1:{await server.start()}" for server in servers]
    await servers[0].ready()
    told: set[int] = set()

    async with connect("ipv4:" + ",".join(addresses), [ECHO]) as channel, asyncio.timeout(10):
        while len(told) < 2:
            told.add(await health(channel, ""))
    for server in servers:
        await server.drain(0)

    assert told == {SERVING, NOT_SERVING}


async def test_a_second_server_on_the_same_port_is_refused() -> None:
    async with running() as echo:
        second = RpcServer(f"127.0.0.1:{echo.port}", [Offer(ECHO, EchoService())], echo_world(), reflect=False)

        with pytest.raises(PortTaken, match=f"cannot listen on 127.0.0.1:{echo.port}"):
            await second.start()
        await second.drain(0)


async def described(echo: Running) -> list[str]:
    """The services that the server describes to who asks. Raises grpc.aio.AioRpcError where it does not."""
    ask = reflection_pb2.ServerReflectionRequest(list_services="")
    # Called as if it took one request: a stream of them fails in another way when it is refused while it is sent.
    method: grpc.aio.UnaryStreamMultiCallable[bytes, bytes] = echo.channel.unary_stream(REFLECTION)
    replies = method(ask.SerializeToString())
    told = [reflection_pb2.ServerReflectionResponse.FromString(reply) async for reply in replies]
    return [service.name for reply in told for service in reply.list_services_response.service]


async def test_a_server_describes_itself_where_it_may() -> None:
    async with running(reflect=True) as echo:
        names = await described(echo)

    assert {ECHO.full_name, "grpc.health.v1.Health"} < set(names)


async def test_a_server_in_production_does_not_describe_itself() -> None:
    async with running(reflect=False) as echo:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await described(echo)

    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


async def test_a_drain_waits_for_calls_and_breaks_off_streams() -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def wait(*_: object) -> None:
        inside.set()
        await go_on.wait()

    async with running(EchoService(on_get=wait, on_watch=lambda number: go_on.wait() if number else None)) as echo:
        replies = echo.client(*VIEWER).stream(WatchEchoesRequest(count=2), WatchEchoesResponse)
        await anext(replies)
        call = asyncio.create_task(echo.client(*OFFICER).call(A_REQUEST, GetEchoResponse))
        await inside.wait()

        draining = asyncio.create_task(echo.server.drain(10))
        with pytest.raises(DomainError) as told:
            await anext(replies)
        go_on.set()

        assert (await call).HasField("echo")
        await draining

    assert (told.value.kind, told.value.reason) == (Kind.UNAVAILABLE, "DRAINING")


async def test_every_call_is_told_in_one_line_without_content() -> None:
    def refuse(*_: object) -> None:
        raise Refused("POST_FULL", "监督员已满五人。")

    with structlog.testing.capture_logs() as lines:
        async with running(EchoService(on_get=refuse)) as echo:
            with pytest.raises(DomainError):
                await echo.client(*OFFICER).call(A_REQUEST, GetEchoResponse)

    [line] = lines
    assert line.pop("ms") > 0
    assert line == {
        "event": "rpc",
        "log_level": "info",
        "method": "minshao.echo.v1.EchoService/GetEcho",
        "code": "FAILED_PRECONDITION",
        "reason": "POST_FULL",
        "tenant": TOWN,
        "actor": f"tenants/{TOWN}/accounts/liwei",
    }


async def test_an_error_of_ours_is_logged_under_the_number_that_its_caller_was_shown() -> None:
    def fail(*_: object) -> None:
        raise ValueError("张三")

    with structlog.testing.capture_logs() as lines:
        async with running(EchoService(on_get=fail)) as echo:
            with pytest.raises(DomainError) as refused:
                await echo.client(*OFFICER).call(A_REQUEST, GetEchoResponse)

    [fault] = [line for line in lines if line["event"] == "internal_error"]
    assert fault["reference"] == refused.value.metadata["reference"]
    assert isinstance(fault["fault"], ValueError)


async def test_calls_are_counted_by_method_and_status() -> None:
    def count(code: str) -> float:
        labels = {"service": ECHO.full_name, "method": "GetEcho", "code": code}
        return REGISTRY.get_sample_value("minshao_rpc_calls_total", labels) or 0

    before = count("OK"), count("UNAUTHENTICATED")
    async with running() as echo:
        await echo.client(*OFFICER).call(A_REQUEST, GetEchoResponse)
        with pytest.raises(DomainError):
            await echo.client().call(A_REQUEST, GetEchoResponse)

    assert (count("OK"), count("UNAUTHENTICATED")) == (before[0] + 1, before[1] + 1)


async def test_a_call_is_a_span_in_the_trace_of_its_caller() -> None:
    exporter = InMemorySpanExporter()
    spans = Spans("echo", exporter)
    parent = f"00-{'ab' * 16}-{'cd' * 8}-01"
    async with running(spans=spans) as echo:
        metadata = [("authorization", f"Bearer {echo.token(*OFFICER)}"), ("traceparent", parent)]
        await echo.raw("GetEcho", A_REQUEST.SerializeToString(), metadata)
    await asyncio.to_thread(spans.close)

    [span] = exporter.get_finished_spans()
    [call] = echo.service.calls
    assert span.name == "minshao.echo.v1.EchoService/GetEcho"
    assert f"{span.context.trace_id:032x}" == "ab" * 16 == call.trace[3:35]
    assert f"{span.context.span_id:016x}" == call.trace[36:52]
    assert dict(span.attributes or {}) == {"rpc.response.status_code": "OK"}
