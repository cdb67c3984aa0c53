"""Column types of the watch service."""

from __future__ import annotations

import sqlalchemy as sa

from services.watch.words import Word


class Of(sa.types.TypeDecorator[Word]):
    """A word of the domain, stored as its number."""

    impl = sa.SmallInteger
    cache_ok = True

    def __init__(self, word: type[Word]) -> None:
        super().__init__()
        self.word = word

    def process_bind_param(self, value: Word | int | None, _dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, _dialect: sa.Dialect) -> Word | None:
        return None if value is None else self.word(value)
