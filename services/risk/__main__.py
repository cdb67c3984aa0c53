"""`python -m services.risk serve` runs the risk service, `… migrate` brings its database up to date."""

from __future__ import annotations

from services.common.service import Service, run
from services.risk.parts import parts

if __name__ == "__main__":
    run(Service("risk", parts))
