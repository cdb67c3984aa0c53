"""Files name neither registries nor machines."""

from __future__ import annotations

import pytest

from deploy.lint.names import offends

WORDS = (
    "pypi" + ".org",
    "registry." + "npmjs.org",
    "files.python" + "hosted.org",
    "ghcr." + "io/x",
    "docker." + "io/x",
)
PATHS = ("/" + "home/someone", "/" + "root/minshao", "/" + "Users/someone", ".." + "/shared")


@pytest.mark.parametrize("name", WORDS + PATHS)
def test_a_registry_or_a_path_of_one_machine_is_found(name: str) -> None:
    assert offends(f"see {name} for it")
    assert offends(f'"{name}"')


@pytest.mark.parametrize("line", ["python:3.13-slim", "@app/work/reports", "https://example.org/home/page", "$HOME/x"])
def test_what_is_neither_passes(line: str) -> None:
    assert not offends(line)
