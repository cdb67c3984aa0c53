"""What stops a local county, said in one line that tells what to do."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from deploy.local.ports import holder
from deploy.local.processes import StartFailed, is_free

ROOM = 500 << 20
"""Bytes that must be free on the disk: PostgreSQL and NATS take some 100 MB before the first report."""

REMEDIES = (
    ("No space left on device", "the disk is full: free some space and start again"),
    ("no space left on device", "the disk is full: free some space and start again"),
    ("Address already in use", "its port was taken in this moment: start again, or choose others by PORT=8600"),
    ("address already in use", "its port was taken in this moment: start again, or choose others by PORT=8600"),
    (
        "database files are incompatible with server",
        "the data are of another version of PostgreSQL: remove .minshao/, or dump them with the old version first",
    ),
    ("Cannot allocate memory", "there is not enough memory: PostgreSQL wants 300 MB"),
)
"""What a log says, and what it means to whoever reads only one line."""


class Trouble(Exception):
    """The local county cannot do what was asked. The message is one line and says what to do."""


def expect_room(folder: Path) -> None:
    """Raises Trouble when the disk is (nearly) full."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise Trouble(
            f"only {free >> 20} MB are free on the disk of {folder}, and {ROOM >> 20} MB are needed: free some space"
        )


def expect_free(port: int, purpose: str) -> None:
    """Raises Trouble when somebody listens on the port already."""
    if not is_free(port):
        raise Trouble(
            f"port {port}, for {purpose}, is taken by {holder(port)}: stop that, or choose other ports by PORT=8600"
        )


def explained(error: StartFailed | OSError) -> Trouble:
    """The error in one line."""
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return Trouble("the disk is full: free some space and start again")
        return Trouble(f"{error.filename or 'the system'}: {error.strerror or error}")
    remedy = next((remedy for sign, remedy in REMEDIES if sign in error.said), None)
    return Trouble(f"{error.name} {error.reason}: {remedy or last_word(error)}; see {error.log}")


def last_word(error: StartFailed) -> str:
    """The last line of its log that is not empty."""
    return next((line.strip() for line in reversed(error.said.splitlines()) if line.strip()), "it said nothing")
