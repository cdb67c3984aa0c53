"""Luonan with two of its towns, as the processes that it is in production; people reach it through the public API."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from google.protobuf.json_format import MessageToDict

from deploy.local.demo.people import County
from deploy.local.ports import Ports
from deploy.local.provision import requests
from deploy.local.settling import settling
from deploy.local.stack import Stack
from tests.engines import NatsRoom, engine_folder
from tests.faults.county.tally import PATIENCE

COUNTY = "tenants/611021"
OPERATOR = f"{COUNTY}/accounts/operator"
VIEWER = f"{COUNTY}/accounts/viewer"
TOWNS = ("611021101", "611021102")

Record = Mapping[str, object]


@dataclass
class Luonan:
    """The county while it runs."""

    stack: Stack
    people: County = field(init=False)

    def __post_init__(self) -> None:
        self.people = County(self.stack.rest)

    @property
    def nats(self) -> NatsRoom:
        return NatsRoom(self.stack.nats, "MINSHAO")

    async def kill(self, *names: str) -> None:
        """Ends processes by SIGKILL, all of them before any can notice that another is gone."""
        for name in names:
            await asyncio.to_thread(self.stack.children[name].kill)

    async def start(self, *names: str) -> None:
        """Starts processes again, all at once; returns when they are healthy."""
        await asyncio.gather(*(asyncio.to_thread(self._start, name) for name in names))

    async def lose_streams(self) -> None:
        """Kills NATS, which starts again without its store: the services tell everything once more."""
        await self.kill("nats")
        await asyncio.to_thread(self.stack.nats.delete_store)
        await self.start("nats")

    async def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs `minshao` with these arguments."""
        return await asyncio.to_thread(self._run, "services", *arguments)

    async def reports(self, town: str) -> list[Record]:
        """The register of the town, as the head of its discipline committee reads it."""
        return await self.of_town(town, "reports")

    async def cases(self, town: str) -> list[Record]:
        """All cases of the town, as the same one reads them: without who applied."""
        return await self.of_town(town, "cases")

    async def posts(self, town: str) -> list[Record]:
        return await self.of_town(town, "posts")

    async def of_town(self, town: str, collection: str) -> list[Record]:
        """All of a collection that the head of the town's discipline committee sees."""
        head, path = f"tenants/{town}/accounts/discipline-secretary", f"/v1/tenants/{town}/{collection}"
        return await self.listed(head, path, collection)

    async def listed(self, reader: str, path: str, things: str, **wanted: str) -> list[Record]:
        """All pages of what somebody lists; `wanted` are the fields of the filter."""
        query = {f"filter.{name}": value for name, value in wanted.items()}
        found: list[Record] = []
        token = ""
        while True:
            page = await self.people.get(reader, path, page_size=200, page_token=token, **query)
            found += cast(Sequence[Record], page.get(things, ()))
            if not (token := str(page.get("nextPageToken", ""))):
                return found

    async def feed(self, *types: str, reader: str = VIEWER) -> list[Record]:
        """The county's feed from its beginning, or what is of these types in it; a town's for a reader of the town."""
        tenant = reader.partition("/accounts/")[0]
        found: list[Record] = []
        for wanted in types or ("",):
            cursor, choice = "0.0", {"types": wanted} if wanted else {}
            while True:
                page = await self.people.get(reader, f"/v1/{tenant}/feed", page_size=200, after=cursor, **choice)
                if not (entries := cast(Sequence[Record], page.get("entries", ()))):
                    break
                found += entries
                cursor = str(page["nextCursor"])
        return found

    async def told(self, *types: str) -> Counter[str]:
        """How often each thing is in the county's feed with an event of these types."""
        return Counter(str(entry["resource"]) for entry in await self.feed(*types))

    async def settled(self) -> None:
        """Returns when every event is published and taken. Raises NotSettled after PATIENCE."""
        async with settling(self.stack) as county:
            await county.settled(patience=PATIENCE)

    async def provision(self) -> None:
        """The county and two towns, from their files; returns when their posts are open."""
        made = await asyncio.to_thread(
            self._run, "services.gateway", "create-operator", "--county", COUNTY.removeprefix("tenants/")
        )
        self.people.first_passwords[OPERATOR] = made.stdout.split()[-1]
        for file in requests():
            if file.tenant.name in (COUNTY, *(f"tenants/{town}" for town in TOWNS)):
                answer = await self.people.post(OPERATOR, f"/v1/{file.tenant.name}:provision", MessageToDict(file))
                for added in cast(Sequence[Mapping[str, str]], answer["addedAccounts"]):
                    self.people.first_passwords[added["account"]] = added["password"]
        await self.settled()

    def _run(self, *module: str) -> subprocess.CompletedProcess[str]:
        command, environment = (sys.executable, "-m", *module), self.stack.process_environment()
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)

    def _start(self, name: str) -> None:
        start = {"postgres": self.stack.postgres.start, "nats": self.stack.nats.start}
        child = self.stack.children[name]
        start.get(name, child.start)()
        child.wait_until(lambda: self.stack.is_healthy(name), PATIENCE)


def village(town: str, code: str) -> dict[str, object]:
    """What the operator provisions where a village comes into being in a town."""
    [tenant] = (file.tenant for file in requests() if file.tenant.name == f"tenants/{town}")
    unit = {"name": f"tenants/{town}/units/{code}", "displayName": "新村", "kind": "KIND_VILLAGE"}
    return {"tenant": MessageToDict(tenant), "units": [unit]}


@asynccontextmanager
async def living(
    settings: Mapping[str, str] | None = None, home: Path | None = None, modules: Mapping[str, str] | None = None
) -> AsyncIterator[Luonan]:
    """A county with all that it keeps synced to the disk. What it kept goes with it.

    `settings` are those of its services over the usual ones; they may name files in `home`. `modules` are run instead
    of services' own, by their names.
    """
    trusted = {"MINSHAO_GATEWAY_HTTP_PROXIES": "127.0.0.1"}
    stack = Stack(home or engine_folder(), Ports.any_free(), settings={**trusted, **(settings or {})})
    for name, module in (modules or {}).items():
        stack.services[name].command = (sys.executable, "-m", module, "serve")
    try:
        await asyncio.to_thread(stack.start)
        luonan = Luonan(stack)
        try:
            await luonan.provision()
            yield luonan
        finally:
            await luonan.people.close()
    finally:
        await asyncio.to_thread(stack.remove)
