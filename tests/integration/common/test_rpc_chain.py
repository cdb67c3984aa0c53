from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from typing import cast

import grpc
import pytest
from google.protobuf.message import Message

from services.common.access import Claims, Grant, Role
from services.common.database import Unreachable
from services.common.errors import DomainError, Kind, Refused, TooMany
from services.common.rpc.call import Call
from services.common.rpc.client import Client
from services.common.rpc.status import from_status, of_failed_call
from services.common.rpc.world import Load
from services.common.token_keys import new_key
from services.common.tokens import TokenSigner
from services.common.tracing import current_trace, current_work
from tests.echo.server import (
    A_REQUEST,
    ISSUER,
    NOW,
    OFFICER,
    TOWN,
    VIEWER,
    AskEchoRequest,
    AskEchoResponse,
    CreateEchoRequest,
    CreateEchoResponse,
    Echo,
    EchoService,
    GetEchoResponse,
    Running,
    WatchEchoesRequest,
    WatchEchoesResponse,
    running,
)


@pytest.fixture
async def echo() -> AsyncIterator[Running]:
    async with running() as server:
        yield server


async def refusal(call: Awaitable[object]) -> DomainError:
    """The error of a call that must fail."""
    with pytest.raises((DomainError, grpc.aio.AioRpcError)) as refused:
        await call
    error = refused.value
    return from_status(of_failed_call(error)) if isinstance(error, grpc.aio.AioRpcError) else cast("DomainError", error)


async def test_a_call_reaches_its_method_with_all_that_belongs_to_it(echo: Running) -> None:
    reply = await echo.client(*OFFICER, Grant(Role.COUNTY_VIEWER, "611021")).call(A_REQUEST, GetEchoResponse)

    [call] = echo.service.calls
    assert reply == GetEchoResponse(echo=Echo(title=call.actor.name[:20]))
    assert (call.tenant, call.now, call.actor.grants) == (TOWN, NOW, OFFICER)
    assert call.claims.grants == (*OFFICER, Grant(Role.COUNTY_VIEWER, "611021"))


@pytest.mark.parametrize("garbage", [b"\xff\xff\xff", b"\x0a\xff", b"{}", b"\x0a\x02\xc3\x28", b"\x0b" * 200])
async def test_bytes_that_are_no_protobuf_are_an_invalid_argument(echo: Running, garbage: bytes) -> None:
    metadata = [("authorization", f"Bearer {echo.token(*OFFICER)}")]

    error = await refusal(echo.raw("GetEcho", garbage, metadata))

    assert (error.kind, error.reason) == (Kind.INVALID, "UNDECODABLE")
    assert echo.service.calls == []


@pytest.mark.parametrize("metadata", [[], [("authorization", "")], [("authorization", "Bearer ")]])
async def test_a_call_without_a_token_is_refused(echo: Running, metadata: list[tuple[str, str]]) -> None:
    error = await refusal(echo.raw("GetEcho", A_REQUEST.SerializeToString(), metadata))

    assert error.kind is Kind.UNAUTHENTICATED
    assert echo.service.calls == []


async def test_a_public_call_needs_a_token_too_and_is_a_citizens(echo: Running) -> None:
    request = AskEchoRequest(parent=f"tenants/{TOWN}", code="1" * 16)

    assert (await refusal(echo.client().call(request, AskEchoResponse))).kind is Kind.UNAUTHENTICATED
    assert (await echo.client(Grant(Role.CITIZEN, "")).call(request, AskEchoResponse)).answer == "citizen"  # type: ignore[attr-defined]
    assert [call.actor.client for call in echo.service.calls] == ["mark"]


async def test_a_citizen_reaches_nothing_that_is_not_public(echo: Running) -> None:
    error = await refusal(echo.client(Grant(Role.CITIZEN, "")).call(A_REQUEST, GetEchoResponse))

    assert error.kind is Kind.DENIED


