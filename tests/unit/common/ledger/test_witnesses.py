"""Copies of a ledger's hashes as lines of text."""

from __future__ import annotations

import pytest

from services.common.ledger.witnesses import Witness, read_witnesses

FIRST = Witness("611021101", "watch", 12, bytes(range(32)))


def test_a_line_reads_as_what_was_written() -> None:
    assert Witness.read(str(FIRST)) == FIRST


def test_witnesses_are_sorted_by_ledger_and_the_first_copy_of_a_number_is_believed() -> None:
    lines = [str(FIRST), str(Witness("611021101", "gateway", 1, b"a")), str(Witness("611021101", "watch", 12, b"b"))]

    assert read_witnesses(lines) == {
        ("611021101", "watch"): {12: FIRST.hash},
        ("611021101", "gateway"): {1: b"a"},
    }


@pytest.mark.parametrize("line", ["", "611021101 watch 12", "611021101 watch x 00", "611021101 watch 12 zz"])
def test_a_line_that_bears_no_witness_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_witnesses([str(FIRST), line])
