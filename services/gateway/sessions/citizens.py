"""Those who call without an account: citizens, told apart by the mark of their client and by nothing else."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import unquote

from services.common.access import Claims, Grant, Role
from services.common.clock import Clock
from services.common.tokens import LIFETIME
from services.gateway.sessions.key_file import SigningKeys

REMEMBERED = 10_000
"""How many clients' tokens are kept to be used again."""

FRESH = timedelta(minutes=5)
"""A token that holds for less is not used again: it must outlive the calls that it is handed to."""

_CITIZEN = "citizen"
_GRANTS = (Grant(Role.CITIZEN, ""),)
_PEER = re.compile(r"ipv4:(?P<v4>[0-9.]+):\d+|ipv6:\[(?P<v6>[0-9a-fA-F:.%\w]+)\]:\d+")


class Citizens:
    """Gives the token of a citizen with a client mark, the same one while it is fresh by the clock, the real one."""

    def __init__(self, keys: SigningKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._tokens: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    async def __call__(self, mark: str) -> str:
        known = self._tokens.get(mark)
        if known is None or known[1] - self._clock.now() < FRESH:
            known = self._keys.signer().sign(_CITIZEN, _GRANTS, client=mark)
            self._tokens[mark] = known
        self._tokens.move_to_end(mark)
        if len(self._tokens) > REMEMBERED:
            self._tokens.popitem(last=False)
        return known[0]


def anonymous(marks: Callable[[str], str], clock: Clock) -> Callable[[str], Claims]:
    """Claims for whoever calls over gRPC without a token, by the peer as gRPC names it. `clock` is the real one."""

    def claims(peer: str) -> Claims:
        return Claims(_CITIZEN, _GRANTS, clock.now() + LIFETIME, client=marks(address_of(peer)))

    return claims


def address_of(peer: str) -> str:
    """The address in a peer such as `ipv4:127.0.0.1:5000` or `ipv6:%5B::1%5D:5000`; the peer itself without one."""
    match = _PEER.fullmatch(unquote(peer))
    return (match["v4"] or match["v6"]) if match else peer