async def test_a_front_door_may_let_callers_in_without_a_token() -> None:
    def passer_by(peer: str) -> Claims:
        return Claims("citizen", (Grant(Role.CITIZEN, ""),), NOW, client=f"mark of {peer.partition(':')[0]}")

    async with running(anonymous=passer_by) as echo:
        request = AskEchoRequest(parent=f"tenants/{TOWN}", code="1" * 16)
        await echo.client().call(request, AskEchoResponse)
        error = await refusal(echo.client().call(A_REQUEST, GetEchoResponse))

    assert [call.actor.client for call in echo.service.calls] == ["mark of ipv4"]
    assert error.kind is Kind.DENIED


@pytest.mark.parametrize(
    "signer",
    [
        TokenSigner(ISSUER, [new_key()]),
        TokenSigner("elsewhere", [new_key()]),
    ],
)
async def test_a_token_of_another_house_is_refused(echo: Running, signer: TokenSigner) -> None:
    token, _ = signer.sign("x", OFFICER)

    error = await refusal(echo.client().call(A_REQUEST, GetEchoResponse, token=token))

    assert (error.kind, error.reason) == (Kind.UNAUTHENTICATED, "TOKEN_INVALID")
    assert echo.service.calls == []


async def test_an_expired_token_is_refused_though_it_was_accepted_before() -> None:
    async def call_for_ever(client: Client) -> None:
        while True:
            await client.call(A_REQUEST, GetEchoResponse)

    async with running(lifetime=timedelta(seconds=1)) as echo:
        error = await refusal(asyncio.wait_for(call_for_ever(echo.client(*OFFICER)), 10))

    assert (error.kind, error.reason) == (Kind.UNAUTHENTICATED, "TOKEN_EXPIRED")
    assert echo.service.calls != []


@pytest.mark.parametrize("tenant", ["611021102", "611021", "999999", "611021101999"])
async def test_a_role_of_one_town_reaches_no_other(echo: Running, tenant: str) -> None:
    request = type(A_REQUEST)(name=f"tenants/{tenant}/echoes/1")

    error = await refusal(echo.client(*OFFICER).call(request, GetEchoResponse))

    assert error.kind is (Kind.INVALID if len(tenant) > 9 else Kind.DENIED)
    assert echo.service.calls == []


async def test_all_broken_rules_of_a_request_are_told_with_their_fields(echo: Running) -> None:
    request = CreateEchoRequest(parent=f"tenants/{TOWN}", echo=Echo(title="村" * 21, tags=["好"]), page_size=-1)

    error = await refusal(echo.client(*OFFICER).call(request, CreateEchoResponse))

    assert error.kind is Kind.INVALID
    assert [each.field for each in error.violations] == ["echo.title", "echo.tags[0]", "page_size"]
    assert echo.service.calls == []


@pytest.mark.parametrize(("content", "field"), [(Echo(title="a\u202eb"), "echo.title"), (Echo(tone=9), "echo.tone")])
async def test_hidden_characters_and_later_enum_values_are_refused(echo: Running, content: Message, field: str) -> None:
    request = CreateEchoRequest(parent=f"tenants/{TOWN}", echo=content)

    error = await refusal(echo.client(*OFFICER).call(request, CreateEchoResponse))

    assert (error.kind, [each.field for each in error.violations]) == (Kind.INVALID, [field])
    assert echo.service.calls == []


async def test_a_refusal_of_the_domain_reaches_the_caller_with_its_data(echo: Running) -> None:
    def refuse(call: Call, request: Message) -> None:
        raise Refused("POST_FULL", "监督员已满五人。", limit="5")

    echo.service.on_get = refuse
    error = await refusal(echo.client(*OFFICER).call(A_REQUEST, GetEchoResponse))

    assert (error.kind, error.reason, error.message) == (Kind.REFUSED, "POST_FULL", "监督员已满五人。")
    assert error.metadata == {"limit": "5"}


