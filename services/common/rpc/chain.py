"""The one chain that every call goes through, worked out per method before the first call.

Bytes → request → claims → access → rules of the fields → handler → bytes; and whatever happens on the way becomes a
status, a log line without content, a figure and a span.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from services.common.access import Claims, authorize
from services.common.errors import DomainError, InvalidFields, Kind, Unauthenticated
from services.common.rpc.access_option import rule_of
from services.common.rpc.call import Call
from services.common.rpc.headers import headers_of
from services.common.rpc.journey import Context, Journey, Told
from services.common.rpc.screening import screen_of
from services.common.rpc.validation import violations_of
from services.common.rpc.world import Draining, World

Unary = Callable[[Call, Message], Awaitable[Message]]
Streaming = Callable[[Call, Message], AsyncGenerator[Message]]


class Admission:
    """Makes a call out of bytes, or refuses it, before any code of a feature runs."""

    def __init__(self, method: MethodDescriptor, world: World) -> None:
        self._world = world
        self._request = GetMessageClass(method.input_type)
        self._rule = rule_of(method)
        self._screen = screen_of(method.input_type)

    async def __call__(self, raw: bytes, context: Context, journey: Journey) -> tuple[Call, Message]:
        """The call and its request. Raises DomainError."""
        request = self._decoded(raw)
        claims = await self._claims(journey.headers.token, context)
        tenant, actor = authorize(self._rule, request, claims)
        journey.tenant, journey.actor = tenant, actor.name
        if violations := self._screen.violations(request) or violations_of(request):
            raise InvalidFields(violations)
        world, work = self._world, journey.work
        return (
            Call(actor, tenant, world.clock.now(), work.request_id, work.trace, claims, world.database),
            request,
        )

    def _decoded(self, raw: bytes) -> Message:
        try:
            return self._request.FromString(raw)
        except DecodeError as error:
            # Also where a text is no valid UTF-8.
            raise DomainError(Kind.INVALID, "UNDECODABLE", "请求内容无法解析。") from error

    async def _claims(self, token: str, context: Context) -> Claims:
        if token:
            verifier = self._world.verifier
            return verifier.remembered(token) or await verifier.verify(token)
        if self._world.anonymous is None:
            raise Unauthenticated
        return self._world.anonymous(context.peer())


def unary(method: MethodDescriptor, handle: Unary, world: World) -> Callable[[bytes, Context], Awaitable[bytes]]:
    """The chain around a handler that answers once."""
    admission, told, load = Admission(method, world), Told(method), world.load

    async def chain(raw: bytes, context: Context) -> bytes:
        journey = Journey(told, headers_of(context), world.spans)
        try:
            load.enter()
            try:
                call, request = await admission(raw, context, journey)
                async with asyncio.timeout(world.longest_call):
                    reply = await handle(call, request)
                return reply.SerializeToString()
            finally:
                load.leave()
        except asyncio.CancelledError:
            journey.cancelled()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a status
            return await journey.fail(error, context)
        finally:
            journey.end()

    return chain


def streaming(method: MethodDescriptor, handle: Streaming, world: World) -> Callable[[bytes, Context], Awaitable[None]]:
    """The chain around a handler that answers many times, until it ends, its caller goes or the server drains."""
    admission, told, load = Admission(method, world), Told(method), world.load

    async def chain(raw: bytes, context: Context) -> None:
        journey = Journey(told, headers_of(context), world.spans)
        try:
            load.enter_stream()
            try:
                call, request = await admission(raw, context, journey)
                async with aclosing(handle(call, request)) as replies:
                    async for reply in replies:
                        await load.write(context.write(reply.SerializeToString()))
            finally:
                load.leave_stream()
        except asyncio.CancelledError:
            if not load.draining:
                journey.cancelled()
                raise
            _resume_after_cancellation()
            await journey.fail(Draining(), context)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a status
            await journey.fail(error, context)
        finally:
            journey.end()

    return chain


def _resume_after_cancellation() -> None:
    """The drain cancelled this task only to wake it: it still has to tell its caller why."""
    if (task := asyncio.current_task()) is not None:
        task.uncancel()
