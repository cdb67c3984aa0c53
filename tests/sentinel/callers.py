"""Those who call over REST, each with a password and tokens that nobody else may learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.sentinel.confidence import Told, planted

CITIZEN = ""


@dataclass
class Callers:
    """Signs people in when they first call, and remembers every password and token as a word to be looked for."""

    http: httpx.AsyncClient
    told: Told
    first_passwords: dict[str, str] = field(default_factory=dict)
    """Of everybody who was provisioned, by account."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Access tokens by account."""
    refresh_tokens: dict[str, str] = field(default_factory=dict)

    async def post(self, who: str, path: str, **body: object) -> dict[str, Any]:
        """The reply to an account, by its resource name, or to a citizen."""
        return _answer(await self.http.post(path, json=body, headers=await self.headers(who)))

    async def get(self, who: str, path: str) -> dict[str, Any]:
        return _answer(await self.http.get(path, headers=await self.headers(who)))

    async def tried(self, who: str, method: str, path: str, body: object = None) -> httpx.Response:
        """The response to a call that may be refused."""
        return await self.http.request(method, path, json=body, headers=await self.headers(who))

    async def headers(self, who: str) -> Mapping[str, str]:
        if who == CITIZEN:
            return {"X-Forwarded-For": self.told["address of a citizen"]}
        if who not in self.tokens:
            await self.sign_in(who)
        return {"Authorization": f"Bearer {self.tokens[who]}"}

    async def sign_in(self, account: str) -> None:
        """The first sign-in, with a password of the holder's own; then once more, with that one."""
        tenant, login = account.split("/accounts/")
        old, new = self.told.add(f"first password of {account}", self.first_passwords[account]), planted("Qing-")
        self.told.add(f"password of {account}", new)
        self._take(
            account,
            await self.post(CITIZEN, f"/v1/{tenant}:changePassword", login=login, oldPassword=old, newPassword=new),
        )
        self._take(account, await self.post(CITIZEN, f"/v1/{tenant}:signIn", login=login, password=new))
        refresh = {"refreshToken": self.refresh_tokens[account]}
        self._take(account, await self.post(CITIZEN, f"/v1/{tenant}:refresh", **refresh))

    def _take(self, account: str, answer: Mapping[str, Any]) -> None:
        """Each token is remembered, also those that the next takes the place of."""
        tokens, number = answer["tokens"], len(self.told.words)
        # The head of a token is the same in all of them and says nothing.
        signature = tokens["accessToken"].rpartition(".")[2]
        self.told.add(f"access token {number} of {account}", signature)
        self.told.add(f"refresh token {number} of {account}", tokens["refreshToken"])
        self.tokens[account], self.refresh_tokens[account] = tokens["accessToken"], tokens["refreshToken"]


def _answer(response: httpx.Response) -> dict[str, Any]:
    assert response.is_success, f"{response.request.url.path}: {response.text}"
    answer: dict[str, Any] = response.json()
    return answer
