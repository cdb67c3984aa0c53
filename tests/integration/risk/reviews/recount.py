"""The figures of a period counted by hand, entry by entry, from what the ledger says.

Nothing of the service that counts is used here. The aspect of a warning is no part of its events, and not counted; that
of a risk point is told while it is drafted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, cast

import sqlalchemy as sa
from minshao.risk import v1 as pb

from services.common.database import Tx
from services.common.events import event_messages
from services.common.foundation import LEDGER
from services.common.periods import local_date

KINDS = {number: name.removeprefix("KIND_").lower() for name, number in pb.RiskInformation.Kind.items()}
ASPECTS = {number: name.removeprefix("ASPECT_").lower() for name, number in pb.RiskInformation.Aspect.items()}
COLOURS = {number: name.removeprefix("COLOUR_").lower() for name, number in pb.Warning.Colour.items()}
SEVERITIES = {number: name.removeprefix("SEVERITY_").lower() for name, number in pb.Disposition.Severity.items()}
RESULTS = {number: name.removeprefix("RESULT_").lower() for name, number in pb.Disposition.Result.items()}


class Said(Protocol):
    """As much of an event as all of them say."""

    unit: str
    visible_to: int


@dataclass
class Thing:
    """What the ledger says of one thing by now."""

    first: datetime
    last: Said
    gone: bool = False
    highest: int = 0
    grade: int = 0
    late: bool = False
    ended: datetime | None = None
    """When it was answered, corrected, or came back with a result."""
    aspect: int = 0
    position: str = ""
    confirmed: datetime | None = None
    stands: bool = False


@dataclass(frozen=True)
class Reader:
    """Who reads the figures: up to which level they see, and under which account."""

    level: int
    account: str
    unit: str = ""
    """Empty for one who sees every unit."""
    belongs_to: str = ""
    """A unit in which they have a role."""

    def sees(self, said: Said) -> bool:
        return (
            said.visible_to <= self.level
            and self.account not in getattr(said, "recused_accounts", ())
            and self.belongs_to not in getattr(said, "recused_units", ())
            and self.unit in ("", said.unit)
        )


@dataclass
class Recount:
    things: dict[str, dict[str, Thing]] = field(default_factory=dict)

    async def read(self, tx: Tx) -> Recount:
        columns = LEDGER.c
        wanted = sa.select(columns.aggregate, columns.aggregate_id, columns.type, columns.time, columns.payload)
        for row in await tx.rows(wanted.where(columns.tenant == tx.tenant).order_by(columns.seq)):
            if row.type.startswith("risk."):
                said = event_messages()[row.type].FromString(row.payload)
                self.take(row.aggregate, row.aggregate_id, row.time, cast(Said, said))
        return self

    def take(self, aggregate: str, id: str, at: datetime, said: Said) -> None:
        thing = self.things.setdefault(aggregate, {}).setdefault(id, Thing(at, said))
        thing.last = said
        thing.gone = getattr(said, "withdrawn", False) or isinstance(said, pb.PowerRetired | pb.PositionRetired)
        thing.highest = max(thing.highest, getattr(said, "colour", 0))
        thing.grade = getattr(said, "grade", thing.grade)
        thing.late = thing.late or isinstance(said, pb.WarningOverdue | pb.DispositionOverdue)
        if aggregate == "risk_point":
            thing.aspect = getattr(said, "aspect", thing.aspect)
            thing.position = getattr(said, "position", thing.position)
            thing.stands = isinstance(said, pb.RiskPointConfirmed)
            thing.confirmed = at if thing.stands else thing.confirmed
        if isinstance(said, pb.WarningAnswered | pb.DispositionCorrected | pb.DispositionResultReturned):
            thing.ended = at
        if isinstance(said, pb.PowerCreated | pb.PowerChanged | pb.PowerGraded | pb.PowerRetired):
            self.things["position"][said.position.rpartition("/")[2]].grade = said.position_grade

    def figures(self, reader: Reader, first: date, last: date) -> Counter[str]:
        """What a reader is shown; the figures that are not 0."""

        def within(time: datetime | None) -> bool:
            return time is not None and first <= local_date(time) <= last

        counts = self._unprotected(reader)
        for aggregate, count in COUNTERS.items():
            for thing in self.things.get(aggregate, {}).values():
                if reader.sees(thing.last) and not thing.gone:
                    count(thing, counts, within)
        return +counts

    def _unprotected(self, reader: Reader) -> Counter[str]:
        """The positions of grade 1 without a risk point that stands."""
        protected = {
            each.position.rpartition("/")[2] for each in self.things.get("risk_point", {}).values() if each.stands
        }
        found = [
            id
            for id, each in self.things.get("position", {}).items()
            if each.grade == 1 and not each.gone and id not in protected and reader.sees(each.last)
        ]
        return Counter({"positions_unprotected": len(found)})


Within = Callable[[datetime | None], bool]


def count_information(thing: Thing, counts: Counter[str], within: Within) -> None:
    assert isinstance(
        thing.last, pb.RiskInformationCollected | pb.RiskInformationCorrected | pb.RiskInformationRestricted
    )
    if within(thing.first):
        counts[f"information_{KINDS[thing.last.kind]}"] += 1
        if thing.last.aspect:
            counts[f"information_{ASPECTS[thing.last.aspect]}"] += 1


def count_warning(thing: Thing, counts: Counter[str], within: Within) -> None:
    counts[f"warnings_{COLOURS[thing.highest]}"] += within(thing.first)
    counts[f"warnings_answered_{'late' if thing.late else 'in_time'}"] += within(thing.ended)
    if thing.ended is None:
        counts[f"warnings_open_{COLOURS[getattr(thing.last, 'colour', 0)]}"] += 1
        counts["warnings_open_late"] += thing.late


def count_disposition(thing: Thing, counts: Counter[str], within: Within) -> None:
    severity = SEVERITIES[getattr(thing.last, "severity", 0)]
    counts[f"dispositions_{severity}"] += within(thing.first)
    match thing.last:
        case pb.DispositionCorrected():
            counts[f"corrections_done_{'late' if thing.late else 'in_time'}"] += within(thing.ended)
        case pb.DispositionResultReturned():
            counts[f"investigations_{RESULTS[thing.last.result]}"] += within(thing.ended)
        case pb.DispositionHandedOver():
            counts["investigations_handed_over"] += 1
        case pb.DispositionAccepted():
            counts["investigations_open"] += 1
        case _ if severity == "correction":
            counts["corrections_open"] += 1
            counts["corrections_open_late"] += thing.late


def count_position(thing: Thing, counts: Counter[str], _within: Within) -> None:
    counts[f"positions_grade_{thing.grade}" if thing.grade else "positions_ungraded"] += 1


def count_power(thing: Thing, counts: Counter[str], _within: Within) -> None:
    counts[f"powers_grade_{thing.grade}"] += 1


def count_risk_point(thing: Thing, counts: Counter[str], within: Within) -> None:
    counts[f"risk_points_{ASPECTS[thing.aspect]}"] += within(thing.confirmed)
    counts["risk_points_standing"] += thing.stands


COUNTERS = {
    "risk_point": count_risk_point,
    "information": count_information,
    "warning": count_warning,
    "disposition": count_disposition,
    "position": count_position,
    "power": count_power,
}
