from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from services.common import logs
from services.common.tracing import working

Said = Callable[[], list[dict[str, object]]]


@pytest.fixture
def said(capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Said]:
    """Reads the lines of a process that is called watch."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    logs.configure("watch")
    yield lambda: [json.loads(line) for line in capfdbinary.readouterr().err.splitlines()]
    structlog.configure(**before)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def lose(message: str) -> None:
    raise KeyError(message)


def fault(message: str) -> Exception:
    """An error as it is caught: raised from another."""
    try:
        lose(message)
    except KeyError as error:
        wrapped = ValueError(message)
        wrapped.__cause__ = error
        return wrapped
    raise AssertionError


def test_a_line_is_json_with_the_ids_of_the_work_at_hand(said: Said) -> None:
    with working("", "request-1") as work:
        structlog.get_logger().info("assigned", tenant="611021101", ms=1.5, on_time=True, reason=None)

    [line] = said()
    assert str(line.pop("time")).endswith("Z")
    assert line == {
        "event": "assigned",
        "level": "info",
        "service": "watch",
        "request_id": "request-1",
        "trace": work.trace[3:35],
        "tenant": "611021101",
        "ms": 1.5,
        "on_time": True,
        "reason": None,
    }


@pytest.mark.parametrize(
    "key", ["token", "receipt", "receipt_code", "Authorization", "reporter_identity", "phone", "report_text", "peer"]
)
def test_what_may_be_secret_is_blanked(said: Said, key: str) -> None:
    structlog.get_logger().info("told", **{key: "张三"})

    assert said()[0][key] == logs.BLANK


def test_of_an_object_only_its_type_is_told(said: Said) -> None:
    structlog.get_logger().info("told", request={"name": "张三"}, place=Path("/x"), kinds=["a", 1, object()])

    [line] = said()
    assert (line["request"], line["kinds"]) == ("dict", ["a", 1, "object"])
    assert line["place"] == "PosixPath"


def test_of_an_exception_its_types_and_places_are_told_and_not_its_message(said: Said) -> None:
    structlog.get_logger().warning("failed", fault=fault("13800000000"))

    [line] = said()
    assert line["error"] == "ValueError < KeyError"
    places = [(fault, 3), (lose, 1)]
    assert line["frames"] == [
        f"tests/unit/common/test_logs.py:{each.__code__.co_firstlineno + down} {each.__name__}" for each, down in places
    ]
    assert "13800000000" not in json.dumps(line)


def test_warnings_of_libraries_come_as_the_same_lines_without_messages_of_exceptions(said: Said) -> None:
    logging.getLogger("some.library").info("chatter")
    logging.getLogger("some.library").error("it broke", exc_info=fault("13800000000"))

    [line] = said()
    assert (line["logger"], line["message"], line["level"]) == ("some.library", "it broke", "error")
    assert line["error"] == "ValueError < KeyError"
    assert "13800000000" not in json.dumps(line)


def test_an_exception_that_is_its_own_cause_is_told_once(said: Said) -> None:
    """Which it is when a database error that means nothing to us is raised from itself."""
    try:
        error = LookupError()
        raise error from error
    except LookupError as raised:
        structlog.get_logger().warning("failed", fault=raised)

    assert said()[0]["error"] == "LookupError"


async def test_what_asyncio_says_of_a_forgotten_task_leaves_out_what_it_failed_with(said: Said) -> None:
    forgotten = asyncio.get_running_loop().create_future()
    forgotten.set_exception(ValueError("13800000000"))

    asyncio.get_running_loop().call_exception_handler(
        {"message": "Future exception was never retrieved", "exception": forgotten.exception(), "future": forgotten}
    )

    [line] = said()
    assert (line["message"], line["error"]) == ("Future exception was never retrieved", "ValueError")
    assert "13800000000" not in json.dumps(line)


def test_lines_below_the_level_are_left_out(said: Said) -> None:
    structlog.get_logger().debug("details")

    assert said() == []
