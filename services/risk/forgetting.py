"""Keeping and forgetting what the risk service seals: see `services.common.forgetting`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from minshao.risk.v1 import RecordShredded

from services.common.database import Tx
from services.common.deadlines import Deadline, Handler
from services.common.forgetting import SHREDDING, Forgetting
from services.common.sealing import Sealer
from services.risk.settings.store import RISK_SETTINGS
from services.risk.warnings.store import is_behind_open

FORGETTING = Forgetting(RISK_SETTINGS, RecordShredded)

keep, keep_all = FORGETTING.keep, FORGETTING.keep_all


def handlers(sealer: Sealer) -> Mapping[str, Handler]:
    """What happens when the deadline comes. A piece of information behind a warning that is open is kept: whoever
    answers the warning sets its day anew."""
    shred = FORGETTING.handlers(sealer, "risk")[SHREDDING]

    async def look_again(tx: Tx, deadline: Deadline, now: datetime) -> None:
        if not await is_behind_open(tx, deadline.owner.rpartition("/")[2]):
            await shred(tx, deadline, now)

    return {SHREDDING: look_again}
