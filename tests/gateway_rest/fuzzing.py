"""Runs schemathesis against a front door: requests that the document allows, and requests that it does not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
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


async def fuzz(url: str, folder: Path, *, token: str, without: Iterable[str] = (), examples: int = 10) -> str:
    """What schemathesis found at the gateway, in its own words; empty when that is nothing.

    `without` names operations by their ids, `examples` is how many requests are tried of each, `folder` is where
    schemathesis may leave its notes.
    """
    excluded = [part for name in without for part in ("--exclude-operation-id", name)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "schemathesis.cli", "run", f"{url}/openapi.json"),
        *("--checks", ",".join(CHECKS), "--max-examples", str(examples), "--seed", "1"),
        *("--header", f"Authorization: Bearer {token}", "--continue-on-failure", "--warnings", "off", "--workers", "2"),
        *("--no-shrink", *excluded),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return said.decode() if process.returncode else ""
