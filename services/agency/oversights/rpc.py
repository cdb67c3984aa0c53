"""CaseOversightService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.cases.acting import Acting, acting_in, acting_of
from services.agency.oversights import use_cases
from services.agency.oversights.domain.oversight import CaseOversight, Kind, Level, State
from services.agency.oversights.listing import Filter, list_oversights, position
from services.agency.oversights.texts import Opened, opened
from services.agency.oversights.use_cases import Asking
from services.common import paging
from services.common.access import tenant_of_unit
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import read_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call

EVERY_CASE = "-"


class CaseOversightService:
    """Urgings and oversights of cases; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def urge_case(self, call: Call, request: pb.UrgeCaseRequest) -> pb.UrgeCaseResponse:
        asking = Asking(_case(request.case), _unit(request.desk), read_text("text", request.text))

        async def urge(tx: Tx) -> pb.UrgeCaseResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            urging = await use_cases.urge_case(acting, asking)
            return pb.UrgeCaseResponse(case_oversight=encode(urging, Opened(asking.text, "")))

        return await once(call, request, pb.UrgeCaseResponse, urge)

    async def order_case_oversight(
        self, call: Call, request: pb.OrderCaseOversightRequest
    ) -> pb.OrderCaseOversightResponse:
        last_day = read_day("last_day", request.last_day) if request.last_day else None
        asking = Asking(_case(request.case), _unit(request.desk), read_text("text", request.text), last_day)

        async def order(tx: Tx) -> pb.OrderCaseOversightResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            ordered = await use_cases.order_oversight(acting, asking)
            return pb.OrderCaseOversightResponse(case_oversight=encode(ordered, Opened(asking.text, "")))

        return await once(call, request, pb.OrderCaseOversightResponse, order)

    async def confirm_urging(self, call: Call, request: pb.ConfirmUrgingRequest) -> pb.ConfirmUrgingResponse:
        text = read_text("text", request.text)
        async with acting_in(self._agency, call) as acting:
            urging = await use_cases.confirm_urging(acting, *_ids(request.name), text)
            return pb.ConfirmUrgingResponse(case_oversight=await _shown(acting, urging))

    async def dismiss_urging(self, call: Call, request: pb.DismissUrgingRequest) -> pb.DismissUrgingResponse:
        async with acting_in(self._agency, call) as acting:
            dismissed = await use_cases.dismiss_urging(acting, *_ids(request.name))
            return pb.DismissUrgingResponse(case_oversight=await _shown(acting, dismissed))

    async def answer_case_oversight(
        self, call: Call, request: pb.AnswerCaseOversightRequest
    ) -> pb.AnswerCaseOversightResponse:
        answer = read_text("answer", request.answer)
        async with acting_in(self._agency, call) as acting:
            answered = await use_cases.answer_oversight(acting, *_ids(request.name), answer)
            return pb.AnswerCaseOversightResponse(case_oversight=await _shown(acting, answered))

    async def get_case_oversight(self, call: Call, request: pb.GetCaseOversightRequest) -> pb.GetCaseOversightResponse:
        async with acting_in(self._agency, call) as acting:
            found = await use_cases.found_oversight(acting, *_ids(request.name))
            return pb.GetCaseOversightResponse(case_oversight=await _shown(acting, found))

    async def list_case_oversights(
        self, call: Call, request: pb.ListCaseOversightsRequest
    ) -> pb.ListCaseOversightsResponse:
        page, order_by = paging.page(request, tuple[str, str]), request.order_by
        async with acting_in(self._agency, call) as acting:
            found = await list_oversights(acting, _filter(request), order_by, page.after, page.limit)
            shown, more = page.cut(found, lambda each: position(order_by, each))
            records = [encode(*each) for each in await opened(acting.tx, acting.agency.sealer, shown)]
        return pb.ListCaseOversightsResponse(case_oversights=records, next_page_token=more)


def encode(oversight: CaseOversight, texts: Opened) -> pb.CaseOversight:
    """An urging or oversight as the contract shows it."""
    return pb.CaseOversight(
        name=oversight.name,
        kind=pb.CaseOversight.Kind.ValueType(oversight.kind),
        origin=pb.CaseOversight.Origin.ValueType(oversight.origin),
        of_promise=oversight.of_promise,
        desk=f"tenants/{tenant_of_unit(oversight.desk)}/units/{oversight.desk}",
        overseer=pb.CaseOversight.Overseer.ValueType(oversight.overseer),
        level=int(oversight.overseer.level),
        state=pb.CaseOversight.State.ValueType(oversight.state),
        author=oversight.author,
        create_time=stamp(oversight.create_time),
        send_time=stamp(oversight.send_time),
        text=texts.text,
        last_day=str(oversight.last_day or ""),
        answerer=oversight.answerer or "",
        answer_time=stamp(oversight.answer_time),
        answer=texts.answer,
        by_deed=oversight.by_deed,
        late=oversight.late,
    )


async def _shown(acting: Acting, oversight: CaseOversight) -> pb.CaseOversight:
    [(shown, texts)] = await opened(acting.tx, acting.agency.sealer, [oversight])
    return encode(shown, texts)


def _filter(request: pb.ListCaseOversightsRequest) -> Filter:
    case, wanted = _case(request.parent), request.filter
    return Filter(
        case="" if case == EVERY_CASE else case,
        kind=Kind(wanted.kind) if wanted.kind else None,
        states=frozenset(State(state) for state in wanted.states),
        open=wanted.open,
        level=Level(wanted.level) if wanted.level else None,
        desk=_unit(wanted.desk),
        late=wanted.late,
    )


def _ids(name: str) -> tuple[str, str]:
    """The ids of the case and of the record."""
    _, _, _, case, _, id = name.split("/")
    return case, id


def _case(name: str) -> str:
    return name.rpartition("/")[2]


def _unit(name: str) -> str:
    """A desk may be of the county, also where the case is a town's."""
    return name.rpartition("/")[2]
