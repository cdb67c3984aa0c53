"""What comes with a call beside its request."""

from __future__ import annotations

import re
import time
from random import getrandbits
from typing import NamedTuple

import grpc

REQUEST_ID = "x-request-id"
TRACEPARENT = "traceparent"
AUTHORIZATION = "authorization"

_BEARER = "Bearer "
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Headers(NamedTuple):
    """The metadata of a call that we know, and the instant at which its caller gives up."""

    token: str
    """Empty when there is none."""
    request_id: str
    """The caller's, or a new one where the caller gives none that can be logged safely."""
    parent: str
    """The caller's traceparent as it came."""
    deadline: float | None
    """On the clock of `time.monotonic`."""


def headers_of(context: grpc.aio.ServicerContext[bytes, bytes]) -> Headers:
    """Reads the metadata once."""
    token = request_id = parent = ""
    for key, value in context.invocation_metadata() or ():
        if key == AUTHORIZATION:
            token = str(value).removeprefix(_BEARER)
        elif key == REQUEST_ID:
            request_id = str(value)
        elif key == TRACEPARENT:
            parent = str(value)
    if _REQUEST_ID.fullmatch(request_id) is None:
        request_id = f"{getrandbits(96):024x}"
    remaining = context.time_remaining()
    return Headers(token, request_id, parent, None if remaining is None else time.monotonic() + remaining)
