"""Why colours were lowered: sealed, under a data key of the warning's own."""

from __future__ import annotations

from services.risk.acting import Acting
from services.risk.warnings.domain import Lowering
from services.risk.warnings.store import LOWERINGS, lowerings, put_lowering

_SEALED = LOWERINGS.c.sealed_reason


async def put(acting: Acting, lowering: Lowering, reason: str) -> bytes:
    """Seals the reason, and returns its HMAC."""
    key = await acting.risk.sealer.key_or_new(acting.tx, lowering.warning)
    put_lowering(acting.tx, lowering, key.seal(_SEALED, lowering.id, reason))
    return key.mac(reason)


async def of_warning(acting: Acting, warning: str) -> list[tuple[Lowering, str]]:
    """How a warning was lowered, the first time first, each with the reason; empty once that was shredded."""
    found = await lowerings(acting.tx, warning)
    key = (await acting.risk.sealer.keys(acting.tx, [warning])).get(warning) if found else None
    return [(each, key.open(_SEALED, each.id, sealed) if key else "") for each, sealed in found]
