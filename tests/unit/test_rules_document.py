"""The table of rules says where each rule of the domain is held and what proves it: that has to be there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = "docs/rules.md"
HEAD = ["rule", "held by", "proved by"]
REFERENCES = re.compile(r"(?:`[^`]+`(?:, |$))*")


@dataclass(frozen=True)
class Row:
    """One rule, with its references as the table writes them: a path, or a path and a name in it."""

    line: int
    rule: str
    held: tuple[str, ...]
    proved: tuple[str, ...]


def rows() -> Iterator[Row]:
    for number, line in enumerate((ROOT / DOCUMENT).read_text().splitlines(), 1):
        if line.startswith("|") and not line.startswith("| ---"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == len(HEAD), f"line {number} has {len(cells)} cells"
            if cells != HEAD:
                assert all(REFERENCES.fullmatch(cell) for cell in cells[1:]), (
                    f"line {number} names what is no reference"
                )
                yield Row(number, cells[0], *(tuple(re.findall(r"`([^`]+)`", cell)) for cell in cells[1:]))


ROWS = list(rows())


@cache
def names_in(path: str) -> frozenset[str]:
    """What a module holds, by name; what its classes hold by the name of the class too."""
    found: set[str] = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        found |= _names(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for inner in node.body for name in _names(inner)}
    return frozenset(found)


def _names(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.Assign():
            return {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def missing(reference: str) -> bool:
    path, _, name = reference.partition("::")
    return not (ROOT / path).is_file() or (bool(name) and name not in names_in(path))


def is_test(reference: str) -> bool:
    path, _, name = reference.partition("::")
    return path.startswith("tests/") and Path(path).name.startswith("test_") and name.startswith(("test_", "Test"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"line {row.line}")
def test_what_holds_a_rule_and_what_proves_it_are_there(row: Row) -> None:
    assert row.rule
    assert [reference for reference in (*row.held, *row.proved) if missing(reference)] == []
    assert [reference for reference in row.held if not reference.startswith(("services/", "deploy/"))] == []
    assert [reference for reference in row.proved if not is_test(reference)] == []
    assert row.held, "nothing holds it"
    assert row.proved, "nothing proves it"


def test_each_rule_stands_once_and_the_table_is_found_from_the_beginning() -> None:
    assert len({row.rule for row in ROWS}) == len(ROWS) > 0
    assert f"({DOCUMENT})" in (ROOT / "README.md").read_text()
