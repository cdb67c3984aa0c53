"""What follows from the agency's ratings: a bad one is an opinion about the point, told by nobody (domain §4)."""

from __future__ import annotations

from minshao.agency.v1 import RatingBad

from services.common.errors import NotFound
from services.common.events import Event
from services.common.organisation import store as organisation
from services.common.organisation.domain import full_name
from services.watch.reports.acting import Acting
from services.watch.reports.domain.terms import Channel, Kind, Matter, Mode
from services.watch.reports.use_cases.register import Draft, register_from_event


async def rating_bad(acting: Acting, event: Event, said: RatingBad) -> None:
    """Registers an opinion about the unit of the point at which the case came in, once for each rating.

    Raises NotFound as long as the unit is unknown here.
    """
    tenant, unit = await organisation.tenant_and_unit(acting.tx, said.case.unit)
    if tenant is None or unit is None:
        raise NotFound("单位", f"tenants/{acting.tx.tenant}/units/{said.case.unit}", reason="NO_UNIT")
    draft = Draft(
        unit=unit.code,
        kind=Kind.OPINION,
        matter=Matter.UNSPECIFIED,
        channel=Channel.SYSTEM,
        mode=Mode.NOBODY,
        about=f"{full_name(tenant, unit)}代理点",
        subject_unit=unit.code,
        text=f"代理件{said.case.number}被评为{said.stars}星（差评）。",
        receive_time=event.time,
        origin=said.rating,
    )
    await register_from_event(acting, draft)
