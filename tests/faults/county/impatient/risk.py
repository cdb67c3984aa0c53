"""The risk service, impatient."""

from __future__ import annotations

from services.risk.parts import parts
from tests.faults.county.impatience import run_impatiently

if __name__ == "__main__":
    run_impatiently("risk", parts)
