"""The people of the county at their keyboards: each call is one of the public REST API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

PASSWORD = "luoshui-qingqing-2026"  # noqa: S105 - of accounts that are thrown away with the demo


class Unexpected(Exception):
    """The county answered otherwise than the story needs. The text is the problem that it named."""


@dataclass
class County:
    """The REST API of one county, and who has signed in to it."""

    url: str
    first_passwords: dict[str, str] = field(default_factory=dict)
    """By account; each is used once."""
    _tokens: dict[str, str] = field(default_factory=dict)
    _signing_in: asyncio.Lock = field(default_factory=asyncio.Lock)
    """An account signs in once, however many of its calls begin at the same hour."""
    _http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
        self._http = httpx.AsyncClient(base_url=self.url, timeout=60, limits=limits, trust_env=False)

    async def post(self, who: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, object]:
        """What an account, by its resource name, or a citizen, by an address, sends. Raises Unexpected."""
        response = await self._http.post(path, json=body or {}, headers=await self.headers(who))
        return _answer(response)

    async def patch(self, who: str, path: str, body: Mapping[str, object]) -> dict[str, object]:
        return _answer(await self._http.patch(path, json=body, headers=await self.headers(who)))

    async def get(self, who: str, path: str, **query: str | int) -> dict[str, object]:
        return _answer(await self._http.get(path, params=query, headers=await self.headers(who)))

    async def close(self) -> None:
        await self._http.aclose()

    async def headers(self, who: str) -> dict[str, str]:
        """What tells the county who calls; an account signs in for it where it has not yet."""
        if not who.startswith("tenants/"):
            # Behind a proxy each citizen has an address of their own, and with it limits of their own.
            return {"X-Forwarded-For": who}
        async with self._signing_in:
            if who not in self._tokens:
                await self._sign_in(who)
        return {"Authorization": f"Bearer {self._tokens[who]}"}

    async def _sign_in(self, account: str) -> None:
        """The first sign-in: with the password that was shown once, which must be changed there and then."""
        tenant, _, login = account.removeprefix("tenants/").partition("/accounts/")
        body = {
            "login": login,
            "oldPassword": self.first_passwords.pop(account),
            "newPassword": PASSWORD,
        }
        address = {"X-Forwarded-For": f"10.1.{len(self._tokens) // 250}.{len(self._tokens) % 250}"}
        answer = _answer(await self._http.post(f"/v1/tenants/{tenant}:changePassword", json=body, headers=address))
        tokens = answer["tokens"]
        assert isinstance(tokens, dict)
        self._tokens[account] = tokens["accessToken"]


def _answer(response: httpx.Response) -> dict[str, object]:
    if response.is_success:
        answer: dict[str, object] = response.json()
        return answer
    request = response.request
    raise Unexpected(f"{request.method} {request.url.path}: {json.dumps(response.json(), ensure_ascii=False)}")
