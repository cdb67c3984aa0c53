"""What happens when a warning is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from services.risk.acting import Acting
from services.risk.warnings.owners import ACCOUNTS_CHANGED, drop_owners
from services.risk.warnings.telling import DUE_SOON, OVERDUE
from services.risk.warnings.use_cases import due_soon, overdue


async def accounts_changed(acting: Acting, _tenant: str) -> None:
    await drop_owners(acting)


HANDLERS: Mapping[str, Callable[[Acting, str], Awaitable[None]]] = {
    DUE_SOON: due_soon,
    OVERDUE: overdue,
    ACCOUNTS_CHANGED: accounts_changed,
}
