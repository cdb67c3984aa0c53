"""Events as a town's watch service would send them: numbered and hashed in its ledger, each report in its versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from uuid import uuid4

from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.watch import v1 as watch

from services.common.events import Event, event_type
from services.common.instants import stamp

Window = agency.CaseReference.Window

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning in Shanghai."""
WEEK = timedelta(days=7)


@dataclass
class Town:
    """A tenant that tells what happens in it."""

    code: str
    numbers: dict[str, int] = field(default_factory=dict)
    """The last number of the ledger of each service."""

    def tell(
        self, message: Message, aggregate: str, aggregate_id: str, version: int = 1, at: datetime = START
    ) -> Event:
        type = event_type(message)
        service = type.partition(".")[0]
        number = self.numbers[service] = self.numbers.get(service, 0) + 1
        return Event(
            id=uuid4(),
            type=type,
            tenant=self.code,
            aggregate=aggregate,
            aggregate_id=aggregate_id,
            version=version,
            time=at,
            actor="system/watch",
            trace="",
            number=number,
            hash=sha256(f"{self.code} {service} {number}".encode()).digest(),
            payload=message.SerializeToString(),
            message=message,
        )

    def meeting(self, unit: str = "finance", at: datetime = START) -> Event:
        """A monthly meeting was held: of no matter, and seen by everybody."""
        id = uuid4().hex
        held = watch.MeetingHeld(
            meeting=f"tenants/{self.code}/meetings/{id}", unit=f"{self.code}.{unit}", visible_to=common.LEVEL_UNIT
        )
        return self.tell(held, "meeting", id, at=at)

    def oversight_of(self, report: Report, at: datetime = START) -> Event:
        """An oversight of a report was ordered, as seen from the report at this moment."""
        id, of = uuid4().hex, report.reference
        ordered = watch.OversightOrdered(
            oversight=f"tenants/{self.code}/oversights/{id}",
            report=of.report,
            unit=of.unit,
            subject_cadre=of.subject_cadre,
            recused_accounts=of.recused_accounts,
            recused_units=of.recused_units,
            visible_to=of.level,
        )
        return self.tell(ordered, "oversight", id, at=at)

    def consultation(self, at: datetime = START) -> Event:
        """Somebody asked at the point of a village."""
        id = uuid4().hex
        asked = agency.ConsultationAsked(
            consultation=agency.ConsultationReference(
                consultation=f"tenants/{self.code}/consultations/{id}", number=f"景村询〔2026〕{int(id[:6], 16)}号"
            ),
            unit=f"{self.code}203",
            visible_to=common.LEVEL_UNIT,
        )
        return self.tell(asked, "consultation", id, at=at)

    def a_case(self, unit: str = "203", promised: str = "2026-03-09") -> Case:
        """A case of which nothing has been told yet; it came in at the point of a unit, by default a village's."""
        return Case(self, uuid4().hex, unit, promised)

    def a_report(self, **facts: object) -> Report:
        """A report of which nothing has been told yet; `facts` are fields of its reference."""
        return Report(self, uuid4().hex, facts)


class Report:
    """One report, and what is known of it by now."""

    def __init__(self, town: Town, id: str, facts: dict[str, object]) -> None:
        self.id = id
        self.version = 0
        self.reference = watch.ReportReference(
            report=f"tenants/{town.code}/reports/{id}",
            number=f"景村监〔2026〕{int(id[:6], 16)}号",
            unit=f"{town.code}.finance",
            organ=f"{town.code}.finance",
            level=common.LEVEL_UNIT,
            register_time=stamp(START),
            due_time=stamp(START + WEEK),
        )
        self._town = town
        self._change(facts)

    @property
    def name(self) -> str:
        return self.reference.report

    def tell(self, message: Message, at: datetime = START, **changes: object) -> Event:
        """An event of the report, after which these fields of its reference are others."""
        self._change(changes)
        self.version += 1
        told = type(message)()
        told.CopyFrom(message)
        told.MergeFrom(type(message)(report=self.reference, visible_to=self.reference.level))
        return self._town.tell(told, "report", self.id, self.version, at)

    def _change(self, changes: dict[str, object]) -> None:
        for name, value in changes.items():
            if isinstance(value, datetime):
                self.reference.due_time.CopyFrom(stamp(value))
            elif isinstance(value, list):
                del getattr(self.reference, name)[:]
                getattr(self.reference, name).extend(value)
            else:
                setattr(self.reference, name, value)


