"""People who press the button again for as long as nothing comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

from services.common.backoff import Backoff

T = TypeVar("T")

TRY_AGAIN = (503, 504)
"""What says nothing on whether it was done."""


class Unanswered(Exception):
    """Nothing came back that says whether it was done."""


class Refused(Exception):
    """The county answered with something else than what was asked for or a request to try again."""


class Insistent:
    def __init__(self) -> None:
        self.failures = 0
        """How many tries came to nothing."""

    async def insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Asks until there is an answer. Raises Refused."""
        backoff = Backoff(first=0.05, longest=0.5)
        while True:
            try:
                return await ask()
            except Unanswered:
                self.failures += 1
                await backoff.wait()

    async def insist_on_done(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Asks until it is done: who asks again is refused where it was done at first, and gets None. Raises
        Refused."""
        tries = 0

        async def ask_once_more() -> T:
            nonlocal tries
            tries += 1
            return await ask()

        try:
            return await self.insist(ask_once_more)
        except Refused:
            if tries == 1:
                raise
            return None


async def answered(sent: Awaitable[httpx.Response]) -> dict[str, object]:
    """The answer to what was sent over REST. Raises Unanswered, Refused."""
    try:
        response = await sent
    except httpx.TransportError as error:
        raise Unanswered from error
    if response.status_code in TRY_AGAIN:
        raise Unanswered
    if not response.is_success:
        raise Refused(f"{response.status_code} {response.text}")
    answer: dict[str, object] = response.json()
    return answer
