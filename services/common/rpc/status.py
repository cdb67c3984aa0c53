"""Domain errors as `google.rpc.Status` and back, by the table of `services.common.errors.Kind`."""

from __future__ import annotations

import secrets

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from services.common.errors import DomainError, Kind, Violation

DOMAIN = "minshao"
"""The domain of every ErrorInfo."""

DETAILS = "grpc-status-details-bin"
"""Trailing metadata key under which gRPC carries a `google.rpc.Status`."""

MOST_VIOLATIONS = 12
"""More are not told at once: a status must fit into the metadata of a reply."""

CODES = {code.value[0]: code for code in grpc.StatusCode}
_KINDS = {kind.grpc: kind for kind in Kind}


class Internal(DomainError):
    """Something of ours failed. The caller learns a reference number, under which the log tells the rest."""

    def __init__(self) -> None:
        self.reference = secrets.token_hex(5).upper()
        message = f"系统内部错误，请联系管理员，编号 {self.reference}。"
        super().__init__(Kind.INTERNAL, "INTERNAL", message, metadata={"reference": self.reference})


def to_status(error: DomainError) -> Status:
    """The status with ErrorInfo always, BadRequest and RetryInfo where the error has such data."""
    status = Status(code=error.kind.grpc, message=error.message)
    status.details.add().Pack(ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata))
    if error.violations:
        bad = BadRequest()
        for each in error.violations[:MOST_VIOLATIONS]:
            bad.field_violations.add(field=each.field, description=each.description, reason=each.reason)
        status.details.add().Pack(bad)
    if error.retry_after is not None:
        retry = RetryInfo()
        retry.retry_delay.FromTimedelta(error.retry_after)
        status.details.add().Pack(retry)
    return status


def from_status(status: Status) -> DomainError:
    """The error behind a status; what carries no ErrorInfo of ours gets the name of its code as reason."""
    kind = _KINDS.get(status.code, Kind.INTERNAL)
    info, bad, retry = ErrorInfo(reason=kind.name), BadRequest(), RetryInfo()
    for detail in status.details:
        for known in (info, bad, retry):
            detail.Unpack(known)
    violations = [Violation(each.field, each.description, each.reason) for each in bad.field_violations]
    after = retry.retry_delay.ToTimedelta() if retry.HasField("retry_delay") else None
    return DomainError(
        kind, info.reason, status.message, violations=violations, metadata=info.metadata, retry_after=after
    )


def of_failed_call(error: grpc.aio.AioRpcError) -> Status:
    """The status of a call that failed at another server, or on the way there (then without details)."""
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS and isinstance(value, bytes):
            return Status.FromString(value)
    # Texts of the transport name addresses and are in no language of ours.
    return Status(code=error.code().value[0], message=_MESSAGES.get(error.code(), "系统暂时不可用，请稍后再试。"))


_MESSAGES = {
    grpc.StatusCode.DEADLINE_EXCEEDED: "处理超时，请稍后再试。",
    grpc.StatusCode.CANCELLED: "请求已取消。",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "请求过大或过多。",
    grpc.StatusCode.UNIMPLEMENTED: "没有这个接口。",
}
