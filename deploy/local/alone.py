"""One command at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.troubles import Trouble


@contextmanager
def alone(lock: Path, commands: str) -> Iterator[None]:
    """Holds the lock file, which goes with the process. Raises Trouble where another one of `commands` holds it."""
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"another {commands} is at work here: wait for it") from None
        yield
