"""CardService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.acting import Acting, acting_in, acting_on
from services.agency.agency import Agency
from services.agency.cards import store
from services.agency.cards.domain import Card, State
from services.agency.cards.sight import sees_holder, sees_opinion, sees_satisfaction
from services.agency.cards.use_cases import (
    SERVICE,
    Draft,
    Opinion,
    card_name,
    hand_out,
    record_returned,
    return_on_line,
    seen_card,
)
from services.agency.satisfaction import Satisfaction
from services.common import paging, receipts
from services.common.database import Tx
from services.common.errors import Invalid
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_name
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.common.sight import narrowed


class CardService:
    """Supervision cards of a town's points; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def hand_out_card(self, call: Call, request: pb.HandOutCardRequest) -> pb.HandOutCardResponse:
        draft = Draft(
            local_id("point", request.point, call.tenant),
            read_name("holder", request.holder) if request.holder else "",
            local_id("case", request.case, call.tenant) or None,
        )

        async def hand(tx: Tx) -> pb.HandOutCardResponse:
            card, code = await hand_out(acting_on(self._agency, tx, call), draft)
            shown = _encode(acting_on(self._agency, tx, call), card)
            shown.holder = draft.holder
            return pb.HandOutCardResponse(card=shown, return_code=code)

        return await once(call, request, pb.HandOutCardResponse, hand)

    async def return_card(self, call: Call, request: pb.ReturnCardRequest) -> pb.ReturnCardResponse:
        code = receipts.read_code(request.code)
        presented = receipts.Presented(receipts.stored_hash(self._agency.hashing, SERVICE, call.tenant, code))
        client = call.actor.client or ""
        opinion = _opinion(request)
        id = await receipts.open_receipt(call.database, call.tenant, presented, client, call.now, store.find_by_code)
        async with acting_in(self._agency, call) as acting:
            card = await return_on_line(acting, id, opinion)
        return pb.ReturnCardResponse(number=card.number)

    async def record_returned_card(
        self, call: Call, request: pb.RecordReturnedCardRequest
    ) -> pb.RecordReturnedCardResponse:
        async with acting_in(self._agency, call) as acting:
            card = await record_returned(acting, local_id("name", request.name, call.tenant), _opinion(request))
            return pb.RecordReturnedCardResponse(card=_encode(acting, card))

    async def get_card(self, call: Call, request: pb.GetCardRequest) -> pb.GetCardResponse:
        async with acting_in(self._agency, call) as acting:
            card = await seen_card(acting, local_id("name", request.name, call.tenant))
            return pb.GetCardResponse(card=await _opened(acting, card))

    async def list_cards(self, call: Call, request: pb.ListCardsRequest) -> pb.ListCardsResponse:
        page = paging.page(request, store.Position)
        point, state = local_id("point", request.point, call.tenant), State(request.state) if request.state else None
        descending = request.order_by != "hand_out_time"
        async with acting_in(self._agency, call) as acting:
            units = narrowed(acting.actor, point)
            found = await store.page(acting.tx, units, state, descending, page.after, page.limit)
            shown, more = page.cut(found, lambda card: (card.hand_out_time, card.id))
            return pb.ListCardsResponse(cards=[_encode(acting, card) for card in shown], next_page_token=more)

    async def get_card_figures(self, call: Call, request: pb.GetCardFiguresRequest) -> pb.GetCardFiguresResponse:
        first, last = read_day("first_day", request.first_day), read_day("last_day", request.last_day)
        if last < first:
            raise Invalid("last_day", "最后一天不能早于第一天。")
        point = local_id("point", request.point, call.tenant)
        async with acting_in(self._agency, call) as acting:
            found = await store.figures(acting.tx, narrowed(acting.actor, point), first, last)
        return pb.GetCardFiguresResponse(
            points=[
                pb.GetCardFiguresResponse.PointFigures(
                    point=f"tenants/{call.tenant}/points/{unit}",
                    handed_out=of_point.handed_out,
                    returned=of_point.returned,
                    satisfied=of_point.satisfied,
                    fair=of_point.fair,
                    dissatisfied=of_point.dissatisfied,
                )
                for unit, of_point in found.items()
            ]
        )


def _opinion(request: pb.ReturnCardRequest | pb.RecordReturnedCardRequest) -> Opinion:
    return Opinion(Satisfaction(request.satisfaction), request.opinion.strip())


async def _opened(acting: Acting, card: Card) -> pb.Card:
    """The card with what of its texts the caller may read."""
    shown, tenant, columns = _encode(acting, card), acting.tx.tenant, store.CARDS.c
    if sees_holder(acting.actor, tenant, card):
        [shown.holder] = await acting.opened(card.id, (columns.sealed_holder, card.sealed_holder))
    if sees_opinion(acting.actor, tenant, card):
        [shown.opinion] = await acting.opened(card.id, (columns.sealed_opinion, card.sealed_opinion))
    return shown


def _encode(acting: Acting, card: Card) -> pb.Card:
    tenant = f"tenants/{acting.tx.tenant}"
    said = card.satisfaction if sees_satisfaction(acting.actor, card) else None
    return pb.Card(
        name=card_name(acting.tx.tenant, card.id),
        number=card.number,
        point=f"{tenant}/points/{card.point}",
        case=f"{tenant}/cases/{card.case}" if card.case else "",
        hander=card.hander,
        hand_out_time=stamp(card.hand_out_time),
        state=pb.Card.State.ValueType(card.state),
        channel=pb.Card.Channel.ValueType(card.channel or 0),
        return_time=stamp(card.return_time),
        satisfaction=pb.Satisfaction.ValueType(said or 0),
    )
