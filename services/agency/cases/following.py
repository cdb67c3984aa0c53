"""What an applicant sees of their own case, by the receipt code."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.cases import store, texts
from services.agency.cases.acting import acting_in
from services.agency.cases.receiving import SERVICE
from services.common import receipts
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.rpc.call import Call


async def open_code(agency: Agency, call: Call, typed: str) -> str:
    """The id of the case whose code an applicant has typed. Raises Invalid for what is no code, TooMany, NotFound."""
    presented = receipts.stored_hash(agency.hashing, SERVICE, call.tenant, receipts.read_code(typed))
    client = call.actor.client or ""
    return await receipts.open_receipt(call.database, call.tenant, presented, client, call.now, store.find_receipt)


async def follow_case(agency: Agency, call: Call, typed: str) -> pb.CaseView:
    """Raises Invalid for what is no code, TooMany, NotFound."""
    id = await open_code(agency, call, typed)
    async with acting_in(agency, call) as acting:
        case = await store.load(acting.tx, id)
        promise = acting.promise(case)
        names = await organisation.names_with_county(acting.tx)
        result = await texts.last(acting.tx, agency.sealer, case.id, texts.REASON)
    running = [part.desk for part in case.parts if part.running]
    desks = (running or [case.point]) if case.state.open else []
    return pb.CaseView(
        number=case.number,
        state=pb.Case.State.ValueType(case.state),
        desks=[names.get(desk, desk) for desk in desks],
        receive_time=stamp(case.receive_time),
        lacking=case.lacking,
        owed=case.owed,
        owed_until=str(case.owed_until or ""),
        promised_date=str(promise.last_day or ""),
        provisional=promise.provisional,
        overdue=promise.overdue,
        outcome=pb.Case.Outcome.ValueType(case.outcome or 0),
        result=result,
    )