async def test_an_error_of_ours_shows_a_number_and_nothing_else(echo: Running) -> None:
    def fail(call: Call, request: Message) -> None:
        raise ValueError("张三的电话是 13800000000")

    echo.service.on_get = fail
    error = await refusal(echo.client(*OFFICER).call(A_REQUEST, GetEchoResponse))

    assert error.kind is Kind.INTERNAL
    assert error.message == f"系统内部错误，请联系管理员，编号 {error.metadata['reference']}。"
    assert set(error.metadata) == {"reference"}


async def test_a_lost_database_is_unavailable_and_may_be_tried_again(echo: Running) -> None:
    def lose(call: Call, request: Message) -> None:
        if len(echo.service.calls) < 3:
            raise Unreachable

    echo.service.on_get = lose
    await echo.client(*OFFICER).call(A_REQUEST, GetEchoResponse)

    assert len(echo.service.calls) == 3


async def test_a_call_that_takes_too_long_is_ended_by_the_server() -> None:
    stuck = asyncio.Event()
    async with running(EchoService(on_get=lambda *_: stuck.wait()), longest_call=0.05) as echo:
        error = await refusal(echo.raw("GetEcho", A_REQUEST.SerializeToString(), _bearer(echo)))

    assert error.kind is Kind.LATE


async def test_a_call_ends_at_the_deadline_of_its_caller() -> None:
    ended = asyncio.Event()

    async def wait(call: Call, request: Message) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with running(EchoService(on_get=wait)) as echo:
        error = await refusal(echo.client(*OFFICER).call(A_REQUEST, GetEchoResponse, limit=1))
        await asyncio.wait_for(ended.wait(), 20)

    assert error.kind is Kind.LATE


async def test_calls_above_the_limit_are_refused_at_once() -> None:
    inside, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def wait(call: Call, request: Message) -> None:
        inside.release()
        await go_on.wait()

    async with running(EchoService(on_get=wait), load=Load(calls=2)) as echo:
        client = echo.client(*OFFICER)
        held = [asyncio.create_task(client.call(A_REQUEST, GetEchoResponse)) for _ in range(2)]
        for _ in held:
            await asyncio.wait_for(inside.acquire(), 20)
        error = await refusal(client.call(A_REQUEST, GetEchoResponse))
        go_on.set()
        await asyncio.gather(*held)
        await client.call(A_REQUEST, GetEchoResponse)

    assert (error.kind, error.retry_after) == (Kind.EXHAUSTED, TooMany(timedelta(seconds=1)).retry_after)
    assert len(echo.service.calls) == 3


async def test_a_stream_answers_until_its_end(echo: Running) -> None:
    replies = echo.client(*VIEWER).stream(WatchEchoesRequest(count=5), WatchEchoesResponse)

    assert [reply.number async for reply in replies] == [0, 1, 2, 3, 4]  # type: ignore[attr-defined]
    assert echo.service.calls[0].tenant == ""


async def test_a_stream_is_refused_before_it_begins(echo: Running) -> None:
    async def first() -> Message:
        return await anext(echo.client(*OFFICER).stream(WatchEchoesRequest(count=5), WatchEchoesResponse))

    assert (await refusal(first())).kind is Kind.DENIED
    assert echo.service.calls == []


async def test_a_stream_that_breaks_tells_why_after_what_it_had(echo: Running) -> None:
    def break_off(number: int) -> None:
        if number == 2:
            raise Refused("ENOUGH", "够了。")

    echo.service.on_watch = break_off
    numbers: list[int] = []

    async def read() -> None:
        async for reply in echo.client(*VIEWER).stream(WatchEchoesRequest(count=5), WatchEchoesResponse):
            numbers.append(reply.number)  # type: ignore[attr-defined]  # noqa: PERF401 - those before the end count

    error = await refusal(read())

    assert numbers == [0, 1]
    assert error.reason == "ENOUGH"


