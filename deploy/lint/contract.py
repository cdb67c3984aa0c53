"""The contract may grow, but must not break those who already use it.

A field that was renumbered, renamed or removed is read wrongly by every client and every stored event of before. So
the image of `proto/` is compared with that of the last commit on main that touched it.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from deploy.lint.step import PROGRAMS, ROOT, LeftOut, run

IMAGE = "build/proto.binpb"


def lint() -> None:
    """buf's rules of naming and of comments."""
    run(PROGRAMS / "buf", "lint", IMAGE)


def breaking() -> None:
    """buf's comparison with main."""
    commit = last_on_main()
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["git", "archive", "--format=zip", commit, "proto"], cwd=ROOT, capture_output=True, check=True
        )
        zipfile.ZipFile(io.BytesIO(packed.stdout)).extractall(folder)
        run(sys.executable, Path(folder) / "proto" / "build.py")
        run(PROGRAMS / "buf", "breaking", IMAGE, "--against", Path(folder) / IMAGE)


def last_on_main() -> str:
    """The commit to compare with. Raises LeftOut where there is none."""
    if not shutil.which("git"):
        raise LeftOut("git is not installed")
    for branch in ("origin/main", "main"):
        found = subprocess.run(
            ["git", "rev-list", "-1", branch, "--", "proto"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if commit := found.stdout.strip():
            return commit
    raise LeftOut("the history of main is not here")
