"""What happens when a correction is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from services.risk.acting import Acting
from services.risk.dispositions.telling import OVERDUE
from services.risk.dispositions.use_cases import correction_overdue

HANDLERS: Mapping[str, Callable[[Acting, str], Awaitable[None]]] = {OVERDUE: correction_overdue}
