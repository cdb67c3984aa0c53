from __future__ import annotations

import pytest

from services.common.tracing import continue_trace, current_trace, current_work, is_trace, working

PARENT = f"00-{'ab' * 16}-{'cd' * 8}-01"


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (PARENT, True),
        (PARENT.upper(), False),
        (f"01-{'ab' * 16}-{'cd' * 8}-01", False),
        (f"00-{'00' * 16}-{'cd' * 8}-01", False),
        (f"00-{'ab' * 16}-{'00' * 8}-01", False),
        (f"{PARENT}\n", False),
        ("", False),
    ],
)
def test_a_traceparent_is_known_by_its_form(text: str, valid: bool) -> None:
    assert is_trace(text) is valid


def test_a_step_keeps_the_trace_of_its_parent_and_gets_an_id_of_its_own() -> None:
    step = continue_trace(PARENT)

    assert is_trace(step)
    assert (step[3:35], step[53:]) == (PARENT[3:35], "01")
    assert step[36:52] != PARENT[36:52]


@pytest.mark.parametrize("parent", ["", "nonsense", f"00-{'00' * 16}-{'cd' * 8}-01"])
def test_without_a_parent_a_trace_begins_that_whoever_exports_records(parent: str) -> None:
    assert is_trace(continue_trace(parent))
    assert continue_trace(parent).endswith("-01")
    assert continue_trace(parent) != continue_trace(parent)


def test_work_has_a_trace_only_while_it_goes_on() -> None:
    with working(PARENT, "request-1") as outer:
        with working(current_trace()) as inner:
            assert current_trace() == inner.trace
        assert current_work.get() is outer

    assert inner.trace[3:35] == outer.trace[3:35] == PARENT[3:35]
    assert current_trace() == ""
