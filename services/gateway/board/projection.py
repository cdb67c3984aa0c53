"""What events make of the boards: pure functions, the same for who goes on and for who begins anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.common.access import county_of, tenant_of_unit
from services.common.instants import instant
from services.common.periods import local_date, overdue_from, start_of_day
from services.common.understanding import NotUnderstood, day, known, own
from services.gateway.board.domain import Overdue
from services.gateway.feed.domain import Level
from services.gateway.feed.references import Happening, case_of, report_of

ENDINGS = (watch.ReportAnswered, watch.ReportNotAccepted, watch.ReportRaised, watch.ReportReopened)
"""After these a report is not overdue: it was answered, or has a new period, whose end is announced again."""

COUNTED: dict[type[Message], str] = {
    watch.ReportRegistered: "registered",
    watch.ReportAnswered: "answered",
    watch.ReportOverdue: "overdue",
    watch.ReportEscalated: "escalated",
    watch.ReportSubstantiated: "substantiated",
    watch.ReportClosed: "closed",
    watch.ReportReopened: "reopened",
    watch.ReportNotAccepted: "not_accepted",
    watch.OversightOrdered: "oversights",
    watch.MeetingHeld: "meetings_held",
    watch.MeetingMissed: "meetings_missed",
    watch.BoxForgotten: "boxes_forgotten",
    agency.CaseReceived: "cases_received",
    agency.CaseAccepted: "cases_accepted",
    agency.CaseDecided: "cases_decided",
    agency.CaseUrged: "cases_urged",
    agency.CaseOversightOrdered: "cases_overseen",
    agency.CaseEscalated: "cases_escalated",
    agency.RatingGiven: "ratings",
    agency.RatingBad: "bad_ratings",
    agency.ConsultationAsked: "consultations",
    risk.RiskInformationCollected: "information_collected",
    risk.WarningOverdue: "warnings_overdue",
    risk.WarningAnswered: "warnings_answered",
    risk.DispositionRecorded: "dispositions",
    risk.DispositionOverdue: "corrections_overdue",
}

BY_COLOUR = {
    risk.Warning.COLOUR_YELLOW: "warnings_yellow",
    risk.Warning.COLOUR_ORANGE: "warnings_orange",
    risk.Warning.COLOUR_RED: "warnings_red",
}
"""A warning counts once in each colour to which it was raised."""

OF_WARNINGS = (risk.WarningOverdue, risk.WarningEscalated, risk.WarningRestricted, risk.WarningAnswered)
OF_CORRECTIONS = (risk.DispositionOverdue, risk.DispositionCorrected, risk.DispositionNotCorrected)

OF_CASES = (
    agency.CaseOverdue,
    agency.CaseEscalated,
    agency.CasePartDone,
    agency.CasePromiseMoved,
    agency.CaseStopped,
    agency.CaseResumed,
    agency.CaseNotified,
    agency.CaseSupplied,
    agency.CaseDecided,
)
"""The events of a case that bring it onto the board, change its place there, or take it off."""


Place = tuple[str, date, str]
"""Town, day in Asia/Shanghai, and what is counted."""


@dataclass
class Boards:
    """The boards as far as they were told."""

    overdue: dict[str, Overdue] = field(default_factory=dict)
    """By resource."""
    counts: Counter[Place] = field(default_factory=Counter)

    def take(self, happening: Happening) -> None:
        """Goes on by one event, which must come after those before it of the same report."""
        self.counts.update(places_of(happening))
        if resource := matter_of(happening.message):
            after = overdue_after(self.overdue.pop(resource, None), happening)
            if after is not None:
                self.overdue[resource] = after


def matter_of(message: Message) -> str:
    """The resource that may stand on the board before such an event or after it; empty for none."""
    if isinstance(message, OF_CASES):
        return message.case.case
    if isinstance(message, OF_WARNINGS):
        return message.warning
    if isinstance(message, OF_CORRECTIONS):
        return message.disposition
    report = None if isinstance(message, watch.ReportRegistered) else report_of(message)
    return report.report if report else ""


def overdue_after(before: Overdue | None, happening: Happening) -> Overdue | None:
    """What stands on the board of a matter after an event of it; None: nothing. One that is not understood changes
    nothing."""
    try:
        own(happening.tenant, matter_of(happening.message), "事项")
        return _after(before, happening)
    except NotUnderstood:
        return before


def _after(before: Overdue | None, happening: Happening) -> Overdue | None:
    message = happening.message
    if (case := case_of(message)) is not None:
        return _case_after(before, case, happening)
    if isinstance(message, OF_WARNINGS):
        return _warning_after(before, message, happening)
    if isinstance(message, OF_CORRECTIONS):
        return _correction_after(message, happening)
    report = report_of(message)
    return None if report is None else _report_after(before, report, happening)


def _report_after(before: Overdue | None, report: watch.ReportReference, happening: Happening) -> Overdue | None:
    """A report stands there from its overdue to its answer or its end."""
    message = happening.message
    if isinstance(message, watch.ReportOverdue):
        return _overdue(report, happening)
    if before is None or isinstance(message, ENDINGS):
        return None
    told = [_level(message, "to_level")] if isinstance(message, watch.ReportEscalated) else []
    return replace(
        before,
        organ=report.organ,
        level=_level(report, "level"),
        due_time=instant(report.due_time),
        escalated_to=_highest(before, *told),
    )


def places_of(happening: Happening) -> Iterable[Place]:
    """Where an event counts."""
    message, day = happening.message, local_date(happening.time)
    if isinstance(message, agency.CaseOverdue):
        yield happening.tenant, day, "desks_overdue" if message.desk else "cases_overdue"
    if isinstance(message, risk.WarningRaised) and (raised := BY_COLOUR.get(message.colour)):
        yield happening.tenant, day, raised
    if isinstance(message, agency.CaseNotified) and message.repeated_notice:
        yield happening.tenant, day, "notified_twice"
    if (counted := COUNTED.get(type(message))) is None:
        return
    yield happening.tenant, day, counted
    if isinstance(message, watch.ReportAnswered):
        yield happening.tenant, day, "answered_late" if message.late else "answered_in_time"
    if isinstance(message, agency.CaseDecided) and message.late:
        yield happening.tenant, day, "cases_decided_late"


def _overdue(report: watch.ReportReference, happening: Happening) -> Overdue:
    return Overdue(
        resource=report.report,
        service="watch",
        town=happening.tenant,
        cited=report.number,
        unit=report.unit,
        organ=report.organ,
        level=_level(report, "level"),
        due_time=instant(report.due_time),
        overdue_time=happening.time,
    )


def _warning_after(
    before: Overdue | None,
    message: risk.WarningOverdue | risk.WarningEscalated | risk.WarningRestricted | risk.WarningAnswered,
    happening: Happening,
) -> Overdue | None:
    """A warning stands there from the first last day that passed until it is answered, also while the next level has a
    period of its own."""
    if isinstance(message, risk.WarningAnswered):
        return None
    if isinstance(message, risk.WarningEscalated):
        if before is None:
            return None
        level = _level(message, "to_level")
        return replace(before, level=level, organ=_organ(message.unit, level), escalated_to=_highest(before, level))
    level = _level(message, "owner_level")
    if isinstance(message, risk.WarningRestricted):
        return before and replace(before, level=level, organ=_organ(message.unit, level))
    due = overdue_from(day(message.last_day, "期限"))
    return Overdue(
        resource=message.warning,
        service="risk",
        town=happening.tenant,
        cited=message.number,
        unit=message.unit,
        organ=_organ(message.unit, level),
        level=level,
        due_time=before.due_time if before else due,
        overdue_time=happening.time,
        escalated_to=before.escalated_to if before else None,
    )


def _correction_after(
    message: risk.DispositionOverdue | risk.DispositionCorrected | risk.DispositionNotCorrected, happening: Happening
) -> Overdue | None:
    """An order to correct stands there until it is found done, or gets another last day."""
    if not isinstance(message, risk.DispositionOverdue):
        return None
    return Overdue(
        resource=message.disposition,
        service="risk",
        town=happening.tenant,
        cited=message.number,
        unit=message.unit,
        organ=message.unit,
        level=Level.UNIT,
        due_time=overdue_from(day(message.last_day, "期限")),
        overdue_time=happening.time,
    )


def _organ(unit: str, level: Level) -> str:
    """Code of who owes the disposition of a warning about a unit: the unit, or the discipline organ above it."""
    place = tenant_of_unit(unit) or unit
    return {Level.UNIT: unit, Level.TOWN: f"{place}.discipline", Level.COUNTY: f"{county_of(place)}.discipline"}[level]


def _case_after(before: Overdue | None, case: agency.CaseReference, happening: Happening) -> Overdue | None:
    """A case stands there while its promise, or the own time of a desk that is not done, has passed: to its outcome."""
    message = happening.message
    if isinstance(message, agency.CaseDecided):
        return None
    if before is not None and isinstance(message, agency.CaseEscalated):
        return replace(before, escalated_to=_highest(before, _level(message, "level")))
    if case.HasField("late"):
        return _case_late(before, case, happening)
    return _case_of_earlier(before, case, happening)


def _case_late(before: Overdue | None, case: agency.CaseReference, happening: Happening) -> Overdue | None:
    """The case with what of it has passed, as the event says; None where nothing has, whatever had before."""
    dates = [each.due_date for each in case.late.desks] + [case.promised_date] * case.late.promise
    if not dates:
        return None
    begun = before or _case_begun(case, happening)
    announced = happening.time if isinstance(happening.message, agency.CaseOverdue) else begun.overdue_time
    due = overdue_from(min(day(each, "期限") for each in dates))
    late = replace(begun, due_time=due, overdue_time=announced)
    return _at_desks(late, tuple(each.desk for each in case.late.desks), case.late.promise)


def _case_of_earlier(before: Overdue | None, case: agency.CaseReference, happening: Happening) -> Overdue | None:
    """The same by an event of an earlier version, which does not say what has passed."""
    message = happening.message
    if isinstance(message, agency.CaseOverdue):
        return _case_overdue(before, case, happening, message.desk)
    if before is None:
        return None
    if isinstance(message, agency.CasePartDone):
        return _at_desks(before, tuple(desk for desk in before.desks if desk != message.desk), before.as_whole)
    if isinstance(message, agency.CasePromiseMoved) and before.as_whole:
        due = _end_of_promise(case)
        passed = due is not None and due <= happening.time
        return _at_desks(replace(before, due_time=due if due and passed else before.due_time), before.desks, passed)
    return before


def _case_overdue(before: Overdue | None, case: agency.CaseReference, happening: Happening, desk: str) -> Overdue:
    """Of a desk, overdue is announced at the midnight that ends its last day."""
    due = (None if desk else _end_of_promise(case)) or start_of_day(local_date(happening.time))
    begun = before or replace(_case_begun(case, happening), due_time=due)
    late = replace(begun, due_time=min(begun.due_time, due), overdue_time=happening.time)
    desks = (*(each for each in late.desks if each != desk), desk) if desk else late.desks
    return _at_desks(late, desks, late.as_whole or not desk) or late


def _case_begun(case: agency.CaseReference, happening: Happening) -> Overdue:
    return Overdue(
        resource=case.case,
        service="agency",
        town=happening.tenant,
        cited=case.number,
        unit=case.unit,
        organ=case.unit,
        level=_tier(case.unit),
        due_time=happening.time,
        overdue_time=happening.time,
        as_whole=False,
    )


def _at_desks(matter: Overdue, desks: tuple[str, ...], as_whole: bool) -> Overdue | None:
    """The matter with these late desks; None where nothing of it is overdue any more."""
    if not (as_whole or desks):
        return None
    organ = desks[-1] if desks else matter.unit
    return replace(matter, desks=desks, as_whole=as_whole, organ=organ, level=_tier(organ))


def _level(said: Message, field: str) -> Level:
    return Level(known(said, field, "层级"))


def _highest(before: Overdue, *told: Level) -> Level | None:
    """The highest level that was told, then or now."""
    return max(filter(None, (before.escalated_to, *told)), default=None)


def _end_of_promise(case: agency.CaseReference) -> datetime | None:
    return overdue_from(day(case.promised_date, "期限")) if case.promised_date else None


def _tier(unit: str) -> Level:
    """The tier of a point or desk by its unit's code: the village's room, the town's centre, the county's hall."""
    place, _, organ = unit.partition(".")
    if not organ:
        return Level.UNIT
    return Level.COUNTY if place == county_of(place) else Level.TOWN
