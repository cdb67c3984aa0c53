"""Handing supervision cards out, and taking them back, on line or on paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

from minshao.agency.v1 import Card as CardMessage
from minshao.agency.v1 import CardHandedOut, CardReturned
from minshao.agency.v1 import Satisfaction as SatisfactionMessage
from minshao.common.v1 import LEVEL_TOWN, LEVEL_UNIT

from services.agency.acting import Acting, evidence, sealed
from services.agency.cards import store
from services.agency.cards.domain import Card, Channel
from services.agency.cards.keeping import CODE_EXPIRY
from services.agency.cards.sight import sees_opinion
from services.agency.cases import store as cases
from services.agency.forgetting import keep, keep_receipt
from services.agency.points.domain import cited
from services.agency.satisfaction import Satisfaction
from services.common import receipts
from services.common.errors import Denied, NotFound
from services.common.organisation import store as organisation
from services.common.sight import check_in_sight

SERVICE = "agency/card"
"""Keeps the hashes of cards' codes apart from those of cases'."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A card before it is handed out."""

    point: str
    """Code of the unit in which the point is."""
    holder: str
    case: str | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a holder thinks of a point."""

    satisfaction: Satisfaction
    words: str


async def hand_out(acting: Acting, draft: Draft) -> tuple[Card, str]:
    """Hands a card out; returns it with its code, which is kept nowhere. Raises NotFound, Denied, Refused."""
    tx = acting.tx
    point = await acting.own_point(draft.point)
    if draft.case is not None and (await cases.load(tx, draft.case)).point != draft.point:
        raise NotFound("代理件", f"tenants/{tx.tenant}/cases/{draft.case}", reason="NO_CASE")
    tenant, unit = await organisation.tenant_and_unit(tx, draft.point)
    if tenant is None or unit is None:
        raise NotFound("单位", f"tenants/{tx.tenant}/units/{draft.point}", reason="NO_UNIT")
    id, code = uuid4().hex, receipts.new_code()
    key = await acting.agency.sealer.new_key(tx, id)
    year = acting.today.year
    serial = await store.next_serial(tx, draft.point, year)
    card = Card(
        id=id,
        number=f"{cited(tenant, unit, point.tier)}监督卡〔{year}〕{serial}号",
        point=draft.point,
        case=draft.case,
        hander=acting.actor.name,
        hand_out_time=acting.now,
        hand_out_date=acting.today,
        code_hash=receipts.stored_hash(acting.agency.hashing, SERVICE, tx.tenant, code),
        sealed_holder=sealed(key, store.CARDS.c.sealed_holder, draft.holder),
    )
    store.ROWS.insert(tx, card)
    event = CardHandedOut(
        card=card_name(tx.tenant, id),
        number=card.number,
        unit=card.point,
        case=f"tenants/{tx.tenant}/cases/{card.case}" if card.case else "",
        visible_to=LEVEL_UNIT,
    )
    acting.tell("card", id, card.version, event)
    await keep_receipt(tx, CODE_EXPIRY, id, acting.now)
    return card, code


async def return_on_line(acting: Acting, id: str, opinion: Opinion) -> Card:
    """The holder has returned it by its code. Raises IllegalMove."""
    return await _take_back(acting, await store.ROWS.lock(acting.tx, id), opinion, Channel.ONLINE)


async def record_returned(acting: Acting, id: str, opinion: Opinion) -> Card:
    """It came back on paper, through somebody who may read what was said, and so not through the point, which knows
    the holder. Raises NotFound, Denied, IllegalMove."""
    card = await store.ROWS.lock(acting.tx, id)
    check_in_sight(acting.actor, card.point, "监督卡")
    if not sees_opinion(acting.actor, acting.tx.tenant, card):
        raise Denied("由该代理点的义务监督员或者本级纪检干部收回。", "NOT_ITS_SUPERVISOR")
    return await _take_back(acting, card, opinion, Channel.PAPER)


async def seen_card(acting: Acting, id: str) -> Card:
    """The card, if it exists for the actor. Raises NotFound."""
    card = await store.ROWS.load(acting.tx, id)
    check_in_sight(acting.actor, card.point, "监督卡")
    return card


async def _take_back(acting: Acting, before: Card, opinion: Opinion, channel: Channel) -> Card:
    recorder = acting.actor.name if channel is Channel.PAPER else None
    returned = before.returned(opinion.satisfaction, channel, recorder, acting.now)
    key = await acting.agency.sealer.key(acting.tx, before.id)
    card = replace(returned, sealed_opinion=sealed(key, store.CARDS.c.sealed_opinion, opinion.words))
    store.ROWS.save(acting.tx, before, card)
    event = CardReturned(
        card=card_name(acting.tx.tenant, card.id),
        number=card.number,
        unit=card.point,
        channel=CardMessage.Channel.ValueType(channel),
        satisfaction=SatisfactionMessage.ValueType(opinion.satisfaction),
        opinion=evidence(key, opinion.words),
        visible_to=LEVEL_TOWN,
    )
    acting.tell("card", card.id, card.version, event)
    await keep(acting.tx, "cards", card.id, acting.now)
    await keep_receipt(acting.tx, CODE_EXPIRY, card.id, acting.now)
    return card


def card_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/cards/{id}"
