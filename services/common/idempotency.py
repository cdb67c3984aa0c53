"""Creations that name a request id: the same call again returns the first result, however often and however parallel.

An id means something only for the account that sent it: another one may use the same, and is never given what the
first was told. All citizens are one here. Their clients are not told apart, since the mark of a client changes at
midnight and with its network, and who repeats a call after that must get the first result; so for a citizen the id,
which nobody else knows, is what keeps others away.

What is kept is of no use to who reads the table: the id is stored as its hash, and the response sealed under a key
that only the id, the account and the body of the request give. A response may hold what is shown only once, such as a
receipt code.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Protocol, TypeVar

import sqlalchemy as sa
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from services.common.ciphers import Key, seal, unseal
from services.common.database import Tx
from services.common.errors import AlreadyExists
from services.common.foundation import REQUESTS
from services.common.rpc.call import Call

KEPT = timedelta(days=1)
"""How long a first result is kept at least, by the clock of the database."""


class Repeatable(Protocol):
    """The request of a creation, which may name an id."""

    DESCRIPTOR: Descriptor
    request_id: str

    def SerializeToString(self, *, deterministic: bool) -> bytes: ...  # noqa: N802


Response = TypeVar("Response", bound=Message)


async def once(
    call: Call, request: Repeatable, response_type: type[Response], work: Callable[[Tx], Awaitable[Response]]
) -> Response:
    """Does the work in a transaction of its own and keeps its response, unless this request was answered before.

    Costs no round trip in the usual case: the first result is only looked for when the work, or keeping its response,
    fails. So a repetition is answered by the first result also where the state has moved on and the work would be
    refused. Raises AlreadyExists for an id that came with another body. Without an id the work is simply done. Capital
    letters make no other id of a UUID.
    """
    if not request.request_id:
        async with call.transaction() as tx:
            return await work(tx)
    request.request_id = request.request_id.lower()
    asked = _Asked(call.actor.name, request)
    try:
        async with call.transaction() as tx:
            response = await work(tx)
            _keep(tx, asked, response)
    except Exception:
        async with call.transaction() as tx:
            kept = await _first(tx, asked, response_type)
        if kept is None:
            raise
        return kept
    return response


def forget(tx: Tx) -> None:
    """PENDING: drops the tenant's results that have been kept long enough."""
    requests = REQUESTS.c
    tx.write(sa.delete(REQUESTS).where(requests.tenant == tx.tenant, requests.time < sa.func.now() - KEPT))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request and who sent it. Each hash is for one purpose, so that what is stored gives no key away."""

    actor: str
    request: Repeatable

    @property
    def id(self) -> bytes:
        return self._hash(b"id")

    @property
    def fingerprint(self) -> bytes:
        return self._hash(b"fingerprint", self._body)

    @property
    def key(self) -> Key:
        return Key(b"request", self._hash(b"key", self._body))

    @property
    def _body(self) -> bytes:
        kind = self.request.DESCRIPTOR.full_name.encode()
        return kind + b"\0" + self.request.SerializeToString(deterministic=True)

    def _hash(self, purpose: bytes, body: bytes = b"") -> bytes:
        parts = (b"minshao-request", purpose, self.actor.encode(), self.request.request_id.encode(), body)
        return sha256(b"\0".join(parts)).digest()


async def _first(tx: Tx, asked: _Asked, response_type: type[Response]) -> Response | None:
    """The response that was kept for this request. Raises AlreadyExists for an id that came with another body."""
    requests = REQUESTS.c
    kept = sa.select(requests.fingerprint, requests.response)
    row = await tx.row(kept.where(requests.tenant == tx.tenant, requests.id == asked.id))
    if row is None:
        return None
    if row.fingerprint != asked.fingerprint:
        raise AlreadyExists("REQUEST_ID_USED", "这个请求编号已用于另一项内容。")
    return response_type.FromString(unseal(asked.key, row.response, tx.tenant))


def _keep(tx: Tx, asked: _Asked, response: Message) -> None:
    """PENDING: keeps the response. Raises UniqueViolation when sent, if the same id was answered in the meantime."""
    tx.insert(
        REQUESTS,
        id=asked.id,
        fingerprint=asked.fingerprint,
        response=seal(asked.key, response.SerializeToString(), tx.tenant),
    )
