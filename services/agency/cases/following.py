"""What an applicant sees of their own case: all that concerns them by the receipt code, state and step by number and
telephone number (domain §5, Citizens)."""

from __future__ import annotations

import unicodedata

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.cases import store, texts
from services.agency.cases.acting import Acting, acting_in
from services.agency.cases.domain.applicant import read_phone
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.lapsing import supply_by
from services.agency.cases.encoding import hand_ins, show_materials
from services.agency.cases.explaining import explanation_of
from services.agency.cases.explanations import Explained
from services.agency.cases.materials import words_of
from services.agency.cases.receiving import SERVICE, phone_hash
from services.agency.effects import store as effects
from services.common import receipts
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.rpc.call import Call

NUMBER_TRIES = 30
"""So many tries with a wrong telephone number a case has in a window, whoever makes them: more than one client has, so
that nobody alone shuts the applicant out."""

_BRACKETS = str.maketrans({**dict.fromkeys("([【［", "〔"), **dict.fromkeys(")]】］", "〕")})


async def follow_case(agency: Agency, call: Call, typed: str) -> pb.CaseView:
    """Raises Invalid for what is no code, TooMany, NotFound."""
    id = await open_code(agency, call, typed)
    async with acting_in(agency, call) as acting:
        return await view(acting, await store.load(acting.tx, id))


async def explain_promise(agency: Agency, call: Call, typed: str) -> Explained:
    """Why their promised date is what it is. Raises as above, and Refused before acceptance."""
    id = await open_code(agency, call, typed)
    async with acting_in(agency, call) as acting:
        return await explanation_of(acting, await store.load(acting.tx, id))


async def look_up_case(agency: Agency, call: Call, number: str, phone: str) -> pb.LookUpCaseResponse:
    """Raises Invalid for what is no telephone number, TooMany, and NotFound for any pair that is not one case's."""
    number, phone = read_number(number), read_phone("phone", phone)
    hash = phone_hash(agency.hashing, call.tenant, number, phone)
    of_number = agency.hashing.keyed_hash(f"{SERVICE}/number", f"{call.tenant}:{number}").hex()
    presented = receipts.Presented(hash, "编号和电话", {f"number:{of_number}": NUMBER_TRIES})
    id = await _opened(call, presented)
    async with call.transaction() as tx:
        case = await store.load(tx, id)
    running = next((part for part in case.parts if part.running), None) if case.state.open else None
    return pb.LookUpCaseResponse(
        state=pb.Case.State.ValueType(case.state),
        step=running.step + 1 if running else 0,
        tier=pb.Point.Tier.ValueType(running.tier if running else 0),
    )


async def open_code(agency: Agency, call: Call, typed: str) -> str:
    """The id of the case that a receipt code opens. Raises Invalid for what is no code, TooMany, NotFound."""
    hash = receipts.stored_hash(agency.hashing, SERVICE, call.tenant, receipts.read_code(typed))
    return await _opened(call, receipts.Presented(hash))


async def view(acting: Acting, case: Case) -> pb.CaseView:
    """The case as the applicant sees it."""
    promise = acting.promise(case)
    names = await organisation.names_with_county(acting.tx)
    told = await texts.told_of(acting.tx, acting.agency.sealer, case.id)
    running = [part.desk for part in case.parts if part.running]
    desks = (running or [case.point]) if case.state.open else []
    shown = pb.CaseView(
        number=case.number,
        state=pb.Case.State.ValueType(case.state),
        desks=[names.get(desk, desk) for desk in desks],
        receive_time=stamp(case.receive_time),
        lacking=case.lacking,
        supply_by=str(supply_by(case, acting.dated.calendar) or ""),
        owed=case.owed,
        owed_until=str(case.owed_until or ""),
        promised_date=str(promise.last_day or ""),
        provisional=promise.provisional,
        overdue=promise.overdue,
        outcome=pb.Case.Outcome.ValueType(case.outcome or 0),
        delay_reason=told.delay_reason,
        result=told.result,
        remedies=told.remedies,
        handed_in=hand_ins(case),
    )
    shown.effects.extend(each.words_by_code for each in await effects.of_case(acting.tx, case.id))
    show_materials(shown, await words_of(acting, case))
    return shown


def read_number(typed: str) -> str:
    """The number of a case as it is kept, whatever brackets, blanks and widths it was typed with."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).translate(_BRACKETS)


async def _opened(call: Call, presented: receipts.Presented) -> str:
    client = call.actor.client or ""
    return await receipts.open_receipt(call.database, call.tenant, presented, client, call.now, store.RECEIPTS.find)
