"""SQLAlchemy statements as text and arguments for the driver, and the driver's records as SQLAlchemy rows.

This is what `Connection.execute` of SQLAlchemy does, without its cursors and greenlets, which cost more than the
statement itself. Compiled statements are kept under SQLAlchemy's own cache key. The underscored names are those that
its `Connection` uses too; the tests of this module run each of them.
"""

# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import asyncpg
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.util import LRUCache

Parameters = Mapping[str, object]

STATEMENTS_KEPT = 1000


class UnsupportedStatement(TypeError):
    """The statement needs what only `Tx.execute` does: a default that Python computes."""


class Shape:
    """How the rows of one compiled statement look."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        self._dialect = dialect
        self._columns = compiled._result_columns
        self._metadata: SimpleResultMetaData | None = None
        self._processors: list[Any] | None = None

    def rows(self, records: Sequence[asyncpg.Record]) -> list[sa.Row[Any]]:
        """The records as SQLAlchemy's rows, with the values that the types of their columns promise."""
        if not records:
            return []
        # A plain text may return other columns after a migration, so its rows are described anew each time.
        metadata = self._metadata or self._describe(records[0])
        processors, keys = self._processors, metadata._key_to_index
        return [sa.Row(metadata, processors, keys, tuple(record)) for record in records]

    def _describe(self, record: asyncpg.Record) -> SimpleResultMetaData:
        if self._columns:
            processors = [self._processor(column.type) for column in self._columns]
            self._processors = processors if any(processors) else None
            names = [column.keyname for column in self._columns]
            self._metadata = SimpleResultMetaData(names, extra=[tuple(column.objects) for column in self._columns])
            return self._metadata
        return SimpleResultMetaData(list(record.keys()))

    def _processor(self, type_: sa.types.TypeEngine[Any]) -> object:
        return type_.dialect_impl(self._dialect).result_processor(self._dialect, None)


class Statements:
    """Compiles statements for one dialect, each kind once."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS_KEPT)
        self._shapes: LRUCache[Any, Any] = LRUCache(STATEMENTS_KEPT)

    def bind(self, statement: sa.Executable, parameters: Parameters | None) -> tuple[str, list[object], Shape]:
        """The text, its arguments in order, and the shape of its rows."""
        names = sorted(parameters) if parameters else []
        compiled, extracted, collected, _ = cast(ClauseElement, statement)._compile_w_cache(
            self._dialect, compiled_cache=self._compiled, column_keys=names
        )
        compiled = cast(SQLCompiler, compiled)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise UnsupportedStatement(compiled.string)
        values = compiled.construct_params(
            dict(parameters) if parameters else None,
            extracted_parameters=extracted,
            escape_names=False,
            _collected_params=collected,
        )
        text, arguments = _positional(compiled, values)
        return text, arguments, self._shape(compiled)

    def _shape(self, compiled: SQLCompiler) -> Shape:
        shape: Shape | None = self._shapes.get(compiled)
        if shape is None:
            self._shapes[compiled] = shape = Shape(compiled, self._dialect)
        return shape


def _positional(compiled: SQLCompiler, values: Mapping[str, Any]) -> tuple[str, list[object]]:
    processors: Mapping[str, Any] = compiled._bind_processors
    text, order = compiled.string, list(compiled.positiontup or ())
    if compiled.post_compile_params or compiled.literal_execute_params:
        expanded = compiled._process_parameters_for_postcompile(dict(values))
        text, order, values = expanded.statement, list(expanded.positiontup or ()), expanded.parameters
        processors = {**processors, **expanded.processors}
    return text, [processors[name](values[name]) if name in processors else values[name] for name in order]
