"""What the risk service tells of dispositions, for the services that own the matters behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from minshao.risk.v1 import DispositionCorrected, DispositionRecorded, DispositionResultReturned

from services.common.access import county_of
from services.common.consumer import Handler
from services.common.effects.domain import Deed
from services.common.events import Event, event_type
from services.common.understanding import NotUnderstood, known, own

Told = DispositionRecorded | DispositionCorrected | DispositionResultReturned

Origin = tuple[str, str, str]
"""Tenant, collection and id of a thing behind it: of its own tenant, or of a town where the county disposes."""


def handlers(something_done: Handler) -> Mapping[str, Handler]:
    """The handler of each event that says that something was done, by type."""
    return dict.fromkeys(
        map(event_type, (DispositionRecorded, DispositionCorrected, DispositionResultReturned)), something_done
    )


def deed_of(event: Event, said: Told) -> Deed:
    """What was done. Raises NotUnderstood where that, or by which disposition, is not known."""
    own(event.tenant, said.disposition, "处置")
    if isinstance(said, DispositionCorrected):
        return Deed.CORRECTED
    if isinstance(said, DispositionResultReturned):
        return Deed.RESULT
    return Deed(known(said, "severity", "处置方式"))


def ids_behind(event: Event, tenant: str, collection: str) -> list[str]:
    """Ids of the things of a tenant behind a disposition, such as its `reports`. Raises NotUnderstood."""
    return sorted(_ids(_origins(event), tenant, collection))


def ids_delayed(event: Event, tenant: str, collection: str) -> Collection[str]:
    """Those of them of which nothing but that they were handled late is behind it. Raises NotUnderstood."""
    return _ids(_delayed(event), tenant, collection)


def tenants_behind(event: Event, collection: str) -> Collection[str]:
    """The tenants whose things are behind a disposition: a town's, also where the county disposes.

    Raises NotUnderstood, also for a disposition behind which nothing is.
    """
    deed_of(event, cast(Told, event.message))
    return {home for home, of, _ in _origins(event) if of == collection}


def _ids(origins: Iterable[Origin], tenant: str, collection: str) -> set[str]:
    return {id for home, of, id in origins if (home, of) == (tenant, collection)}


def _origins(event: Event) -> set[Origin]:
    origins = {_origin(event, each) for each in cast(Told, event.message).origins}
    if not _delayed(event) <= origins:
        raise NotUnderstood("来源")
    return origins


def _delayed(event: Event) -> set[Origin]:
    return {_origin(event, each) for each in cast(Told, event.message).delayed_origins}


def _origin(event: Event, name: str) -> Origin:
    match name.split("/"):
        case ["tenants", tenant, collection, id] if event.tenant in (tenant, county_of(tenant)):
            return tenant, collection, id
    raise NotUnderstood("来源")
