"""What the ledger holds of warnings, and the deadlines that follow from how they stand."""

from __future__ import annotations

from typing import Protocol, cast

from google.protobuf.message import Message
from minshao.common.v1 import Level as LevelMessage
from minshao.risk import v1 as pb

from services.common import deadlines
from services.common.periods import last_days_start, overdue_from
from services.risk.acting import Acting
from services.risk.kept import Kept, units_kept_from
from services.risk.warnings.domain import REMINDED_DAYS, State, Warning

DUE_SOON, OVERDUE = "warning.due_soon", "warning.overdue"

MOST_TOLD = 5_000
"""So many pieces of information behind a warning are told of at most, some 340 kB: NATS takes a message of 1 MB."""


class WarningEvent(Protocol):
    """Any event of a warning."""

    warning: str
    number: str
    unit: str
    position: str
    power: str
    colour: pb.Warning.Colour.ValueType
    owner_level: LevelMessage.ValueType
    last_day: str
    visible_to: LevelMessage.ValueType


def tell(acting: Acting, warning: Warning, told: Message) -> None:
    """PENDING: appends what happened to a warning, as it is now."""
    event = cast(WarningEvent, told)
    event.warning = acting.named("warnings", warning.id)
    event.number, event.unit, event.last_day = warning.number, warning.unit, str(warning.last_day)
    event.position = acting.named("positions", warning.position or "")
    event.power = acting.named("powers", warning.power or "")
    event.colour = pb.Warning.Colour.ValueType(warning.colour)
    event.owner_level = LevelMessage.ValueType(warning.owner_level)
    event.visible_to = LevelMessage.ValueType(warning.level)
    kept_from(acting, told, warning)
    acting.tell("warning", warning.id, warning.version, told)


def set_deadlines(acting: Acting, before: Warning | None, after: Warning) -> None:
    """PENDING: when an open warning is due, and when it is overdue; none once it was answered."""
    if after.state is not State.OPEN:
        deadlines.cancel(acting.tx, after.id, DUE_SOON, OVERDUE)
    elif before is None or before.last_day != after.last_day:
        deadlines.schedule(acting.tx, DUE_SOON, after.id, last_days_start(after.last_day, REMINDED_DAYS))
        deadlines.schedule(acting.tx, OVERDUE, after.id, overdue_from(after.last_day))


def kept_from(acting: Acting, told: Message, thing: Kept) -> None:
    """Says in an event from whom it is kept: cadres that what is behind it is about, accounts that left that, and units
    that it accuses as a whole."""
    told.MergeFrom(
        type(told)(
            recused_accounts=thing.accounts,
            recused_cadres=[acting.named("cadres", each) for each in thing.cadres],
            recused_units=units_kept_from(thing),
        )
    )
