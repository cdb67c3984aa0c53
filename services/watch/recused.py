"""From whom things of the risk service are kept, and so what follows from them here: accounts; cadres, whichever
account is or becomes theirs; whoever has any role in some units. What is kept from them names the first two by their
resource names, and units by their codes, as `Actor.names` does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol


class Told(Protocol):
    """An event that says from whom it is kept."""

    @property
    def recused_accounts(self) -> Sequence[str]: ...
    @property
    def recused_cadres(self) -> Sequence[str]: ...
    @property
    def recused_units(self) -> Sequence[str]: ...


def recused(said: Told) -> tuple[str, ...]:
    """All from whom it is kept."""
    return (*said.recused_accounts, *said.recused_cadres, *said.recused_units)


def accounts_among(names: Iterable[str]) -> list[str]:
    return [each for each in names if "/accounts/" in each]


def cadres_among(names: Iterable[str]) -> list[str]:
    return [each for each in names if "/cadres/" in each]


def units_among(names: Iterable[str]) -> list[str]:
    return [each for each in names if "/" not in each]
