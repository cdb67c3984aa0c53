"""Errors as problem details (RFC 9457): one form for what a service refuses and what the front door refuses itself."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import grpc
import msgspec
from starlette.responses import Response

from services.common.errors import DomainError, Kind, Violation
from services.common.rpc.status import from_status, of_failed_call
from services.gateway.rest.request import camel

MEDIA_TYPE = "application/problem+json"

TITLES = {
    Kind.INVALID: "请求有误",
    Kind.UNAUTHENTICATED: "需要登录",
    Kind.DENIED: "没有权限",
    Kind.NOT_FOUND: "没有找到",
    Kind.ALREADY_EXISTS: "已经存在",
    Kind.CONFLICT: "内容已被他人修改",
    Kind.REFUSED: "当前状态下不能进行",
    Kind.OUT_OF_RANGE: "超出范围",
    Kind.EXHAUSTED: "操作过于频繁",
    Kind.CANCELLED: "请求已取消",
    Kind.INTERNAL: "系统内部错误",
    Kind.UNIMPLEMENTED: "尚不支持",
    Kind.UNAVAILABLE: "系统暂时不可用",
    Kind.LATE: "处理超时",
}


@dataclass
class Problem(Exception):
    """What goes wrong before or after a service is asked, and the form of what a service refuses."""

    status: int
    reason: str
    """English code for programs, such as `ILLEGAL_MOVE`."""
    title: str
    detail: str
    """What the caller can do about it, in Chinese."""
    violations: tuple[Violation, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def of_error(error: DomainError) -> Problem:
    """The problem of an error of the domain."""
    headers: dict[str, str] = {}
    if error.kind is Kind.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after.total_seconds())))
    title = TITLES[error.kind]
    return Problem(
        error.kind.http, error.reason, title, error.message or f"{title}。", error.violations, error.metadata, headers
    )


def of_call(failed: grpc.aio.AioRpcError) -> Problem:
    """What a service answered in the place of a response, its fields named as JSON names them."""
    error = from_status(of_failed_call(failed))
    detail = error.message
    for violation in error.violations:
        detail = detail.replace(violation.field, camel(violation.field))
    renamed = tuple(replace(violation, field=camel(violation.field)) for violation in error.violations)
    return replace(of_error(error), detail=detail, violations=renamed)


def of_address(methods: Collection[str]) -> Problem:
    """The problem of an address that has only these methods, or of one that is none."""
    if not (allowed := sorted({*methods, *("HEAD" for method in methods if method == "GET")})):
        return Problem(404, "NO_SUCH_PATH", "没有找到", "没有这个地址。")
    names = ", ".join(allowed)
    return Problem(405, "METHOD_NOT_ALLOWED", "方法不允许", f"这个地址只允许 {names}。", headers={"Allow": names})


def document(problem: Problem, request_id: str) -> bytes:
    """The problem as JSON. `instance` names the request, which is all that leads from a reply to the logs."""
    members: dict[str, object] = {
        "type": f"urn:minshao:problem:{problem.reason.lower().replace('_', '-')}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"urn:minshao:request:{request_id}",
        "reason": problem.reason,
    }
    if problem.violations:
        members["violations"] = [
            {"field": v.field, "description": v.description, "reason": v.reason} for v in problem.violations
        ]
    if problem.metadata:
        members["metadata"] = dict(problem.metadata)
    return msgspec.json.encode(members)


def response(problem: Problem, request_id: str) -> Response:
    """The HTTP response that tells the problem."""
    return Response(document(problem, request_id), problem.status, problem.headers, MEDIA_TYPE)
