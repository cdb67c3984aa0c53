"""People in office, who press the button again for as long as nothing comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast
from uuid import uuid4

import httpx

from deploy.local.demo.people import County
from tests.faults.county.insisting import Insistent, answered
from tests.faults.county.luonan import Luonan


class Officials(Insistent):
    def __init__(self, people: County, http: httpx.AsyncClient) -> None:
        super().__init__()
        self._people = people
        self._http = http

    async def do(self, who: str, path: str, **body: object) -> None:
        """Does what cannot be done twice."""
        headers = await self._people.headers(who)
        await self.insist_on_done(lambda: answered(self._http.post(path, json=body, headers=headers)))

    async def make(self, who: str, path: str, **body: object) -> str:
        """Makes something, once however often it is sent; returns the resource name."""
        headers, body = await self._people.headers(who), body | {"requestId": str(uuid4())}
        answer = await self.insist(lambda: answered(self._http.post(path, json=body, headers=headers)))
        [made] = answer.values()
        return cast(Mapping[str, str], made)["name"]


@asynccontextmanager
async def officials(luonan: Luonan) -> AsyncIterator[Officials]:
    """Those of a county."""
    async with httpx.AsyncClient(base_url=luonan.stack.rest, timeout=20, trust_env=False) as http:
        yield Officials(luonan.people, http)
