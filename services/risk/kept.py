"""From whom things of the risk service are kept. What is known of that only ever grows: however often it comes and in
whatever order, it ends the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, TypeVar

from services.risk.levels import Level


class Kept(Protocol):
    """A thing that is kept from people."""

    @property
    def level(self) -> Level: ...
    @property
    def cadres(self) -> Sequence[str]: ...
    @property
    def accounts(self) -> Sequence[str]: ...
    @property
    def units(self) -> Sequence[str]: ...


class Versioned(Kept, Protocol):
    """A dataclass of such a thing, which may come to be kept from more people."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Versioned)

COLUMNS = ("version", "level", "cadres", "accounts", "units")
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
    units: frozenset[str] = frozenset()
    """From whoever has any role in these units, which are accused as a whole: their codes."""

    @staticmethod
    def of(thing: Kept) -> KeptFrom:
        return KeptFrom(thing.level, frozenset(thing.cadres), frozenset(thing.accounts), frozenset(thing.units))

    def and_from(self, *others: KeptFrom) -> KeptFrom:
        """From all these together."""
        return KeptFrom(
            max([self.level, *(each.level for each in others)]),
            self.cadres.union(*(each.cadres for each in others)),
            self.accounts.union(*(each.accounts for each in others)),
            self.units.union(*(each.units for each in others)),
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
        units=in_order(after.units),
    )


def units_kept_from(thing: Kept) -> Sequence[str]:
    """The units whose people a thing is kept from. What units see themselves is kept from nobody for theirs: such an
    accusation is handled above them, and a warning stays below on account of what else is behind it."""
    return thing.units if thing.level > Level.UNIT else ()


def in_order(them: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(them))
