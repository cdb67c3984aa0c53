"""AppraisalService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Collection
from uuid import uuid4

import minshao.agency.v1 as pb

from services.agency.acting import Acting, acting_in, acting_on
from services.agency.agency import Agency
from services.agency.appraisals import store, use_cases
from services.agency.appraisals.domain import Appraisal, Count, Forms, Participants, State, results
from services.agency.appraisals.use_cases import appraisal_name, result
from services.common import paging
from services.common.access import Role
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.idempotency import once
from services.common.inputs import local_id, read_past_day
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.common.sight import narrowed, units_in_sight


class AppraisalService:
    """Conduct appraisals of a town's points; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def open_appraisal(self, call: Call, request: pb.OpenAppraisalRequest) -> pb.OpenAppraisalResponse:
        points = [local_id(f"points[{index}]", each, call.tenant) for index, each in enumerate(request.points)]
        appraisal = Appraisal(
            id=uuid4().hex,
            date=read_past_day("date", request.date, call.now),
            points=tuple(sorted(points)),
            opener=call.actor.name,
            open_time=call.now,
        )

        async def open_it(tx: Tx) -> pb.OpenAppraisalResponse:
            opened = await use_cases.open_round(acting_on(self._agency, tx, call), appraisal)
            return pb.OpenAppraisalResponse(appraisal=_encode(call.tenant, opened, None))

        return await once(call, request, pb.OpenAppraisalResponse, open_it)

    async def count_forms(self, call: Call, request: pb.CountFormsRequest) -> pb.CountFormsResponse:
        count = Count(request.satisfied, request.fair, request.dissatisfied)
        forms = Forms(local_id("point", request.point, call.tenant), Participants(request.participants), count)
        async with acting_in(self._agency, call) as acting:
            appraisal = await use_cases.count_forms(acting, local_id("name", request.name, call.tenant), forms)
            return pb.CountFormsResponse(appraisal=await _whole(acting, appraisal))

    async def close_appraisal(self, call: Call, request: pb.CloseAppraisalRequest) -> pb.CloseAppraisalResponse:
        async with acting_in(self._agency, call) as acting:
            appraisal = await use_cases.close_round(acting, local_id("name", request.name, call.tenant))
            return pb.CloseAppraisalResponse(appraisal=await _whole(acting, appraisal))

    async def get_appraisal(self, call: Call, request: pb.GetAppraisalRequest) -> pb.GetAppraisalResponse:
        async with acting_in(self._agency, call) as acting:
            appraisal = await store.ROWS.load(acting.tx, local_id("name", request.name, call.tenant))
            units = units_in_sight(acting.actor)
            if units is not None and units.isdisjoint(appraisal.points):
                raise NotFound(store.ROWS.called)
            return pb.GetAppraisalResponse(appraisal=await _whole(acting, appraisal))

    async def list_appraisals(self, call: Call, request: pb.ListAppraisalsRequest) -> pb.ListAppraisalsResponse:
        page = paging.page(request, store.Position)
        point, state = local_id("point", request.point, call.tenant), State(request.state) if request.state else None
        async with acting_in(self._agency, call) as acting:
            units = narrowed(acting.actor, point)
            found = await store.page(acting.tx, units, state, request.order_by != "date", page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.date, each.id))
            appraisals = [_encode(call.tenant, each, units_in_sight(acting.actor)) for each in shown]
        return pb.ListAppraisalsResponse(appraisals=appraisals, next_page_token=more)


async def _whole(acting: Acting, appraisal: Appraisal) -> pb.Appraisal:
    """The round with its forms for those who keep it, and once it is closed with the results of the points in sight."""
    units = units_in_sight(acting.actor)
    shown = _encode(acting.tx.tenant, appraisal, units)
    forms = await store.forms_of(acting.tx, appraisal.id)
    if acting.actor.has(Role.TOWN_PARTY_COMMITTEE, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE):
        shown.forms.extend(_forms(acting.tx.tenant, each) for each in forms)
    if appraisal.state is State.CLOSED:
        of_sight = [(unit, count) for unit, count in results(forms).items() if units is None or unit in units]
        shown.results.extend(result(acting.tx.tenant, unit, count) for unit, count in of_sight)
    return shown


def _encode(tenant: str, appraisal: Appraisal, units: Collection[str] | None) -> pb.Appraisal:
    points = [each for each in appraisal.points if units is None or each in units]
    return pb.Appraisal(
        name=appraisal_name(tenant, appraisal.id),
        date=str(appraisal.date),
        state=pb.Appraisal.State.ValueType(appraisal.state),
        points=[f"tenants/{tenant}/points/{each}" for each in points],
        close_time=stamp(appraisal.close_time),
    )


def _forms(tenant: str, forms: Forms) -> pb.Appraisal.Forms:
    return pb.Appraisal.Forms(
        point=f"tenants/{tenant}/points/{forms.point}",
        participants=pb.Appraisal.Participants.ValueType(forms.participants),
        satisfied=forms.count.satisfied,
        fair=forms.count.fair,
        dissatisfied=forms.count.dissatisfied,
    )
