"""The watch service, which waits less between the five tries of an event: `python -m tests.faults.county.impatient`."""

from __future__ import annotations

from unittest.mock import patch

from services.common.consumer import lanes
from services.common.service import Service, run
from services.watch.parts import parts

if __name__ == "__main__":
    with patch.object(lanes, "RETRY_SECONDS", (0.2, 0.2, 0.2, 0.2)):
        run(Service("watch", parts))