class Case:
    """One case of the agency, and what is promised of it by now."""

    def __init__(self, town: Town, id: str, unit: str, promised: str) -> None:
        self.id = id
        self.version = 0
        self.reference = agency.CaseReference(
            case=f"tenants/{town.code}/cases/{id}",
            number=f"景村代〔2026〕{int(id[:6], 16)}号",
            unit=f"{town.code}{unit}",
            item="pension",
            receive_time=stamp(START),
            promised_date=promised,
        )
        self._town = town

    @property
    def name(self) -> str:
        return self.reference.case

    def tell(
        self,
        message: Message,
        at: datetime = START,
        promised: str | None = None,
        windows: Sequence[Window] | None = None,
    ) -> Event:
        """An event of the case, from which on this is promised, and these windows have it."""
        if promised is not None:
            self.reference.promised_date = promised
        if windows is not None:
            del self.reference.windows[:]
            self.reference.windows.extend(windows)
        self.version += 1
        return self._town.tell(self._said(message), "case", self.id, self.version, at)

    def rated(self, message: Message, at: datetime = START) -> Event:
        """An event of a rating of the case."""
        return self._town.tell(self._said(message), "rating", uuid4().hex, at=at)

    def _said(self, message: Message) -> Message:
        said = type(message)()
        said.CopyFrom(message)
        level = said.level if isinstance(said, agency.CaseEscalated) else common.LEVEL_UNIT
        said.MergeFrom(type(message)(case=self.reference, visible_to=level))
        return said


CASE_MOVES: tuple[type[Message], ...] = (
    agency.CaseReceived,
    agency.CaseAccepted,
    agency.CaseNotified,
    agency.CaseUrged,
    agency.CaseOverdue,
    agency.CaseOverdue,
    agency.CaseOverdue,
    agency.CaseOversightOrdered,
    agency.CaseEscalated,
    agency.CasePartDone,
    agency.CasePromiseMoved,
    agency.CaseDecided,
    agency.CaseTold,
)

MOVES: tuple[type[Message], ...] = (
    watch.ReportRegistered,
    watch.ReportClassified,
    watch.ReportAssigned,
    watch.ReportRerouted,
    watch.ReportRaised,
    watch.ReportOverdue,
    watch.ReportOverdue,
    watch.ReportEscalated,
    watch.ReportAnswered,
    watch.ReportSubstantiated,
    watch.ReportReopened,
    watch.ReportNotAccepted,
    watch.ReportClosed,
    watch.ReportSubjectLinked,
)


def a_history(random: Random, towns: Sequence[Town], length: int) -> list[Event]:
    """Events of a few reports and cases in whatever order and state: more than any town would do to them."""
    reports = [(town, town.a_report()) for town in towns for _ in range(4)]
    cases = [town.a_case() for town in towns for _ in range(3)]
    events = []
    for _ in range(length):
        (town, report), at = random.choice(reports), START + timedelta(hours=random.randrange(2000))
        if random.random() < 0.1:
            events.append(town.meeting(at=at) if random.random() < 0.5 else town.oversight_of(report, at))
            continue
        if random.random() < 0.3:
            events.append(_of_a_case(random, random.choice(cases), at))
            continue
        kind = random.choice(MOVES)
        level = random.choice((common.LEVEL_UNIT, common.LEVEL_TOWN, common.LEVEL_TOWN, common.LEVEL_COUNTY))
        facts: dict[str, object] = {"level": level, "due_time": START + timedelta(hours=random.randrange(2000))}
        if kind is watch.ReportSubjectLinked:
            facts["subject_cadre"] = random.choice(("wang-lei", "li-wei", ""))
        said = {"late": random.random() < 0.5} if kind is watch.ReportAnswered else {}
        told = {"to_level": random.choice((2, 3))} if kind is watch.ReportEscalated else said
        events.append(report.tell(kind(**told), at, **facts))
    return events


def _of_a_case(random: Random, case: Case, at: datetime) -> Event:
    kind = random.choice((*CASE_MOVES, agency.RatingBad))
    if kind is agency.RatingBad:
        return case.rated(agency.RatingBad(stars=1), at)
    desks: dict[str, object] = {"desk": random.choice(("", "611021.civil-affairs", case.reference.unit))}
    said: dict[type[Message], dict[str, object]] = {
        agency.CaseOverdue: desks,
        agency.CasePartDone: desks,
        agency.CaseEscalated: {"level": random.choice((common.LEVEL_TOWN, common.LEVEL_COUNTY))},
        agency.CaseDecided: {"late": random.random() < 0.5},
        agency.CaseNotified: {"repeated_notice": random.random() < 0.5},
    }
    promised = random.choice(("2026-03-09", "2026-04-20", ""))
    return case.tell(kind(**said.get(kind, {})), at, promised, random.choice((None, some_windows(random))))


def some_windows(random: Random) -> list[Window]:
    """Up to three parts at windows, begun or not, with a last day or not."""
    found = []
    for step in range(random.randrange(4)):
        desk = random.choice(("611021.civil-affairs", "611021.finance"))
        start, due = random.choice(
            (("", ""), ("2026-03-04", ""), ("2026-03-04", "2026-03-10"), ("2026-03-04", "2026-04-01"))
        )
        found.append(Window(desk=desk, step=step + 1, start_date=start, due_date=due))
    return found
