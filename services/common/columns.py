"""Column types beside those of SQLAlchemy."""

from __future__ import annotations

from enum import IntEnum

import sqlalchemy as sa


class Of(sa.types.TypeDecorator[IntEnum]):
    """A word of the domain, or any other member of an enum of numbers, stored as its number."""

    impl = sa.SmallInteger
    cache_ok = True

    def __init__(self, word: type[IntEnum]) -> None:
        super().__init__()
        self.word = word

    def process_bind_param(self, value: IntEnum | int | None, _dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, _dialect: sa.Dialect) -> IntEnum | None:
        return None if value is None else self.word(value)
