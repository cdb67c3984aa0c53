from __future__ import annotations

from datetime import timedelta
from enum import Enum

import grpc
import pytest

from services.common import errors
from services.common.errors import DomainError, IllegalMove, Invalid, InvalidFields, Kind, NotFound, TooMany, Violation
from services.common.rpc.status import CODES, MOST_VIOLATIONS, Internal, from_status, to_status

EXPECTED = {
    Kind.INVALID: ("INVALID_ARGUMENT", 400),
    Kind.UNAUTHENTICATED: ("UNAUTHENTICATED", 401),
    Kind.DENIED: ("PERMISSION_DENIED", 403),
    Kind.NOT_FOUND: ("NOT_FOUND", 404),
    Kind.ALREADY_EXISTS: ("ALREADY_EXISTS", 409),
    Kind.CONFLICT: ("ABORTED", 409),
    Kind.REFUSED: ("FAILED_PRECONDITION", 400),
    Kind.OUT_OF_RANGE: ("OUT_OF_RANGE", 400),
    Kind.EXHAUSTED: ("RESOURCE_EXHAUSTED", 429),
    Kind.CANCELLED: ("CANCELLED", 499),
    Kind.INTERNAL: ("INTERNAL", 500),
    Kind.UNIMPLEMENTED: ("UNIMPLEMENTED", 501),
    Kind.UNAVAILABLE: ("UNAVAILABLE", 503),
    Kind.LATE: ("DEADLINE_EXCEEDED", 504),
}


class Phase(Enum):
    REGISTERED = "已登记"
    CLOSED = "已办结"

    @property
    def label(self) -> str:
        return self.value


def test_every_kind_has_its_grpc_and_its_http_status() -> None:
    table = {kind: (CODES[kind.grpc].name, kind.http) for kind in Kind}

    assert table == EXPECTED


def test_kinds_are_told_apart_by_their_grpc_status() -> None:
    assert len({kind.grpc for kind in Kind}) == len(Kind)
    assert {CODES[kind.grpc] for kind in Kind}.isdisjoint({grpc.StatusCode.OK, grpc.StatusCode.UNKNOWN})


@pytest.mark.parametrize(
    "error",
    [
        Invalid("report.text", "必须填写。", Violation("report.matter", "取值无法识别。", "enum.defined_only")),
        NotFound("反映", "tenants/611021101/reports/1"),
        IllegalMove("CLOSED", "ASSIGN", ["REOPEN"]),
        TooMany(timedelta(seconds=90)),
        errors.Refused("POST_FULL", "监督员已满五人。", limit="5"),
        errors.AlreadyExists("REQUEST_ID_REUSED", "请求编号已用于另一请求。"),
        errors.Denied(),
        errors.Unauthenticated(),
        errors.Conflict(),
        errors.OutOfRange("EPOCH", "请从头读取。", epoch="2"),
        errors.Unavailable(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_the_wire(error: DomainError) -> None:
    received = from_status(to_status(error))

    for name in ("kind", "reason", "message", "violations", "metadata", "retry_after"):
        assert getattr(received, name) == getattr(error, name)


def test_an_illegal_move_names_state_action_and_what_is_allowed_in_both_languages() -> None:
    error = IllegalMove(Phase.CLOSED, "ASSIGN", [Phase.REGISTERED])

    assert error.metadata == {"state": "CLOSED", "action": "ASSIGN", "allowed": "REGISTERED"}
    assert error.message == "“已办结”状态下不能“ASSIGN”。现在可以：已登记。"


def test_many_violations_are_cut_so_that_they_fit_into_the_reply() -> None:
    error = InvalidFields([Violation(f"items[{index}]", "必须填写。") for index in range(100)])

    status = to_status(error)

    assert len(from_status(status).violations) == MOST_VIOLATIONS
    assert error.message == "items[0]：必须填写；items[1]：必须填写；items[2]：必须填写；等共 100 处。"


def test_an_internal_error_shows_its_reference_and_nothing_else() -> None:
    error = Internal()

    assert error.metadata == {"reference": error.reference}
    assert error.message == f"系统内部错误，请联系管理员，编号 {error.reference}。"
    assert Internal().reference != error.reference
