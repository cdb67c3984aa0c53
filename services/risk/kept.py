"""From whom things of the risk service are kept. What is known of that only ever grows: however often it comes and in
whatever order, it ends the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, TypeVar

from services.risk.levels import Level


class Kept(Protocol):
    """A dataclass of a thing that is kept from people."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> int: ...
    @property
    def level(self) -> Level: ...
    @property
    def cadres(self) -> Sequence[str]: ...
    @property
    def accounts(self) -> Sequence[str]: ...


T = TypeVar("T", bound=Kept)

COLUMNS = ("version", "level", "cadres", "accounts")
"""What changes of a thing that is kept from more people."""


@dataclass(frozen=True, slots=True)
class KeptFrom:
    """From whom something is kept."""

    level: Level
    """From the levels below this one."""
    cadres: frozenset[str] = frozenset()
    """From whom it is about: ids of cadres, whichever account is theirs."""
    accounts: frozenset[str] = frozenset()
    """From accounts that left it."""

    @staticmethod
    def of(thing: Kept) -> KeptFrom:
        return KeptFrom(thing.level, frozenset(thing.cadres), frozenset(thing.accounts))

    def and_from(self, *others: KeptFrom) -> KeptFrom:
        """From all these together."""
        return KeptFrom(
            max([self.level, *(each.level for each in others)]),
            self.cadres.union(*(each.cadres for each in others)),
            self.accounts.union(*(each.accounts for each in others)),
        )


def restricted(thing: T, more: KeptFrom) -> T:
    """The next version of a thing, kept from those too; the thing itself where that is nothing new."""
    before = KeptFrom.of(thing)
    if (after := before.and_from(more)) == before:
        return thing
    return replace(
        thing,
        version=thing.version + 1,
        level=after.level,
        cadres=in_order(after.cadres),
        accounts=in_order(after.accounts),
    )


def in_order(them: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(them))
