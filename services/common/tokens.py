"""Tokens that say who calls: signed by the gateway with Ed25519, verified by every service for itself.

Token time is real time: it does not follow the clock of the domain, which demos and tests may move.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.common.access import Claims, Grant, Role
from services.common.errors import Unauthenticated
from services.common.token_keys import ALGORITHM, KeySource

__all__ = ["AUDIENCE", "LIFETIME", "Claims", "TokenSigner", "TokenVerifier"]

AUDIENCE = "minshao"
"""The audience of every token: the product, all its services."""

LIFETIME = timedelta(minutes=15)
"""How long a token holds unless its signer says otherwise."""

_LONGEST = 8192
_REMEMBERED = 10_000


class _Payload(msgspec.Struct):
    sub: str
    iss: str
    aud: str
    exp: int
    roles: list[tuple[str, str]] = []
    cadre: str | None = None
    client: str | None = None
    epoch: int | None = None


class TokenSigner:
    """Signs with the first of its keys; the others are kept only so that their ids stay published."""

    def __init__(
        self,
        issuer: str,
        keys: Sequence[OKPKey],
        *,
        audience: str = AUDIENCE,
        lifetime: timedelta = LIFETIME,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._key = keys[0]
        self._lifetime = int(lifetime.total_seconds())
        self._now = now

    def sign(
        self,
        subject: str,
        grants: Sequence[Grant],
        *,
        cadre: str | None = None,
        client: str | None = None,
        epoch: int | None = None,
    ) -> tuple[str, datetime]:
        """A token of this bearer, and the instant (UTC, whole seconds) at which it expires."""
        issued = int(self._now())
        payload = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "iat": issued,
            "exp": issued + self._lifetime,
            "roles": [[grant.role.name, grant.scope] for grant in grants],
            "cadre": cadre,
            "client": client,
            "epoch": epoch,
        }
        told = {name: value for name, value in payload.items() if value is not None}
        token = jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, told, self._key, algorithms=[ALGORITHM])
        return token, datetime.fromtimestamp(issued + self._lifetime, UTC)


class TokenVerifier:
    """Says whose token it is. Verified tokens are remembered until they expire or the published keys change."""

    def __init__(
        self, issuer: str, keys: KeySource, *, audience: str = AUDIENCE, now: Callable[[], float] = time.time
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._now = now
        self._known: OrderedDict[str, tuple[int, int, Claims]] = OrderedDict()

    def remembered(self, token: str) -> Claims | None:
        """The claims of a token that was verified before and still holds. Takes about a microsecond."""
        if (known := self._known.get(token)) is None:
            return None
        expires, generation, claims = known
        if expires > self._now() and generation == self._keys.generation:
            self._known.move_to_end(token)
            return claims
        del self._known[token]
        return None

    async def verify(self, token: str) -> Claims:
        """The claims of the token. Raises Unauthenticated when it does not hold, Unavailable without any keys."""
        if (claims := self.remembered(token)) is not None:
            return claims
        payload = await self._verified(token)
        claims = _claims(payload)
        self._known[token] = (payload.exp, self._keys.generation, claims)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return claims

    async def _verified(self, token: str) -> _Payload:
        key = await self._key(token)
        try:
            payload = msgspec.convert(jwt.decode(token, key, algorithms=[ALGORITHM]).claims, _Payload)
        except (JoseError, ValueError) as error:
            raise _does_not_hold() from error
        if payload.iss != self._issuer or payload.aud != self._audience:
            raise _does_not_hold()
        if payload.exp <= self._now():
            raise Unauthenticated("登录已过期，请重新登录。", "TOKEN_EXPIRED")
        return payload

    async def _key(self, token: str) -> OKPKey:
        """The published key that the token names, before anything in the token is believed."""
        if len(token) > _LONGEST:
            raise _does_not_hold()
        try:
            kid = jws.extract_compact(token.encode("ascii")).headers().get("kid")
        except (JoseError, ValueError) as error:
            raise _does_not_hold() from error
        if not isinstance(kid, str) or (key := await self._keys.find(kid)) is None:
            raise _does_not_hold()
        return key


def _claims(payload: _Payload) -> Claims:
    # A role that this version does not know is passed over: its bearer may do less here, never more.
    known = Role.__members__
    grants = tuple(Grant(known[name], scope) for name, scope in payload.roles if name in known)
    expires = datetime.fromtimestamp(payload.exp, UTC)
    return Claims(payload.sub, grants, expires, payload.cadre, payload.client, payload.epoch)


def _does_not_hold() -> Unauthenticated:
    return Unauthenticated("登录凭证无效，请重新登录。", "TOKEN_INVALID")
