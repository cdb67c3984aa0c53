"""Whose call it is: the caller's own token, or for a public call without one, the token of a citizen."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from starlette.requests import Request

from services.common.errors import TooMany, Unauthenticated
from services.gateway.rest.contract import Rpc
from services.gateway.rest.limits import TokenBuckets

Citizens: TypeAlias = Callable[[str], Awaitable[str]]
"""Gives the access token of a citizen with a client mark. Asked at every public call, so it had better remember."""

SESSIONS, KEYS = "minshao.gateway.v1.SessionService", "GetKeys"
"""The calls of this service are counted apart, but for the keys, which are for everybody: a town hall has one address
for its people and for whoever uses its network, and public calls from there must not keep them from signing in, or from
renewing their sessions."""

_BEARER = re.compile(r"Bearer +(?P<token>[A-Za-z0-9._~+/=-]{1,8192})", re.IGNORECASE)


class Door:
    """Lets calls in with a token, and counts those of clients that have none."""

    def __init__(self, marks: Callable[[str], str], citizens: Citizens, buckets: TokenBuckets) -> None:
        self._marks = marks
        self._citizens = citizens
        self._buckets = buckets

    async def token(self, request: Request, rpc: Rpc) -> str:
        """The token to call with.

        Raises Unauthenticated where there must be one and is none, or the authorization is no bearer token, and
        TooMany for a client that has no account and has used up its calls: those of its sessions, or all others. Calls
        with a token are not counted: a forged one ends at the service.
        """
        if (authorization := request.headers.get("authorization")) is not None:
            if (match := _BEARER.fullmatch(authorization)) is None:
                raise Unauthenticated("Authorization 应当是 Bearer 令牌。")
            return match["token"]
        if not rpc.access.public:
            raise Unauthenticated
        mark = self._marks(request.client.host if request.client else "")
        of_sessions = rpc.method.containing_service.full_name == SESSIONS and rpc.method.name != KEYS
        if wait := self._buckets.take(f"sessions {mark}" if of_sessions else mark):
            raise TooMany(timedelta(seconds=wait))
        return await self._citizens(mark)
