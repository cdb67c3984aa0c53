"""The wheel's own `pgbench`, as the limit of what our services can do.

It runs as a service's application role, under row security, on the same cluster and so with the same waiting for the
disk, in a database of its own that no service looks at.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.databases import create_database, superuser
from deploy.local.engines import Postgres
from services.common.migrations import upgrade


class Failed(Exception):
    """`pgbench` did not run through. The text is what it said."""


@dataclass(frozen=True)
class Script:
    """A transaction in the language of `pgbench`."""

    file: Path
    text: str

    def write(self) -> Path:
        self.file.write_text(self.text)
        return self.file


@dataclass(frozen=True)
class Pgbench:
    """Runs transactions in the database of the limit."""

    postgres: Postgres
    service: str

    @property
    def name(self) -> str:
        """Of the database."""
        return f"minshao_limit_{self.service}"

    async def prepare(self, copied: Iterable[str]) -> None:
        """Makes the database, with the service's tables, and with the rows of those that are named."""
        made = await create_database(self.postgres, self.service, self.name)
        await upgrade(made.owner, self.service)
        of_service = superuser(self.postgres, f"minshao_{self.service}")
        async with of_service as source, superuser(self.postgres, self.name) as target:
            for table in copied:
                rows = await source.fetch(f"SELECT * FROM {table}")
                await target.copy_records_to_table(table, records=[tuple(row) for row in rows])

    def rate(self, script: Script, clients: int, seconds: float) -> float:
        """Transactions a second."""
        return self._run(script, clients, ("--time", f"{max(1, round(seconds))}"))

    def rate_of(self, script: Script, clients: int, transactions: int) -> float:
        """Transactions a second while each client runs so many."""
        return self._run(script, clients, ("--transactions", str(transactions)))

    def _run(self, script: Script, clients: int, length: Sequence[str]) -> float:
        role = f"{self.service}_app"
        command: list[str] = [
            str(self.postgres.programs / "pgbench"),
            *("--no-vacuum", "--protocol=prepared", "--client", str(clients), "--jobs", str(min(2, clients))),
            *("--define", "turn=0", "--file", str(script.write()), *length),
            *("--host=127.0.0.1", f"--port={self.postgres.port}", f"--username={role}", self.name),
        ]
        done = subprocess.run(
            command,
            env={**os.environ, "PGPASSWORD": self.postgres.password(role)},
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"tps = ([0-9.]+)", done.stdout)
        if done.returncode or found is None or "failed transactions: 0 " not in done.stdout:
            raise Failed(done.stdout + done.stderr)
        return float(found[1])
