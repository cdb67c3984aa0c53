"""What a command prints."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """Prints a line, at once, also where the output is a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
