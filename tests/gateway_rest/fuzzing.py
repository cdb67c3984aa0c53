"""Runs schemathesis against a front door: requests that the document allows, and requests that it does not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
"""What is not checked: that the schema says all that is refused (rules across fields are the service's), and that null,
which ProtoJSON allows for every field, is refused."""

INTERPRETER = "AST constructor recursion depth mismatch"
"""A fault of CPython 3.11 in the process that asks, seen now and then: it says nothing of the gateway."""
TRIES = 3


def fuzz(
    url: str,
    folder: Path,
    *,
    token: str,
    without: Iterable[str] = (),
    fixed: Mapping[str, str] | None = None,
    examples: int = 5,
) -> str:
    """What schemathesis found at the gateway, in its own words; empty when that is nothing.

    `without` names operations by their ids, `fixed` gives path parameters their one value, `examples` is how many
    random requests are tried of each operation, besides those at the limits of its schema. The folder is for notes.
    """
    parameters = [f'"path.{name}" = {json.dumps(value)}' for name, value in (fixed or {}).items()]
    (folder / "schemathesis.toml").write_text("\n".join(["[parameters]", *parameters]))
    excluded = [part for name in without for part in ("--exclude-operation-id", name)]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"),
        *("--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing", "--max-examples", str(examples)),
        *("--seed", "1", "--header", f"Authorization: Bearer {token}", "--workers", "1"),
        *("--continue-on-failure", "--no-shrink", "--warnings", "off", *excluded),
    ]
    for _ in range(TRIES):
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if INTERPRETER not in ran.stdout:
            break
    return ran.stdout + ran.stderr if ran.returncode else ""
