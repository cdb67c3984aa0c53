"""AccountabilityService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from uuid import uuid4

import minshao.agency.v1 as pb
from minshao.common.v1 import Level as LevelMessage

from services.agency.accountability import store, use_cases
from services.agency.accountability.domain import Case, Ground, Level, Measure, State
from services.agency.accountability.sight import reads, visible
from services.agency.accountability.use_cases import case_name
from services.agency.acting import Acting, acting_in, acting_on
from services.agency.agency import Agency
from services.common import paging
from services.common.access import Role
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call


class AccountabilityService:
    """Cases of accountability of a town's points; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def open_accountability_case(
        self, call: Call, request: pb.OpenAccountabilityCaseRequest
    ) -> pb.OpenAccountabilityCaseResponse:
        draft, facts = _draft(call, request), read_text("facts", request.facts)

        async def open_it(tx: Tx) -> pb.OpenAccountabilityCaseResponse:
            acting = acting_on(self._agency, tx, call)
            shown = _encode(acting, await use_cases.open_case(acting, draft, facts))
            shown.facts = facts
            return pb.OpenAccountabilityCaseResponse(accountability_case=shown)

        return await once(call, request, pb.OpenAccountabilityCaseResponse, open_it)

    async def state_view(self, call: Call, request: pb.StateViewRequest) -> pb.StateViewResponse:
        statement = read_text("statement", request.statement)
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.state_view(acting, local_id("name", request.name, call.tenant), statement)
            return pb.StateViewResponse(accountability_case=await _opened(acting, case))

    async def decide_accountability_case(
        self, call: Call, request: pb.DecideAccountabilityCaseRequest
    ) -> pb.DecideAccountabilityCaseResponse:
        id, reason = local_id("name", request.name, call.tenant), read_text("reason", request.reason)
        measure = Measure(request.measure) if request.measure else None
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.decide(acting, id, measure, reason)
            return pb.DecideAccountabilityCaseResponse(accountability_case=await _opened(acting, case))

    async def get_accountability_case(
        self, call: Call, request: pb.GetAccountabilityCaseRequest
    ) -> pb.GetAccountabilityCaseResponse:
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.seen_case(acting, local_id("name", request.name, call.tenant))
            return pb.GetAccountabilityCaseResponse(accountability_case=await _opened(acting, case))

    async def list_accountability_cases(
        self, call: Call, request: pb.ListAccountabilityCasesRequest
    ) -> pb.ListAccountabilityCasesResponse:
        page = paging.page(request, store.Position)
        state = State(request.state) if request.state else None
        wanted = store.Wanted(local_id("point", request.point, call.tenant), request.officer, state)
        descending = request.order_by != "open_time"
        async with acting_in(self._agency, call) as acting:
            seen = visible(acting.actor)
            found = await store.page(acting.tx, seen, wanted, descending, page.after, page.limit)
            shown, more = page.cut(found, lambda case: (case.open_time, case.id))
            cases = [_encode(acting, case) for case in shown]
        return pb.ListAccountabilityCasesResponse(accountability_cases=cases, next_page_token=more)


def _draft(call: Call, request: pb.OpenAccountabilityCaseRequest) -> Case:
    return Case(
        id=uuid4().hex,
        point=local_id("point", request.point, call.tenant),
        officer=request.officer,
        ground=Ground(request.ground),
        cases=tuple(local_id(f"cases[{index}]", each, call.tenant) for index, each in enumerate(request.cases)),
        level=Level.COUNTY if call.actor.has(Role.COUNTY_DISCIPLINE) else Level.TOWN,
        hear_until=read_day("hear_until", request.hear_until),
        opener=call.actor.name,
        open_time=call.now,
    )


async def _opened(acting: Acting, case: Case) -> pb.AccountabilityCase:
    """The case with its texts, for whom they are meant."""
    shown, columns = _encode(acting, case), store.ACCOUNTABILITY.c
    if reads(acting.actor, case):
        shown.facts, shown.statement, shown.reason = await acting.opened(
            case.id,
            (columns.sealed_facts, case.sealed_facts),
            (columns.sealed_statement, case.sealed_statement),
            (columns.sealed_reason, case.sealed_reason),
        )
    return shown


def _encode(acting: Acting, case: Case) -> pb.AccountabilityCase:
    tenant = f"tenants/{acting.tx.tenant}"
    return pb.AccountabilityCase(
        name=case_name(acting.tx.tenant, case.id),
        point=f"{tenant}/points/{case.point}",
        officer=case.officer,
        ground=pb.AccountabilityCase.Ground.ValueType(case.ground),
        cases=[f"{tenant}/cases/{each}" for each in case.cases],
        level=LevelMessage.ValueType(case.level),
        state=pb.AccountabilityCase.State.ValueType(case.state),
        hear_until=str(case.hear_until),
        measure=pb.AccountabilityCase.Measure.ValueType(case.measure or 0),
        opener=case.opener,
        open_time=stamp(case.open_time),
        hear_time=stamp(case.hear_time),
        decider=case.decider or "",
        decide_time=stamp(case.decide_time),
    )
