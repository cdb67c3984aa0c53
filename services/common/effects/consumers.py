"""What the risk service tells of dispositions, for the services that own the matters behind them."""

from __future__ import annotations

from collections.abc import Mapping

from minshao.risk.v1 import DispositionCorrected, DispositionRecorded, DispositionResultReturned

from services.common.consumer import Handler
from services.common.effects.domain import Deed
from services.common.events import event_type

Told = DispositionRecorded | DispositionCorrected | DispositionResultReturned


def handlers(something_done: Handler) -> Mapping[str, Handler]:
    """The handler of each event that says that something was done, by type."""
    return dict.fromkeys(
        map(event_type, (DispositionRecorded, DispositionCorrected, DispositionResultReturned)), something_done
    )


def deed_of(said: Told) -> Deed:
    """What was done."""
    if isinstance(said, DispositionCorrected):
        return Deed.CORRECTED
    return Deed.RESULT if isinstance(said, DispositionResultReturned) else Deed(said.severity)


def ids_behind(said: Told, tenant: str, collection: str) -> list[str]:
    """Ids of the things of a tenant behind a disposition, such as its `reports`."""
    home = f"tenants/{tenant}/{collection}/"
    return sorted({each.removeprefix(home) for each in said.origins if each.startswith(home)})


def tenants_behind(said: Told, collection: str) -> frozenset[str]:
    """The tenants whose things are behind a disposition: a town's, also where the county disposes."""
    names = (each.split("/") for each in said.origins)
    return frozenset(tenant for _, tenant, of, *_ in names if of == collection)
