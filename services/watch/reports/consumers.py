"""What follows from the agency's ratings: a bad one is an opinion about the point, told by nobody, and the agency's
follow-up answers it (domain §4). There is one clock: that of the follow-up."""

from __future__ import annotations

from minshao.agency.v1 import Rating, RatingBad, RatingFollowUpAnswered, RatingFollowUpMoved

from services.common.errors import NotFound
from services.common.events import Event
from services.common.organisation import store as organisation
from services.common.organisation.domain import point_title
from services.common.periods import overdue_from
from services.common.understanding import day, known, own
from services.watch.reports.acting import Acting
from services.watch.reports.domain.terms import Channel, Kind, Matter, Mode
from services.watch.reports.use_cases.investigate import answer_with_origin, reschedule_with_origin
from services.watch.reports.use_cases.register import Draft, register_from_event


async def rating_bad(acting: Acting, event: Event, said: RatingBad) -> None:
    """Registers an opinion about the unit whose point or desk was rated, once for each rating, due with its follow-up.

    Raises NotFound as long as the unit is unknown here.
    """
    known(said, "kind", "评价种类")
    rating = own(event.tenant, said.rating, "评价")
    tenant, unit = await organisation.tenant_and_unit(acting.tx, said.unit)
    if tenant is None or unit is None:
        raise NotFound("单位", f"tenants/{acting.tx.tenant}/units/{said.unit}", reason="NO_UNIT")
    draft = Draft(
        unit=unit.code,
        kind=Kind.OPINION,
        matter=Matter.UNSPECIFIED,
        channel=Channel.SYSTEM,
        mode=Mode.NOBODY,
        about=point_title(tenant, unit),
        subject_unit=unit.code,
        text=f"代理件{said.case.number}被评为{said.stars}星（差评）。",
        receive_time=event.time,
        origin=rating,
        due_time=overdue_from(day(said.due_date, "答复期限")),
    )
    await register_from_event(acting, draft)


async def follow_up_answered(acting: Acting, event: Event, said: RatingFollowUpAnswered) -> None:
    """The first answer to the rating answers the opinion; whether it is accepted is the agency's matter."""
    rating = own(event.tenant, said.rating, "评价")
    await answer_with_origin(acting, rating, "便民服务代理已对该差评作出答复，详见差评整改记录。")


async def follow_up_moved(acting: Acting, event: Event, said: RatingFollowUpMoved) -> None:
    """The unit that was rated has another last day by the calendar of now, and so has the opinion. The period of who
    answers above it is the agency's matter alone."""
    rating, last_day = own(event.tenant, said.rating, "评价"), day(said.due_date, "答复期限")
    if known(said, "organ", "答复单位") == Rating.FollowUp.ORGAN_UNIT:
        await reschedule_with_origin(acting, rating, last_day, said.why)
