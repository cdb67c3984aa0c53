"""The collection on which every feature's `store.py` defines its tables; the service's migrations build it."""

from __future__ import annotations

from enum import IntEnum

import sqlalchemy as sa

from services.common import schema

metadata = schema.metadata()

Row = sa.Row[*tuple[object, ...]]
"""A row of any query; its columns are read as attributes."""


class Of(sa.types.TypeDecorator[IntEnum]):
    """A column for the members of an enum of numbers, such as the contract's."""

    impl = sa.SmallInteger
    cache_ok = True

    def __init__(self, enum: type[IntEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: IntEnum | int | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> IntEnum | None:
        return None if value is None else self.enum(value)
