"""The people of village rooms, who receive cases and accept them: half of them on the web, half by programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import uuid4

import grpc
import httpx
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from minshao.agency import v1 as pb

from deploy.local.demo.month import Unit
from deploy.local.demo.people import County
from deploy.local.items import publications
from deploy.local.ports import address
from services.common.errors import DomainError, Kind
from services.common.rpc.client import Client, connect
from tests.faults.county.insisting import Insistent, Refused, Unanswered, answered
from tests.faults.county.luonan import OPERATOR, TOWNS, Luonan
from tests.faults.county.tally import Tally

AT_ONCE = 4
"""How many work at the same time in each room."""
ROOMS = tuple(Unit(f"{town}{village}", f"v{village}") for town in TOWNS for village in ("201", "208"))

PLACEMENT = "JJ-02"
"""An item of five working days, of which the first two are the room's."""

CASES = pb.case_service_pb2.DESCRIPTOR.services_by_name["CaseService"]
PATHS: Mapping[type[Message], str] = {
    pb.CreateCaseRequest: "/v1/{parent}/cases",
    pb.AcceptCaseRequest: "/v1/{name}:accept",
}
ITEMS = {request.name.rpartition("/")[2]: request for request in publications()}

M = TypeVar("M", bound=Message)


class Way(Protocol):
    """A way to the agency. Raises Unanswered, Refused."""

    async def __call__(self, who: str, request: Message, answer: type[M]) -> M: ...


@dataclass(frozen=True, eq=False)
class Application:
    """What a person applies for in a room: the same request, whenever it is sent and on whichever way."""

    room: Unit
    request: pb.CreateCaseRequest
    address: str
    """Where the applicant comes from on line."""

    @property
    def clerk(self) -> str:
        return clerk_of(self.room)

    @classmethod
    def new(cls, room: Unit, item: str, number: int) -> Application:
        applicant = pb.Case.Applicant(name=f"村民{number}", phone=f"138{number:08}")
        materials = ITEMS[item].content.materials
        request = pb.CreateCaseRequest(
            parent=room.town,
            point=f"{room.town}/points/{room.code}",
            item=item,
            applicant=applicant,
            brought=[each.name for each in materials],
            request_id=str(uuid4()),
        )
        return cls(room, request, f"10.{20 + ROOMS.index(room)}.{number // 250}.{number % 250}")


class Clerks(Insistent):
    """Receive cases in the rooms and accept them, each until it is done. What was received is in `received`."""

    def __init__(self, people: County, http: httpx.AsyncClient, channel: grpc.aio.Channel) -> None:
        super().__init__()
        self._people = people
        self._http = http
        self._client = Client(channel, CASES)
        self._numbers = 0
        self.received: dict[Application, pb.CreateCaseResponse] = {}
        self.tally = Tally()
        """Of what was answered."""

    async def work(self, count: int, item: str = "SH-02", rooms: Sequence[Unit] = ROOMS) -> set[str]:
        """So many cases in each of the rooms; returns their names."""
        first, self._numbers = self._numbers, self._numbers + count
        before = set(self.received)
        for room in rooms:
            await self._people.headers(clerk_of(room))
        async with asyncio.TaskGroup() as group:
            for room in rooms:
                applications = iter([Application.new(room, item, first + number) for number in range(count)])
                for way in (self._on_the_web, self._by_program) * (AT_ONCE // 2):
                    group.create_task(self._receive_all(way, applications))
        return {answer.case.name for application, answer in self.received.items() if application not in before}

    async def repeat(self, application: Application, way: Way | None = None) -> pb.CreateCaseResponse:
        """Sends what is applied for until there is an answer."""
        send = way or self._on_the_web
        return await self.insist(lambda: send(application.clerk, application.request, pb.CreateCaseResponse))

    async def withdraw(self, *names: str) -> None:
        """Those who applied for these cases do not want it any more."""
        for application, answer in self.received.items():
            if answer.case.name in names:
                path = f"/v1/{application.room.town}/cases:withdraw"
                await self._people.post(application.address, path, {"code": answer.receipt_code})

    async def _receive_all(self, way: Way, applications: Iterator[Application]) -> None:
        for application in applications:
            received = self.received[application] = await self.repeat(application, way)
            await self.tally.add()
            await self._accept(way, application.clerk, received.case.name)
            await self.tally.add()

    async def _accept(self, way: Way, who: str, name: str) -> None:
        request = pb.AcceptCaseRequest(name=name)
        await self.insist_on_done(lambda: way(who, request, pb.AcceptCaseResponse))

    async def _on_the_web(self, who: str, request: Message, answer: type[M]) -> M:
        body = MessageToDict(request)
        path, headers = PATHS[type(request)].format_map(body), await self._people.headers(who)
        return ParseDict(await answered(self._http.post(path, json=body, headers=headers)), answer())

    async def _by_program(self, who: str, request: Message, answer: type[M]) -> M:
        token = (await self._people.headers(who))["Authorization"].removeprefix("Bearer ")
        try:
            return await self._client.call(request, answer, token=token)
        except DomainError as error:
            if error.kind in (Kind.UNAVAILABLE, Kind.LATE):
                raise Unanswered from error
            raise Refused(str(error)) from error


@asynccontextmanager
async def clerks(luonan: Luonan) -> AsyncIterator[Clerks]:
    """Those of a county, whose items they publish."""
    for request in ITEMS.values():
        await luonan.people.post(OPERATOR, f"/v1/{request.name}:publish", MessageToDict(request))
    async with AsyncExitStack() as opened:
        http = await opened.enter_async_context(
            httpx.AsyncClient(base_url=luonan.stack.rest, timeout=20, trust_env=False)
        )
        channel = await opened.enter_async_context(connect(address(luonan.stack.ports.agency), (CASES,)))
        yield Clerks(luonan.people, http, channel)


def clerk_of(room: Unit) -> str:
    """Who works in it."""
    return room.account("registrar")
