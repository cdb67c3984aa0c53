"""What a step of `make check` answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
"""Where the programs of the locked packages are."""


class Failed(Exception):
    """The step found something; the text says what, for whoever must mend it."""


class LeftOut(Exception):
    """The step cannot be taken on this machine; the text says what is missing."""


def run(*command: str | Path, given: str | None = None) -> str:
    """What the command prints. Raises Failed with it where the command fails."""
    done = subprocess.run(
        command, cwd=ROOT, input=given, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        raise Failed(done.stdout.strip() or f"{command[0]} ended with status {done.returncode}")
    return done.stdout
