"""Pending writes: gathered while a use case runs, and sent together as few statements as they can be.

Writes that go together are the parts of one statement (`WITH w0 AS (INSERT …), w1 AS (UPDATE …) INSERT …`): one
round trip. PostgreSQL runs all parts on one snapshot, so a part sees nothing of the others, and a row must not be
changed by two of them; a write to a table that the statement already writes otherwise starts a further statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache

ROWS_TOGETHER = 64
"""The most rows of one table in a statement: bounds the arguments, and the number of texts to prepare."""
TEXTS_KEPT = 2000

PLACEHOLDER = re.compile(r"\$(\d+)")

Values = tuple[object, ...]


class Shape:
    """Rows of one table with the same columns, to be inserted; or, with a key, inserted or replaced by it."""

    def __init__(self, table: sa.Table, columns: tuple[str, ...], key: tuple[str, ...], dialect: Dialect) -> None:
        quote = dialect.identifier_preparer.quote
        self.table = table
        self.width = len(columns)
        self.key = tuple(columns.index(name) for name in key)
        self._head = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608
        self._tail = _on_conflict([quote(name) for name in key], [quote(name) for name in columns]) if key else ""
        self._processors = _processors(table, columns, dialect)

    def values(self, given: Iterable[object]) -> Values:
        """The values as the driver takes them."""
        if not self._processors:
            return tuple(given)
        row = list(given)
        for index, process in self._processors:
            row[index] = process(row[index])
        return tuple(row)

    def text(self, rows: int, first: int) -> str:
        """The statement for so many rows, its placeholders counted from `first`."""
        width = self.width
        starts = range(first, first + rows * width, width)
        places = (f"({', '.join(f'${place}' for place in range(start, start + width))})" for start in starts)
        return f"{self._head}{', '.join(places)}{self._tail}"


class Batch:
    """Writes that can be one statement."""

    def __init__(self) -> None:
        self._rows: dict[Shape, list[Values]] = {}
        self._others: list[tuple[str, Sequence[object]]] = []
        self._inserted: set[sa.Table] = set()
        self._changed: dict[sa.Table, Shape | None] = {}

    def add_rows(self, shape: Shape, values: Values) -> bool:
        """Takes a row, unless it has to wait for what is here already."""
        rows = self._rows.get(shape)
        if rows is None:
            if shape.table in self._changed or (shape.key and shape.table in self._inserted):
                return False
            self._rows[shape] = [values]
            if shape.key:
                self._changed[shape.table] = shape
            else:
                self._inserted.add(shape.table)
            return True
        if len(rows) >= ROWS_TOGETHER:
            return False
        if shape.key:
            _replace(rows, shape, values)
        else:
            rows.append(values)
        return True

    def add_other(self, table: sa.Table, text: str, arguments: Sequence[object]) -> bool:
        """Takes any other write, unless it has to wait for what is here already."""
        if table in self._changed or table in self._inserted:
            return False
        self._changed[table] = None
        self._others.append((text, arguments))
        return True

    def pieces(self) -> tuple[tuple[Shape | str, int], ...]:
        """What the text of the statement depends on."""
        rows: Iterator[tuple[Shape | str, int]] = ((shape, len(rows)) for shape, rows in self._rows.items())
        return (*rows, *((text, len(arguments)) for text, arguments in self._others))

    def arguments(self) -> list[object]:
        gathered: list[object] = []
        for rows in self._rows.values():
            for row in rows:
                gathered.extend(row)
        for _, arguments in self._others:
            gathered.extend(arguments)
        return gathered


class Writer:
    """Knows the shapes of rows and the texts of batches, for all transactions of a database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._shapes: dict[tuple[sa.Table, tuple[str, ...], tuple[str, ...]], Shape] = {}
        self._texts: LRUCache[Any, str] = LRUCache(TEXTS_KEPT)

    def shape(self, table: sa.Table, columns: tuple[str, ...], key: tuple[str, ...]) -> Shape:
        known = self._shapes.get((table, columns, key))
        if known is None:
            known = self._shapes[(table, columns, key)] = Shape(table, columns, key, self._dialect)
        return known

    def text(self, batch: Batch) -> str:
        """The one statement that does the whole batch."""
        pieces = batch.pieces()
        text: str | None = self._texts.get(pieces)
        if text is None:
            text = self._texts[pieces] = _together(pieces)
        return text


def _together(pieces: Sequence[tuple[Shape | str, int]]) -> str:
    texts, first = [], 1
    for piece, count in pieces:
        if isinstance(piece, Shape):
            texts.append(piece.text(count, first))
            first += count * piece.width
        else:
            texts.append(_shifted(piece, first - 1))
            first += count
    *parts, last = texts
    named = ", ".join(f"w{number} AS ({part})" for number, part in enumerate(parts))
    return f"WITH {named} {last}" if named else last


def _shifted(text: str, by: int) -> str:
    return PLACEHOLDER.sub(lambda found: f"${int(found[1]) + by}", text)


def _on_conflict(key: list[str], columns: list[str]) -> str:
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return f" ON CONFLICT ({', '.join(key)}) DO " + (f"UPDATE SET {changes}" if changes else "NOTHING")


def _replace(rows: list[Values], shape: Shape, values: Values) -> None:
    """Puts the row in the place of an earlier one with the same key: one statement may change a row only once."""
    for index, row in enumerate(rows):
        if all(row[place] == values[place] for place in shape.key):
            rows[index] = values
            return
    rows.append(values)


def _processors(
    table: sa.Table, columns: Iterable[str], dialect: Dialect
) -> list[tuple[int, Callable[[object], object]]]:
    processors = (table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns)
    return [(index, process) for index, process in enumerate(processors) if process is not None]