async def test_a_reader_that_leaves_ends_the_stream(echo: Running) -> None:
    waiting, ended = asyncio.Event(), asyncio.Event()

    async def wait(number: int) -> None:
        if number:
            waiting.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.set()
                raise

    echo.service.on_watch = wait
    replies = echo.client(*VIEWER).stream(WatchEchoesRequest(count=5), WatchEchoesResponse)
    await anext(replies)
    await waiting.wait()
    await replies.aclose()

    await asyncio.wait_for(ended.wait(), 20)


async def test_ids_of_a_call_are_those_of_its_caller(echo: Running) -> None:
    parent = f"00-{'ab' * 16}-{'cd' * 8}-01"
    seen: list[str] = []
    echo.service.on_get = lambda *_: seen.append(current_trace())
    metadata = [*_bearer(echo), ("x-request-id", "abcdef-123456"), ("traceparent", parent)]

    await echo.raw("GetEcho", A_REQUEST.SerializeToString(), metadata)

    [at_service] = echo.service.calls
    assert at_service.request_id == "abcdef-123456"
    assert at_service.trace[3:35] == "ab" * 16
    assert at_service.trace != parent
    assert seen == [at_service.trace]


async def test_a_refusal_brings_the_id_of_its_call(echo: Running) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await echo.raw("GetEcho", A_REQUEST.SerializeToString(), [("x-request-id", "abcdef-123456")])

    assert ("x-request-id", "abcdef-123456") in tuple(refused.value.trailing_metadata())


@pytest.mark.parametrize("strange", ["", "a", "x" * 65, "has space", '{"a":1}'])
async def test_ids_that_cannot_be_logged_safely_are_replaced(echo: Running, strange: str) -> None:
    metadata = [*_bearer(echo), ("x-request-id", strange), ("traceparent", strange)]

    await echo.raw("GetEcho", A_REQUEST.SerializeToString(), metadata)

    [call] = echo.service.calls
    assert call.request_id != strange
    assert len(call.request_id) == 24
    assert len(call.trace) == 55


async def test_a_call_within_a_call_has_its_ids_and_what_is_left_of_its_time() -> None:
    async with running() as inner:

        async def pass_on(call: Call, request: Message) -> None:
            await inner.client(*OFFICER).call(A_REQUEST, GetEchoResponse)

        inner_deadlines: list[float] = []
        inner.service.on_get = lambda *_: inner_deadlines.append(current_work.get().deadline or 0)
        async with running(EchoService(on_get=pass_on)) as outer:
            begun = time.monotonic()
            await outer.client(*OFFICER).call(A_REQUEST, GetEchoResponse, limit=6)

    [first], [second] = outer.service.calls, inner.service.calls
    assert second.request_id == first.request_id
    assert second.trace[3:35] == first.trace[3:35]
    assert inner_deadlines[0] == pytest.approx(begun + 6, abs=2)


async def test_a_call_that_writes_is_never_repeated() -> None:
    class Losing(EchoService):
        async def create_echo(self, call: Call, request: Message) -> Message:
            self.calls.append(call)
            raise Unreachable

    async with running(Losing()) as echo:
        request = CreateEchoRequest(parent=f"tenants/{TOWN}", echo=Echo())
        error = await refusal(echo.client(*OFFICER).call(request, CreateEchoResponse))

    assert error.kind is Kind.UNAVAILABLE
    assert len(echo.service.calls) == 1


async def test_a_message_above_the_limit_is_refused(echo: Running) -> None:
    request = CreateEchoRequest(parent=f"tenants/{TOWN}", echo=Echo(body="x" * (5 << 20)))

    error = await refusal(echo.client(*OFFICER).call(request, CreateEchoResponse))

    assert error.kind is Kind.EXHAUSTED
    assert echo.service.calls == []


def _bearer(echo: Running) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {echo.token(*OFFICER)}")]
