"""Child processes that outlive the command that started them, and are found again by their pid file.

A pid alone names a stranger once the kernel has given it away again, so the file holds the start time too:
nothing is signalled that was not started here.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"

# Below the range from which Linux takes the ports of outgoing connections: one of those cannot slip in between
# the choice of a port and its use.
QUIET_PORTS = range(20000, 32000)


class StartFailed(Exception):
    """A process ended or stayed silent instead of starting. `said` holds the last lines of its log."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        self.name = name
        self.reason = reason
        self.log = log
        self.said = last_lines(log)
        super().__init__(f"{name} {reason}; its log {log} ends with:\n{self.said}")


@dataclass
class Child:
    """One program, running or not. Its pid file is the only memory that it has of itself."""

    name: str
    command: tuple[str, ...]
    home: Path
    """The folder with `logs/`, to which output and errors are appended, and `run/`, for the pid file."""
    environment: Mapping[str, str] | None = None
    """The whole environment; that of this process by default."""
    user: str | None = None
    """The system user to run as; only root can ask for one."""
    _started: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.home / "run" / f"{self.name}.pid"

    @property
    def was_started(self) -> bool:
        """Whether it was started and never stopped: if it does not run then, it died."""
        return self.pid_file.exists()

    def start(self) -> None:
        """Starts the program in a session of its own, so that Ctrl-C reaches it only through us."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._started = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                cwd="/" if self.user else None,
                start_new_session=True,
            )
        self.claim(psutil.Process(self._started.pid))

    def claim(self, process: psutil.Process) -> None:
        """From now on this is the process."""
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        self.pid_file.write_text(f"{process.pid} {process.create_time()}\n")

    def process(self) -> psutil.Process | None:
        """The running process, or None when it is not running or the pid is somebody else's by now."""
        if self._started:
            self._started.poll()  # takes a dead child out of the process table
        try:
            pid, started = self.pid_file.read_text().split()
            process = psutil.Process(int(pid))
            ours = process.create_time() == float(started)
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        return process if ours and is_alive(process) else None

    def wait_until(self, ready: Callable[[], bool], seconds: float = 30) -> None:
        """Returns once `ready`; raises StartFailed when the process ends before, or the seconds pass."""
        until = time.monotonic() + seconds
        while not ready():
            if self.process() is None:
                raise StartFailed(self.name, "ended while it was starting", self.log)
            if time.monotonic() > until:
                raise StartFailed(self.name, f"was not ready after {seconds:g} seconds", self.log)
            time.sleep(0.01)

    def stop(self, ask: signal.Signals = signal.SIGTERM, seconds: float = 20) -> None:
        """Asks the process to end and waits; what has not ended after the seconds is killed."""
        if process := self.process():
            process.send_signal(ask)
            try:
                process.wait(seconds)
            except psutil.TimeoutExpired:
                self.kill()
        self._forget()

    def kill(self) -> None:
        """Ends the process and its children as a power cut would: at once, with nothing tidied up."""
        if process := self.process():
            family = [process, *process.children(recursive=True)]
            for member in family:
                with suppress(psutil.NoSuchProcess):
                    member.kill()
            while any(map(is_alive, family)):
                time.sleep(0.005)
        self._forget()

    def _forget(self) -> None:
        self.pid_file.unlink(missing_ok=True)
        if self._started:
            self._started.wait()
            self._started = None


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie, which only waits for its parent to ask, does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


_RESERVATIONS: list[socket.socket] = []
"""Held until this process ends."""


def free_port() -> int:
    """A port of the loopback address on which nobody listens, and which no other process of ours was given meanwhile.

    Between this and the start of the server some seconds pass: as long as this process lives, the same port of UDP,
    which nobody needs, tells the others that it is taken.
    """
    for port in random.sample(QUIET_PORTS, k=200):
        reservation = socket.socket(type=socket.SOCK_DGRAM)
        try:
            reservation.bind((LOOPBACK, port))
        except OSError:
            reservation.close()
            continue
        if is_free(port):
            _RESERVATIONS.append(reservation)
            return port
        reservation.close()
    raise OSError("no free port between 20000 and 32000")


def is_free(port: int) -> bool:
    """Whether a server could listen on the port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log file; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
