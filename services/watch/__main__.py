"""`python -m services.watch serve` runs the watch service, `… migrate` brings its database up to date."""

from __future__ import annotations

from services.common.service import Service, run
from services.watch.parts import parts

if __name__ == "__main__":
    run(Service("watch", parts))
