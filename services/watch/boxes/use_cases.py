"""Opening a box, and turning its letters into reports."""

from __future__ import annotations

from datetime import datetime

from minshao.common.v1 import LEVEL_UNIT
from minshao.watch.v1 import BoxOpened
from minshao.watch.v1 import BoxOpening as Opening

from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.errors import NotFound, Refused
from services.common.periods import local_date
from services.watch.boxes import store
from services.watch.boxes.domain import Box, BoxOpening, check_openers
from services.watch.boxes.lapses import run_lapse
from services.watch.posts.use_cases import lock_open_post


async def log_opening(tx: Tx, actor: Actor, opening: BoxOpening, now: datetime) -> BoxOpening:
    """Logs an opening by two different people. One that is logged late moves no deadline back."""
    check_openers(opening.openers)
    await lock_open_post(tx, opening.unit)
    last = await store.last_opening(tx, opening.unit, opening.box)
    if last is None or opening.open_time > last:
        store.set_last_opening(tx, opening)
        run_lapse(tx, opening.unit, opening.box, local_date(opening.open_time))
    store.ROWS.insert(tx, opening)
    event = BoxOpened(
        box_opening=f"tenants/{tx.tenant}/boxOpenings/{opening.id}",
        unit=opening.unit,
        box=Opening.Box.ValueType(opening.box),
        letter_count=opening.letter_count,
        visible_to=LEVEL_UNIT,
    )
    ledger.append(tx, actor, "box_opening", opening.id, 1, event, now)
    return opening


async def count_letter(tx: Tx, opening: str, unit: str, box: Box) -> None:
    """Counts one letter of an opening as registered: each becomes one report, also under parallel calls.

    Raises NotFound where the unit's box was not opened so; Refused where all of its letters are registered.
    """
    if (known := await store.find(tx, opening, unit, box)) is None:
        raise NotFound("开箱记录", f"tenants/{tx.tenant}/boxOpenings/{opening}")
    if not await store.take_letter(tx, opening):
        message = f"这次开箱的{known.letter_count}封信件都已登记。"
        raise Refused("NO_LETTER_LEFT", message, letter_count=str(known.letter_count))
