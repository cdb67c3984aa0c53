"""What the README sends to the county of `make up` names what is there."""

from __future__ import annotations

import re
from pathlib import Path

from deploy.local.provision import requests

README = Path(__file__).parents[3] / "README.md"
NAMED = re.compile(r"tenants/([0-9]+)/(?:units|points|posts|inventories)/([a-z0-9.-]+)")


def test_the_requests_of_the_readme_name_units_of_luonan() -> None:
    there = {
        (each.tenant.name.rpartition("/")[2], unit.name.rpartition("/")[2])
        for each in requests()
        for unit in each.units
    }

    named = set(NAMED.findall(README.read_text()))

    assert named
    assert named <= there
