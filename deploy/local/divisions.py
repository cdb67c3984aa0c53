"""The county's divisions and departments, as the files in `data/` list them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Division:
    """A county, a town or sub-district, a village or community."""

    code: str
    name: str
    kind: str
    """`county`, `town`, `subdistrict`, `village` or `community`."""
    parent: str
    short: str
    """The name without its kind; only counties, towns and sub-districts have one."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the county."""

    code: str
    name: str
    has_window: bool


def divisions() -> list[Division]:
    """All of the county, from above to below."""
    with (DATA / "luonan.csv").open(newline="") as file:
        return [Division(**row) for row in csv.DictReader(file)]


def departments() -> list[Department]:
    with (DATA / "departments.csv").open(newline="") as file:
        rows = csv.DictReader(file)
        return [Department(row["code"], row["name"], row["window"] == "yes") for row in rows]
