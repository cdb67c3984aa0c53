"""No file names the host of a package registry, nor a path of the machine on which it was written.

Set-up takes packages by name from wherever the machine is told to look: a host in a file would break every place
behind a mirror. A path of one machine works on that machine alone.
"""

from __future__ import annotations

import re
import shutil

from deploy.lint.step import ROOT, Failed, LeftOut, run

FORBIDDEN = re.compile(
    r"pypi[.]org|pythonhost[e]d|registry[.]npmjs|registry[.]yarnpkg|(?:docker|ghcr|quay|gcr)[.]io/"
    r"|(?<![\w.}])/(?:work|root|home|Users)/[\w.-]+|[.][.]/shared"
)


def clean() -> None:
    """Every tracked text file, line by line."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        raise LeftOut("git or its history is not here, so nobody knows which files are tracked")
    found = []
    for name in run("git", "ls-files", "-z").rstrip("\0").split("\0"):
        file = ROOT / name
        if file.is_file() and b"\0" not in (content := file.read_bytes())[:8192]:
            lines = content.decode(errors="replace").splitlines()
            found += [f"{name}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if offends(line)]
    if found:
        raise Failed("\n".join(found))


def offends(line: str) -> bool:
    """Whether a line holds such a name."""
    return FORBIDDEN.search(line) is not None
