"""CommitmentService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from uuid import uuid4

import minshao.agency.v1 as pb

from services.agency.acting import acting_in, acting_on
from services.agency.agency import Agency
from services.agency.commitments import store, use_cases
from services.agency.commitments.domain import Commitment, Kind, Letter
from services.agency.commitments.use_cases import commitment_name, letter_name
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.instants import stamp
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.common.sight import check_in_sight, narrowed


class CommitmentService:
    """Letters and commitments of a town's points; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def sign_responsibility_letter(
        self, call: Call, request: pb.SignResponsibilityLetterRequest
    ) -> pb.SignResponsibilityLetterResponse:
        letter = Letter(
            id=uuid4().hex,
            point=local_id("point", request.point, call.tenant),
            signer=request.signer,
            leader=local_id("leader", request.leader, call.tenant),
            sign_date=read_day("sign_date", request.sign_date),
            first_day=read_day("first_day", request.first_day),
            last_day=read_day("last_day", request.last_day),
        )

        async def sign(tx: Tx) -> pb.SignResponsibilityLetterResponse:
            signed = await use_cases.sign(acting_on(self._agency, tx, call), letter)
            return pb.SignResponsibilityLetterResponse(responsibility_letter=_letter(call, signed))

        return await once(call, request, pb.SignResponsibilityLetterResponse, sign)

    async def end_responsibility_letter(
        self, call: Call, request: pb.EndResponsibilityLetterRequest
    ) -> pb.EndResponsibilityLetterResponse:
        async with acting_in(self._agency, call) as acting:
            letter = await use_cases.end(acting, local_id("name", request.name, call.tenant))
        return pb.EndResponsibilityLetterResponse(responsibility_letter=_letter(call, letter))

    async def get_responsibility_letter(
        self, call: Call, request: pb.GetResponsibilityLetterRequest
    ) -> pb.GetResponsibilityLetterResponse:
        async with acting_in(self._agency, call) as acting:
            letter = await store.LETTER_ROWS.load(acting.tx, local_id("name", request.name, call.tenant))
            check_in_sight(acting.actor, letter.point, store.LETTER_ROWS.called)
        return pb.GetResponsibilityLetterResponse(responsibility_letter=_letter(call, letter))

    async def list_responsibility_letters(
        self, call: Call, request: pb.ListResponsibilityLettersRequest
    ) -> pb.ListResponsibilityLettersResponse:
        page = paging.page(request, store.LetterPosition)
        point, descending = local_id("point", request.point, call.tenant), request.order_by != "first_day"
        day = local_date(call.now) if request.in_force else None
        async with acting_in(self._agency, call) as acting:
            units = narrowed(acting.actor, point)
            found = await store.letters(acting.tx, units, day, descending, page.after, page.limit)
        shown, more = page.cut(found, lambda letter: (letter.first_day, letter.id))
        letters = [_letter(call, each) for each in shown]
        return pb.ListResponsibilityLettersResponse(responsibility_letters=letters, next_page_token=more)

    async def publish_commitment(
        self, call: Call, request: pb.PublishCommitmentRequest
    ) -> pb.PublishCommitmentResponse:
        draft = Commitment(
            id=uuid4().hex,
            place=local_id("point", request.point, call.tenant) or call.tenant,
            kind=Kind(request.kind),
            text=read_text("text", request.text),
            first_day=read_day("first_day", request.first_day),
            publisher=call.actor.name,
            publish_time=call.now,
        )

        async def publish(tx: Tx) -> pb.PublishCommitmentResponse:
            published = await use_cases.publish(acting_on(self._agency, tx, call), draft)
            return pb.PublishCommitmentResponse(commitment=_commitment(call, published))

        return await once(call, request, pb.PublishCommitmentResponse, publish)

    async def get_commitment(self, call: Call, request: pb.GetCommitmentRequest) -> pb.GetCommitmentResponse:
        async with call.transaction() as tx:
            commitment = await store.ROWS.load(tx, local_id("name", request.name, call.tenant))
        return pb.GetCommitmentResponse(commitment=_commitment(call, commitment))

    async def list_commitments(self, call: Call, request: pb.ListCommitmentsRequest) -> pb.ListCommitmentsResponse:
        page = paging.page(request, store.Position)
        point = local_id("point", request.point, call.tenant)
        places = {point, call.tenant} if point else None
        kind = Kind(request.kind) if request.kind else None
        day = None if request.show_all else local_date(call.now)
        async with call.transaction() as tx:
            found = await store.commitments(tx, places, kind, day, page.after, page.limit)
        shown, more = page.cut(found, lambda each: (each.place, int(each.kind), each.version))
        commitments = [_commitment(call, each) for each in shown]
        return pb.ListCommitmentsResponse(commitments=commitments, next_page_token=more)


def _letter(call: Call, letter: Letter) -> pb.ResponsibilityLetter:
    return pb.ResponsibilityLetter(
        name=letter_name(call.tenant, letter.id),
        point=f"tenants/{call.tenant}/points/{letter.point}",
        signer=letter.signer,
        leader=f"tenants/{call.tenant}/cadres/{letter.leader}",
        sign_date=str(letter.sign_date),
        first_day=str(letter.first_day),
        last_day=str(letter.last_day),
        ended_early=letter.ended_early,
        in_force=letter.in_force(local_date(call.now)),
    )


def _commitment(call: Call, commitment: Commitment) -> pb.Commitment:
    place = commitment.place
    return pb.Commitment(
        name=commitment_name(call.tenant, commitment.id),
        point="" if place == call.tenant else f"tenants/{call.tenant}/points/{place}",
        kind=pb.Commitment.Kind.ValueType(commitment.kind),
        version=commitment.version,
        text=commitment.text,
        first_day=str(commitment.first_day),
        last_day=str(commitment.last_day or ""),
        publisher=commitment.publisher,
        publish_time=stamp(commitment.publish_time),
    )
