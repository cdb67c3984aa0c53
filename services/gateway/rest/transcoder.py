"""Serves every RPC of the contract at its HTTP addresses: JSON in, gRPC to the service, JSON or events out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import grpc
import msgspec
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import EncodeError, Message
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.common.rpc.client import outgoing, time_left
from services.common.tracing import current_work
from services.gateway.rest import events, problems, protojson
from services.gateway.rest.contract import Address, Rpc, rpcs_of
from services.gateway.rest.door import Door
from services.gateway.rest.envelope import RPC
from services.gateway.rest.events import EventStreams
from services.gateway.rest.media import JSON, accepts, is_json
from services.gateway.rest.options import RestOptions
from services.gateway.rest.problems import Problem
from services.gateway.rest.protojson import Json
from services.gateway.rest.request import assemble
from services.gateway.rest.router import BadPath, Found, Router


@dataclass(frozen=True, slots=True)
class Backend:
    """Services of the contract and the channel to the server that has them."""

    services: Sequence[ServiceDescriptor]
    channel: grpc.aio.Channel


@dataclass(frozen=True, slots=True)
class Served:
    """An RPC, ready to be called with bytes."""

    rpc: Rpc
    unary: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
    stream: grpc.aio.UnaryStreamMultiCallable[bytes, bytes]
    write: Callable[[Message], Json]
    frame: Callable[[bytes], bytes]

    @classmethod
    def of(cls, rpc: Rpc, channel: grpc.aio.Channel) -> Served:
        write = protojson.writer_of(rpc.method.output_type)
        frame = events.framer(rpc.response, rpc.method.output_type, write)
        return cls(rpc, channel.unary_unary(rpc.path), channel.unary_stream(rpc.path), write, frame)


class Transcoder:
    """An ASGI application. Raises ContractError for an RPC that has no address, or one that another has already."""

    def __init__(self, backends: Iterable[Backend], door: Door, streams: EventStreams, options: RestOptions) -> None:
        self._door = door
        self._streams = streams
        self._options = options
        self._router = Router(
            (address, Served.of(rpc, backend.channel))
            for backend in backends
            for service in backend.services
            for rpc in rpcs_of(service)
            for address in rpc.addresses
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request. Raises Problem, DomainError and AioRpcError for what cannot be answered."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        found = self._find(request)
        served = found.target
        request.scope["state"][RPC] = served.rpc.path
        token = await self._door.token(request, served.rpc)
        body = await self._body(request, found.address)
        message = assemble(served.rpc, found.address, found.values, request.scope["query_string"], body)
        if served.rpc.streaming:
            events.resume(message, served.rpc.method.input_type, request.headers.get("last-event-id", ""))
            call = served.stream(_bytes_of(message), metadata=outgoing(token))
            return await self._streams.response(call, served.frame, current_work.get().request_id)
        limit = time_left(self._options.call_seconds)
        reply = await served.unary(_bytes_of(message), metadata=outgoing(token), timeout=limit)
        answer = served.write(served.rpc.response.FromString(reply))
        if found.address.response_body:
            answer = _member(answer, served.rpc, found.address)
        return Response(msgspec.json.encode(answer), media_type=JSON)

    def _find(self, request: Request) -> Found[Served]:
        path = bytes(request.scope["raw_path"]).decode("latin-1")
        try:
            found = self._router.find(request.method, path)
            if not isinstance(found, Found) and request.method == "HEAD":
                found = self._router.find("GET", path)
        except BadPath:
            raise Problem(400, "BROKEN_PATH", "请求有误", "路径不是有效的 UTF-8。") from None
        if not isinstance(found, Found):
            raise problems.of_address(found)
        media_type = events.MEDIA_TYPE if found.target.rpc.streaming else JSON
        if not accepts(",".join(request.headers.getlist("accept")), media_type):
            raise Problem(406, "NOT_ACCEPTABLE", "无法按要求的格式答复", f"这里只答复 {media_type}。")
        return found

    async def _body(self, request: Request, address: Address) -> bytes:
        """The body, empty where there is none. Raises Problem for one that is too large, too slow or no JSON."""
        try:
            async with asyncio.timeout(self._options.body_seconds):
                body = await self._limited(request)
        except TimeoutError:
            raise Problem(408, "BODY_TOO_SLOW", "请求超时", "请求体没有在限定时间内传完。") from None
        except ClientDisconnect:
            raise Problem(499, "CLIENT_GONE", "请求已取消", "请求体没有传完。") from None
        if body and not address.body:
            raise Problem(400, "UNEXPECTED_BODY", "请求有误", "这个请求不能有请求体。")
        if body and not is_json(request.headers.get("content-type", "")):
            raise Problem(415, "UNSUPPORTED_MEDIA_TYPE", "格式不支持", "请求体应当是 application/json（UTF-8）。")
        return body

    async def _limited(self, request: Request) -> bytes:
        """Stops reading as soon as the limit is passed, whatever the length that was announced."""
        limit = self._options.body_bytes
        announced = request.headers.get("content-length", "0")
        body = bytearray()
        if not announced.isdigit() or int(announced) <= limit:
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    break
            else:
                return bytes(body)
        raise Problem(413, "BODY_TOO_LARGE", "请求体过大", f"请求体不能超过 {limit} 字节。")


def _bytes_of(message: Message) -> bytes:
    try:
        return message.SerializeToString()
    except EncodeError:
        raise Problem(400, "NESTED_TOO_DEEPLY", "请求有误", "请求体嵌套过深。") from None


def _member(answer: Json, rpc: Rpc, address: Address) -> Json:
    """The field that is answered; where it is absent, the object that stands for an empty one."""
    assert isinstance(answer, dict)
    return answer.get(rpc.method.output_type.fields_by_name[address.response_body].json_name, {})
