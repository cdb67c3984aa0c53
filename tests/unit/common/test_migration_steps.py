"""What every step of a service's migrations has to do, as far as its text shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STEPS = sorted((Path(__file__).parents[3] / "services").glob("*/migrations/versions/[0-9]*.py"))
CHANGES_ROWS = re.compile(r"\b(UPDATE \w+ (AS \w+ )?SET|DELETE FROM|INSERT INTO)\b")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.parents[2].name}-{step.stem}")
def test_a_step_that_changes_rows_does_so_tenant_by_tenant_since_row_security_hides_them_otherwise(step: Path) -> None:
    text = step.read_text()
    assert not CHANGES_ROWS.search(text) or "for_each_tenant(" in text
