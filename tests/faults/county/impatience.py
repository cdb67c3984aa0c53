"""Services that wait less between the five tries of an event: `python -m tests.faults.county.impatient.watch`."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

from services.common.consumer import lanes
from services.common.service import Parts, Resources, Service, run


def run_impatiently(service: str, parts: Callable[[Resources], Parts]) -> None:
    """Runs the command line of the service."""
    with patch.object(lanes, "RETRY_SECONDS", (0.2, 0.2, 0.2, 0.2)):
        run(Service(service, parts))
