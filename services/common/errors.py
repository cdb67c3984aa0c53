"""The errors of the domain: what went wrong, as a kind with data, without knowledge of any transport.

`Kind` is the one table that says what each kind becomes on the wire. `services.common.rpc.status` turns an error
into `google.rpc.Status`; the gateway turns that into HTTP by the same table.

Messages are Chinese and meant for the people who use the product; `reason` is an English code for programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class Kind(Enum):
    """What an error is. The values are the number of the gRPC status and the HTTP status."""

    INVALID = (3, 400)
    UNAUTHENTICATED = (16, 401)
    DENIED = (7, 403)
    NOT_FOUND = (5, 404)
    ALREADY_EXISTS = (6, 409)
    CONFLICT = (10, 409)
    REFUSED = (9, 400)
    OUT_OF_RANGE = (11, 400)
    EXHAUSTED = (8, 429)
    CANCELLED = (1, 499)
    INTERNAL = (13, 500)
    UNIMPLEMENTED = (12, 501)
    UNAVAILABLE = (14, 503)
    LATE = (4, 504)

    @property
    def grpc(self) -> int:
        return self.value[0]

    @property
    def http(self) -> int:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Violation:
    """One request field that is not as it must be."""

    field: str
    """Path of the field, such as `report.text` or `items[2].name`."""
    description: str
    """What is wrong with it, in Chinese. Never repeats the value."""
    reason: str = ""
    """English code, such as `string.max_len`."""


class DomainError(Exception):
    """Base of everything that a caller may be told. Subclass it beside the code that raises it."""

    def __init__(
        self,
        kind: Kind,
        reason: str,
        message: str,
        *,
        violations: Iterable[Violation] = (),
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{reason}: {message}")
        self.kind = kind
        self.reason = reason
        self.message = message
        self.violations = tuple(violations)
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after


class InvalidFields(DomainError):
    """The request itself is wrong, whatever the state: names each field."""

    def __init__(self, violations: Sequence[Violation], reason: str = "INVALID_FIELD") -> None:
        told = [f"{each.field}：{each.description.rstrip('。')}" for each in violations[:3]]
        more = f"；等共 {len(violations)} 处" if len(violations) > len(told) else ""
        super().__init__(Kind.INVALID, reason, f"{'；'.join(told)}{more}。", violations=violations)


class Invalid(InvalidFields):
    """The request is wrong in this field, and in more fields where there are more."""

    def __init__(self, field: str, description: str, *more: Violation, reason: str = "INVALID_FIELD") -> None:
        super().__init__((Violation(field, description, reason), *more), reason)


class NotFound(DomainError):
    """There is no such thing, or it is out of the caller's sight: the two are not told apart.

    `what` is the Chinese word for it, such as `反映`; `name` its resource name, if the caller gave one.
    """

    def __init__(self, what: str, name: str = "", *, reason: str = "NOT_FOUND") -> None:
        metadata = {"name": name} if name else {}
        super().__init__(Kind.NOT_FOUND, reason, f"没有找到这个{what}。", metadata=metadata)


class AlreadyExists(DomainError):
    """Something with this key is there already."""

    def __init__(self, reason: str, message: str, **metadata: str) -> None:
        super().__init__(Kind.ALREADY_EXISTS, reason, message, metadata=metadata)


class Refused(DomainError):
    """A rule of the domain refuses it in the present state."""

    def __init__(self, reason: str, message: str, **metadata: str) -> None:
        super().__init__(Kind.REFUSED, reason, message, metadata=metadata)


class IllegalMove(DomainError):
    """The state machine has no such move. States and actions are enum members (`label`: their Chinese name) or text."""

    def __init__(self, state: Enum | str, action: Enum | str, allowed: Iterable[Enum | str] = ()) -> None:
        possible = list(allowed)
        names = [_code(each) for each in possible]
        message = f"“{_label(state)}”状态下不能“{_label(action)}”。"
        if possible:
            message += f"现在可以：{'、'.join(map(_label, possible))}。"
        metadata = {"state": _code(state), "action": _code(action), "allowed": ",".join(names)}
        super().__init__(Kind.REFUSED, "ILLEGAL_MOVE", message, metadata=metadata)


class Denied(DomainError):
    """The caller is known and may not do this."""

    def __init__(self, message: str = "您没有权限进行此操作。", reason: str = "DENIED") -> None:
        super().__init__(Kind.DENIED, reason, message)


class Unauthenticated(DomainError):
    """Who calls is not known: no token, or one that does not hold."""

    def __init__(self, message: str = "请先登录。", reason: str = "UNAUTHENTICATED") -> None:
        super().__init__(Kind.UNAUTHENTICATED, reason, message)


class Conflict(DomainError):
    """Someone else changed it in between: read again and repeat."""

    def __init__(self, message: str = "内容已被他人修改，请刷新后重试。", reason: str = "CONFLICT") -> None:
        super().__init__(Kind.CONFLICT, reason, message)


class TooMany(DomainError):
    """A limit is used up until `retry_after` has passed."""

    def __init__(
        self, retry_after: timedelta, message: str = "操作过于频繁，请稍后再试。", reason: str = "TOO_MANY"
    ) -> None:
        super().__init__(Kind.EXHAUSTED, reason, message, retry_after=retry_after)


class OutOfRange(DomainError):
    """A position (cursor, page) lies outside of what is there: start again."""

    def __init__(self, reason: str, message: str, **metadata: str) -> None:
        super().__init__(Kind.OUT_OF_RANGE, reason, message, metadata=metadata)


class Unavailable(DomainError):
    """Something that this call needs is not there at the moment; the same call may succeed later."""

    def __init__(
        self,
        message: str = "系统暂时不可用，请稍后再试。",
        reason: str = "UNAVAILABLE",
        retry_after: timedelta = timedelta(seconds=1),
    ) -> None:
        super().__init__(Kind.UNAVAILABLE, reason, message, retry_after=retry_after)


def _code(value: Enum | str) -> str:
    return value.name if isinstance(value, Enum) else value


def _label(value: Enum | str) -> str:
    label = getattr(value, "label", None)
    return label if isinstance(label, str) else _code(value)
