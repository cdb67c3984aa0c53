"""`python -m services.agency serve` runs the agency service, `… migrate` brings its database up to date."""

from __future__ import annotations

from services.agency.parts import parts
from services.common.service import Service, run

if __name__ == "__main__":
    run(Service("agency", parts))
