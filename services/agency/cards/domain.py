"""Supervision cards 监督卡: handed out by a point, returned once with an opinion about it (domain §3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.agency.satisfaction import Satisfaction
from services.common.errors import IllegalMove, Refused
from services.common.periods import local_date
from services.common.words import Word


class State(Word):
    HANDED_OUT = 1, "已发放"
    RETURNED = 2, "已收回"


class Channel(Word):
    """How a card came back."""

    ONLINE = 1, "网上"
    PAPER = 2, "纸质"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card. Instants are UTC, days those of Shanghai."""

    id: str
    version: int = 1
    number: str
    point: str
    """Code of the unit in which the point is."""
    case: str | None
    """Id of the case in which it was handed out."""
    hander: str
    hand_out_time: datetime
    hand_out_date: date
    code_hash: bytes | None
    """Keyed hash of the code with which the holder returns it; None once that has expired."""
    state: State = State.HANDED_OUT
    satisfaction: Satisfaction | None = None
    channel: Channel | None = None
    recorder: str | None = None
    """The account that recorded a card of paper."""
    return_time: datetime | None = None
    return_date: date | None = None
    code_expire_time: datetime | None = None
    """Since when the code returns nothing any more."""
    sealed_holder: bytes | None = None
    sealed_opinion: bytes | None = None

    def returned(self, satisfaction: Satisfaction, channel: Channel, recorder: str | None, now: datetime) -> Card:
        """The card with what its holder thinks; each comes back once. Raises IllegalMove, and Refused once it has
        expired."""
        if self.state is not State.HANDED_OUT:
            raise IllegalMove(self.state, "收回")
        if self.code_expire_time is not None:
            raise Refused("CARD_EXPIRED", "该监督卡已过期，不能再收回。")
        return replace(
            self,
            version=self.version + 1,
            state=State.RETURNED,
            satisfaction=satisfaction,
            channel=channel,
            recorder=recorder,
            return_time=now,
            return_date=local_date(now),
        )
