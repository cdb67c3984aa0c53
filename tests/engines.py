"""The engines of a test run: one PostgreSQL and one NATS for all of its processes, and private ones to be killed.

Tests share the cluster but never a database, and the server but never an account: each test gets its own. What one
does to the ledger, to a stream or to a consumer reaches no other, however many run side by side.
"""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.engines import THROWAWAY, Nats, Postgres
from deploy.local.processes import Child, free_port

ACCOUNTS = tuple(f"T{number}" for number in range(600))


MEMORY = Path("/dev/shm")
PREFIX = "minshao-tests-"


def engine_folder() -> Path:
    """A temporary folder that the system user of PostgreSQL can enter, which it cannot with pytest's own.

    In memory where there is room: copying a database costs a tenth there of what it costs on a disk.
    """
    in_memory = MEMORY.exists() and shutil.disk_usage(MEMORY).free > 2 << 30
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY if in_memory else None))
    folder.chmod(0o711)
    owner_of(folder).claim(psutil.Process())
    return folder


def owner_of(folder: Path) -> Child:
    """The process of pytest that made the folder."""
    return Child("owner", (), folder)


def remove_abandoned() -> None:
    """Ends and removes the engines of runs that were killed before they could do it themselves."""
    for parent in (MEMORY, Path(tempfile.gettempdir())):
        for folder in parent.glob(f"{PREFIX}*"):
            if owner_of(folder).was_started and owner_of(folder).process() is None:
                for pid_file in folder.rglob("run/*.pid"):
                    Child(pid_file.stem, (), pid_file.parents[1]).kill()
                shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Engines:
    """One PostgreSQL and one NATS in a folder. Describable in plain words, so that a worker finds the controller's."""

    folder: Path
    postgres_port: int
    nats_port: int
    secret: str
    postgres: Postgres = field(init=False)
    nats: Nats = field(init=False)

    def __post_init__(self) -> None:
        self.postgres = Postgres(self.folder, self.postgres_port, self.secret, THROWAWAY)
        self.nats = Nats(self.folder, self.nats_port, self.secret, ACCOUNTS)

    @classmethod
    def new(cls) -> Engines:
        remove_abandoned()
        return cls(engine_folder(), free_port(), free_port(), secrets.token_hex())

    def start(self) -> None:
        self.postgres.start()
        self.nats.start()

    def stop(self) -> None:
        self.nats.stop()
        self.postgres.stop()
        self.postgres.remove()
        shutil.rmtree(self.folder)

    def described(self) -> dict[str, str | int]:
        """What a worker of pytest-xdist needs to know."""
        return {
            "folder": str(self.folder),
            "postgres_port": self.postgres_port,
            "nats_port": self.nats_port,
            "secret": self.secret,
        }

    @classmethod
    def found(cls, described: dict[str, str | int]) -> Engines:
        return cls(
            Path(str(described["folder"])),
            int(described["postgres_port"]),
            int(described["nats_port"]),
            str(described["secret"]),
        )


@dataclass(frozen=True)
class NatsRoom:
    """One account of a NATS server: streams that nobody else sees."""

    server: Nats
    account: str

    @property
    def url(self) -> str:
        return self.server.url

    def user(self, service: str) -> tuple[str, str]:
        """Login and password of a service with its production rights, or of `admin`, who may do everything."""
        return self.server.user(service, self.account)


def accounts_of_worker() -> Iterator[str]:
    """The accounts that this process may hand out; those of its sisters are others."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return itertools.islice(iter(ACCOUNTS), worker, None, workers)
