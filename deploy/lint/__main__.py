"""`make check`: every step, what it found, and which steps this machine could not take."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from deploy.lint import contract, manifests, names
from deploy.lint.step import PROGRAMS, Failed, LeftOut, run

STEPS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("format", lambda: run(PROGRAMS / "ruff", "format", "--check", "--quiet", ".")),
    ("style", lambda: run(PROGRAMS / "ruff", "check", "--quiet", ".")),
    ("types", lambda: run(sys.executable, "-m", "mypy", "--no-error-summary")),
    ("imports", lambda: run(PROGRAMS / "lint-imports", "--no-logo")),
    ("contract", contract.lint),
    ("compatibility", contract.breaking),
    ("manifests", manifests.valid),
    ("names", names.clean),
)


def main() -> int:
    """The exit status: 1 when a step found something."""
    failed = False
    for name, step in STEPS:
        began = time.monotonic()
        try:
            step()
            print(f"  ok        {name:14} {time.monotonic() - began:5.1f} s", flush=True)
        except LeftOut as missing:
            print(f"  left out  {name:14} {missing}", flush=True)
        except Failed as found:
            failed = True
            print(f"  FAILED    {name:14}\n{found}\n", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
