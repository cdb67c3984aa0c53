"""Pages of a list: opaque tokens that name where the next page begins, and of which query.

A list is ordered by a key without ties, and a page begins after the position of the last row of the page before: so
a page deep inside costs no more than the first, and what is inserted meanwhile moves nothing.

    page = paging.page(request, tuple[datetime, str])
    rows = await store.reports(tx, …, after=page.after, limit=page.limit)
    shown, token = page.cut(rows, lambda row: (row.register_time, row.id))
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec
from google.protobuf.message import Message

from services.common.errors import Invalid

if TYPE_CHECKING:
    from typing_extensions import TypeForm

DEFAULT_SIZE = 50
MAX_SIZE = 200

FINGERPRINT_BYTES = 8
LONGEST_TEXT = 1000
FIRST_YEAR, LAST_YEAR = 1, 9999
LARGEST_NUMBER = (1 << 31) - 1

Position = TypeVar("Position", bound=tuple[object, ...])
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Position]):
    """What a List request asks for."""

    size: int
    """How many at most: 1 to 200, 50 where the request says nothing."""
    after: Position | None
    """Position of the last row of the page before; None for the first page."""
    fingerprint: bytes

    @property
    def limit(self) -> int:
        """How many rows to read: one more than are shown, which tells whether there is a next page."""
        return self.size + 1

    def cut(self, rows: Sequence[Row], position: Callable[[Row], Position]) -> tuple[Sequence[Row], str]:
        """The rows to show, and the token of the next page; empty where this is the last."""
        if len(rows) <= self.size:
            return rows, ""
        shown = rows[: self.size]
        return shown, encode_token(position(shown[-1]), self.fingerprint)


def page(request: Message, position: TypeForm[Position]) -> Page[Position]:
    """Reads `page_size` and `page_token` of a List request; `position` is the type of the order's key.

    Sizes above the limit are lowered to it. Raises Invalid for a negative size, and for a token that is none, or
    comes from another query: one with another parent, filter or order.
    """
    size, token = request.page_size, request.page_token  # type: ignore[attr-defined]
    if size < 0:
        raise Invalid("page_size", "每页条数不能为负数。")
    query = fingerprint(request)
    after = decode_token(token, query, position) if token else None
    return Page(min(size or DEFAULT_SIZE, MAX_SIZE), after, query)


def fingerprint(request: Message) -> bytes:
    """Stands for the query of a List request: all of it but its size and token."""
    query = type(request)()
    query.CopyFrom(request)
    query.ClearField("page_size")
    query.ClearField("page_token")
    name = request.DESCRIPTOR.full_name.encode()
    return sha256(name + b"\0" + query.SerializeToString(deterministic=True)).digest()[:FINGERPRINT_BYTES]


def encode_token(position: tuple[object, ...], query: bytes) -> str:
    """A token for the page after the position. It holds no secret, and gives no right."""
    return urlsafe_b64encode(query + msgspec.msgpack.encode(position)).decode().rstrip("=")


def decode_token(token: str, query: bytes, position: TypeForm[Position]) -> Position:
    """The position in a token, of the type that is wanted. Raises Invalid."""
    try:
        content = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        if content[:FINGERPRINT_BYTES] == query:
            found: Position = msgspec.msgpack.decode(content[FINGERPRINT_BYTES:], type=position)
            if all(map(_can_be_stored, found)):
                return found
    except (ValueError, msgspec.MsgspecError):
        pass
    raise not_of_this_query()


def not_of_this_query() -> Invalid:
    """What is said of a token whose position is none of the query's order."""
    return Invalid("page_token", "翻页标记不属于这个查询，请从第一页重新开始。")


def read_day_of(written: str) -> date:
    """A day that a position holds as text, since it may be missing. Raises Invalid."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise not_of_this_query() from None


def read_instant_of(written: str) -> datetime:
    """An instant that a position holds as text. Raises Invalid."""
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        raise not_of_this_query() from None
    if instant.tzinfo is None or not _can_be_stored(instant):
        raise not_of_this_query()
    return instant


def _can_be_stored(value: object) -> bool:
    """Whether a value of a position could be one of a row: who makes up a token gets no error of the database."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and "\0" not in value
    if isinstance(value, datetime):
        return FIRST_YEAR < value.year < LAST_YEAR
    return not isinstance(value, int) or abs(value) <= LARGEST_NUMBER
