"""PublicitySessionService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_past_day
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.groups.sight import in_sight
from services.risk.publicity_sessions import store, use_cases
from services.risk.publicity_sessions.domain import Kind, Session
from services.risk.risk import Risk


class PublicitySessionService:
    """Publicity held by leading groups; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def record_publicity_session(
        self, call: Call, request: pb.RecordPublicitySessionRequest
    ) -> pb.RecordPublicitySessionResponse:
        new = Session(
            id=uuid4().hex,
            risk_group=local_id("risk_group", request.risk_group, call.tenant),
            kind=Kind(request.kind),
            date=read_past_day("date", request.date, call.now),
            reach_count=request.reach_count,
            recorder=call.actor.name,
            record_time=call.now,
        )
        note = request.note.strip()

        async def record(tx: Tx) -> pb.RecordPublicitySessionResponse:
            session = await use_cases.record(acting_on(self._risk, tx, call), new, note)
            return pb.RecordPublicitySessionResponse(publicity_session=_shown(call.tenant, session, note))

        return await once(call, request, pb.RecordPublicitySessionResponse, record)

    async def get_publicity_session(
        self, call: Call, request: pb.GetPublicitySessionRequest
    ) -> pb.GetPublicitySessionResponse:
        async with acting_in(self._risk, call) as acting:
            session = await use_cases.seen_session(acting, local_id("name", request.name, call.tenant))
            note = await _note(acting, session)
        return pb.GetPublicitySessionResponse(publicity_session=_shown(call.tenant, session, note))

    async def list_publicity_sessions(
        self, call: Call, request: pb.ListPublicitySessionsRequest
    ) -> pb.ListPublicitySessionsResponse:
        page, group = paging.page(request, store.Place), local_id("risk_group", request.risk_group, call.tenant)
        kind = Kind(request.kind) if request.kind else None
        async with call.transaction() as tx:
            found = await store.page(tx, in_sight(call.actor), group, kind, page.after, page.limit)
        shown, more = page.cut(found, lambda each: (each.date, each.id))
        sessions = [_shown(call.tenant, each, "") for each in shown]
        return pb.ListPublicitySessionsResponse(publicity_sessions=sessions, next_page_token=more)


async def _note(acting: Acting, session: Session) -> str:
    """What was noted, for whom it is meant and until it is shredded."""
    if session.sealed_note is None or not acting.reads_sealed:
        return ""
    return await acting.opened(session.id, store.SESSIONS.c.sealed_note, session.sealed_note)


def _shown(tenant: str, session: Session, note: str) -> pb.PublicitySession:
    return pb.PublicitySession(
        name=f"tenants/{tenant}/publicitySessions/{session.id}",
        risk_group=f"tenants/{tenant}/riskGroups/{session.risk_group}",
        kind=pb.PublicitySession.Kind.ValueType(session.kind),
        date=str(session.date),
        reach_count=session.reach_count,
        note=note,
        recorder=session.recorder,
        record_time=stamp(session.record_time),
    )
