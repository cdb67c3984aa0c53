"""Creations that name a request id: the same call again returns the first result, however often and however parallel.

What is kept is of no use to who reads the table: the id is stored as its hash, and the response sealed under a key
that only the id and the body of the request give. A response may hold what is shown only once, such as a receipt code.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar

import sqlalchemy as sa
from google.protobuf.message import Message

from services.common.ciphers import Key, seal, unseal
from services.common.database import Tx
from services.common.errors import AlreadyExists
from services.common.foundation import REQUESTS

KEPT = timedelta(days=1)
"""How long a first result is kept at least, by the clock of the database."""

Response = TypeVar("Response", bound=Message)


async def once(
    begin: Callable[[], AbstractAsyncContextManager[Tx]],
    request_id: str,
    request: Message,
    response_type: type[Response],
    work: Callable[[Tx], Awaitable[Response]],
) -> Response:
    """Does the work in a transaction of its own and keeps its response, unless this request was answered before.

    `begin` opens a transaction (`call.transaction`). Costs no round trip in the usual case: the first result is only
    looked for when the work, or keeping its response, fails. So a repetition is answered by the first result also
    where the state has moved on and the work would be refused. Raises AlreadyExists for an id that came with another
    body. Without an id the work is simply done.
    """
    try:
        async with begin() as tx:
            response = await work(tx)
            if request_id:
                keep(tx, request_id, request, response)
    except Exception:
        if not request_id:
            raise
        async with begin() as tx:
            kept = await first(tx, request_id, request, response_type)
        if kept is None:
            raise
        return kept
    return response


async def first(tx: Tx, request_id: str, request: Message, response_type: type[Response]) -> Response | None:
    """The response that was kept for this request. Raises AlreadyExists for an id that came with another body."""
    requests = REQUESTS.c
    kept = sa.select(requests.fingerprint, requests.response)
    this = (requests.tenant == tx.tenant, requests.id == _hash(b"id", request_id))
    row = await tx.row(kept.where(*this))
    if row is None:
        return None
    if row.fingerprint != _hash(b"fingerprint", request_id, request):
        raise AlreadyExists("REQUEST_ID_USED", "这个请求编号已用于另一项内容。")
    return response_type.FromString(unseal(_key(request_id, request), row.response, tx.tenant))


def keep(tx: Tx, request_id: str, request: Message, response: Message) -> None:
    """PENDING: keeps the response. Raises UniqueViolation when sent, if the same id was answered in the meantime."""
    tx.insert(
        REQUESTS,
        id=_hash(b"id", request_id),
        fingerprint=_hash(b"fingerprint", request_id, request),
        response=seal(_key(request_id, request), response.SerializeToString(), tx.tenant),
    )


def forget(tx: Tx) -> None:
    """PENDING: drops the tenant's results that have been kept long enough."""
    requests = REQUESTS.c
    tx.write(sa.delete(REQUESTS).where(requests.tenant == tx.tenant, requests.time < sa.func.now() - KEPT))


def _key(request_id: str, request: Message) -> Key:
    return Key(b"request", _hash(b"key", request_id, request))


def _hash(purpose: bytes, request_id: str, request: Message | None = None) -> bytes:
    """Different for each purpose, so that what is stored gives no key away."""
    digest = sha256(b"\0".join((b"minshao-request", purpose, request_id.encode())))
    if request is not None:
        digest.update(b"\0" + request.DESCRIPTOR.full_name.encode() + b"\0")
        digest.update(request.SerializeToString(deterministic=True))
    return digest.digest()
