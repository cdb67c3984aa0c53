"""The keys behind the tokens: private ones that the gateway signs with, public ones that it publishes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Protocol
from urllib.request import ProxyHandler, build_opener

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from services.common.errors import Unavailable

ALGORITHM = "Ed25519"
"""The only algorithm that is signed with or accepted (RFC 9864)."""

_log = structlog.get_logger(__name__)


class KeySource(Protocol):
    """Where the gateway's published keys come from."""

    @property
    def generation(self) -> int:
        """Another number whenever the set of keys has changed: what was verified before then counts no more."""

    async def find(self, kid: str) -> OKPKey | None:
        """The key with this id; None when it is not published. Raises Unavailable when no keys can be had at all."""


def new_key() -> OKPKey:
    """A fresh private key, whose id is its thumbprint."""
    return OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)


def to_document(keys: Iterable[OKPKey], *, private: bool = False) -> str:
    """A JSON Web Key Set: the published one unless `private`, which is what the gateway keeps for itself."""
    return json.dumps({"keys": [key.as_dict(private=private) for key in keys]})


def from_document(document: str | bytes) -> list[OKPKey]:
    """The Ed25519 keys of a JSON Web Key Set in its order. Raises ValueError when it is none, or holds none of them."""
    try:
        keys = KeySet.import_key_set(json.loads(document)).keys
    except (JoseError, KeyError, TypeError) as error:
        raise ValueError("not a JSON Web Key Set with keys") from error
    ours = [key for key in keys if isinstance(key, OKPKey) and key.curve_name == "Ed25519"]
    if not ours:
        raise ValueError("no Ed25519 key in the set")
    return ours


class PublishedKeys:
    """The published keys, read when first needed, when an unknown id shows up, and every `refresh` seconds.

    Two readings are at least `pause` seconds apart, so that invented ids cannot make us ask without end; callers
    that arrive during a reading wait for it. A reading that fails leaves the keys as they were.
    """

    def __init__(self, read: Callable[[], Awaitable[bytes]], *, refresh: float = 300, pause: float = 5) -> None:
        self._read = read
        self._refresh = refresh
        self._pause = pause
        self._keys: dict[str, OKPKey] = {}
        self._tried = float("-inf")
        self._reading = asyncio.Lock()
        self.generation = 0

    async def find(self, kid: str) -> OKPKey | None:
        """See KeySource."""
        age = time.monotonic() - self._tried
        if age > self._refresh or (kid not in self._keys and age > self._pause):
            await self._renew(self._tried)
        if not self._keys:
            raise Unavailable("暂时无法核对登录凭证，请稍后再试。", "NO_TOKEN_KEYS")
        return self._keys.get(kid)

    async def _renew(self, seen: float) -> None:
        async with self._reading:
            if self._tried != seen:
                return
            try:
                keys = {str(key.kid): key for key in from_document(await self._read())}
            except (OSError, ValueError) as error:
                _log.warning("token_keys_unreadable", error=type(error).__name__)
            else:
                self.generation += keys.keys() != self._keys.keys()
                self._keys = keys
            self._tried = time.monotonic()


def keys_in_file(path: Path) -> PublishedKeys:
    """Keys of a file that the gateway writes on the same machine; reading it is cheap."""
    return PublishedKeys(lambda: asyncio.to_thread(path.read_bytes), refresh=30, pause=1)


def keys_at_url(url: str) -> PublishedKeys:
    """Keys that the gateway publishes over HTTP. Raises ValueError for any other scheme."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("token keys are fetched over http or https")
    # A proxy of the machine must not stand between a service and the keys that it trusts.
    opener = build_opener(ProxyHandler({}))

    def fetch() -> bytes:
        with opener.open(url, timeout=5) as reply:
            document: bytes = reply.read(1 << 20)
            return document

    return PublishedKeys(lambda: asyncio.to_thread(fetch))
