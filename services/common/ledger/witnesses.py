"""Copies of ledgers' hashes that somebody else has kept: what convicts who recomputed every hash of their own.

As text a copy is a line of town, service, number and hash: `611021101 watch 12 9f86d0…`. They come in the order in
which they were made, so that of two copies of one number the first is the one to be believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Witness:
    """The hash of one entry, as it was when it was published."""

    tenant: str
    service: str
    number: int
    hash: bytes

    @staticmethod
    def read(line: str) -> Witness:
        """The copy that a line of text is. Raises ValueError."""
        tenant, service, number, digest = line.split()
        return Witness(tenant, service, int(number), bytes.fromhex(digest))

    def __str__(self) -> str:
        return f"{self.tenant} {self.service} {self.number} {self.hash.hex()}"


Witnesses = Mapping[tuple[str, str], Mapping[int, bytes]]
"""Hashes by number, of each tenant's ledger in each service."""


def read_witnesses(lines: Iterable[str]) -> Witnesses:
    """What the lines bear witness of. Raises ValueError, which names the first line that is none."""
    witnesses: defaultdict[tuple[str, str], dict[int, bytes]] = defaultdict(dict)
    for place, line in enumerate(lines, 1):
        try:
            witness = Witness.read(line)
        except ValueError as error:
            raise ValueError(f"line {place} is not: town, service, number, hash") from error
        witnesses[witness.tenant, witness.service].setdefault(witness.number, witness.hash)
    return witnesses
