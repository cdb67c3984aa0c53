"""How the oversight of a unit or a post ends where nobody answers it: with its warning, or with the unit."""

from __future__ import annotations

from collections.abc import Collection

from services.watch.forgetting import FORGETTING
from services.watch.oversights import opening, store, texts
from services.watch.oversights.domain import Oversight
from services.watch.reports.acting import Acting


async def end_by_itself(acting: Acting, before: Oversight, answer: str) -> None:
    """Ends an open one, as the system; late stays late."""
    key = await texts.key_of(acting.tx, acting.sealer, before)
    opening.end_oversight(acting.tx, key, acting.actor, before, answer, None, acting.now)
    await FORGETTING.keep(acting.tx, "oversights", before.id, acting.now)


async def end_with_units(acting: Acting, units: Collection[str]) -> None:
    """Of units that were retired nobody is left to answer. What a red warning brought ends with that all the same."""
    for oversight in await store.open_of_units(acting.tx, units):
        await end_by_itself(acting, oversight, "该单位已撤销。")
