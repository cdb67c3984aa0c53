"""What the ledger holds of dispositions, and the deadline of an order to correct."""

from __future__ import annotations

from datetime import date
from typing import Protocol, cast

from google.protobuf.message import Message
from minshao.common.v1 import Level as LevelMessage
from minshao.risk import v1 as pb

from services.common import deadlines
from services.common.periods import overdue_from
from services.risk.acting import Acting
from services.risk.analysis.domain import Subject
from services.risk.dispositions.domain import Disposition
from services.risk.warnings import store as warnings
from services.risk.warnings.telling import kept_from

OVERDUE = "disposition.overdue"
MOST_ORIGINS = 5_000
"""So many reports and cases behind a disposition are told of at most, some 300 kB, and the overdue ones again: whoever
is behind a further one does not hear that something was done."""


class DispositionEvent(Protocol):
    """Any event of a disposition."""

    disposition: str
    number: str
    warning: str
    unit: str
    position: str
    power: str
    severity: pb.Disposition.Severity.ValueType
    visible_to: LevelMessage.ValueType


async def tell(acting: Acting, disposition: Disposition, told: Message) -> None:
    """PENDING: appends what happened to a disposition, as it is now, with the reports and cases behind it."""
    about = Subject(disposition.subject), disposition.subject_id
    origins = await warnings.origins(acting.tx, disposition.warning, about, MOST_ORIGINS)
    told.MergeFrom(type(told)(origins=origins, delayed_origins=[each for each, delayed in origins.items() if delayed]))
    tell_alone(acting, disposition, told)


def tell_alone(acting: Acting, disposition: Disposition, told: Message) -> None:
    """PENDING: the same without what is behind it."""
    event = cast(DispositionEvent, told)
    event.disposition = acting.named("dispositions", disposition.id)
    event.number, event.unit = disposition.number, disposition.unit
    event.warning = acting.named("warnings", disposition.warning)
    event.position = acting.named("positions", disposition.position or "")
    event.power = acting.named("powers", disposition.power or "")
    event.severity = pb.Disposition.Severity.ValueType(disposition.severity)
    event.visible_to = LevelMessage.ValueType(disposition.level)
    kept_from(acting, told, disposition)
    acting.tell("disposition", disposition.id, disposition.version, told)


def set_deadline(acting: Acting, disposition: str, last_day: date | None) -> None:
    """PENDING: when a correction is overdue; None where none is owed."""
    if last_day is None:
        deadlines.cancel(acting.tx, disposition, OVERDUE)
    else:
        deadlines.schedule(acting.tx, OVERDUE, disposition, overdue_from(last_day))
