"""Risk information from what the other services tell (domain §4): substantiated and overdue reports, overdue cases,
also such as are none after all, and a correction notice that was given again.

What is of a later version than this one knows, or says nothing, is refused: it is put aside until a person decides.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, cast
from uuid import uuid4

from minshao.agency.v1 import CaseNotified, CaseOverdue, CaseOverdueLifted, CaseReference
from minshao.watch.v1 import (
    Report,
    ReportConflictDeclared,
    ReportOverdue,
    ReportRerouted,
    ReportSubjectLinked,
    ReportSubstantiated,
)

from services.common.access import county_of, tenant_of_unit
from services.common.events import Event, event_type
from services.common.periods import local_date
from services.common.tracing import continue_trace
from services.common.understanding import NotUnderstood, check, own
from services.risk.acting import Acting
from services.risk.analysis.use_cases import analyse_new
from services.risk.aspects import Aspect
from services.risk.information import store
from services.risk.information.collecting import Finding, Origin, collect, placed
from services.risk.information.domain import ASPECTS, FOUND, Facts, Kind
from services.risk.information.found_again import replaces, write_found_again
from services.risk.information.lifted import count_again, withdraw
from services.risk.kept import KeptFrom
from services.risk.levels import Level
from services.risk.origins.restricting import restrict
from services.risk.origins.store import Said

FINDINGS = {
    Report.FINDING_SUBSTANTIATED: Kind.REPORT_SUBSTANTIATED,
    Report.FINDING_PARTLY: Kind.REPORT_PARTLY_SUBSTANTIATED,
}


Restricting = ReportSubjectLinked | ReportConflictDeclared | ReportRerouted
"""What tells that a report is kept from more people than before."""
OfReport = Restricting | ReportSubstantiated | ReportOverdue
"""Each says from whom the report is kept by then."""


async def report_substantiated(acting: Acting, event: Event, said: ReportSubstantiated) -> list[Finding]:
    """About the unit of whom the report is about, or else that of its post; and the position that the cadre held."""
    report = said.report
    if (kind := FINDINGS.get(said.finding)) is None:
        raise NotUnderstood("查实情况")
    facts = Facts(
        unit=report.subject_unit or report.unit,
        kind=kind,
        cadre=report.subject_cadre or None,
        aspect=ASPECTS.get(report.matter),
        day=_day(acting, event),
    )
    facts = await placed(acting, facts)
    return [_finding(event, facts, _of_report(acting, event, said, f"substantiated/{report.report}"))]


async def report_overdue(acting: Acting, event: Event, said: ReportOverdue) -> list[Finding]:
    """About the unit that handles it. Nothing of what the system made from a bad rating: the answer to that is owed in
    the agency, unless a person has made it a major matter."""
    report = said.report
    if report.origin and report.classification != Report.CLASSIFICATION_MAJOR:
        return []
    facts = Facts(unit=report.organ, kind=Kind.REPORT_OVERDUE, aspect=Aspect.PROCESS, day=_day(acting, event))
    return [_finding(event, facts, _of_report(acting, event, said, f"overdue/{report.report}/{report.organ}"))]


async def case_overdue(acting: Acting, event: Event, said: CaseOverdue) -> list[Finding]:
    """About each unit of this tenant where it is late, once for each case."""
    case, day = said.case, _day(acting, event)
    return [
        _finding(
            event,
            Facts(unit=unit, kind=Kind.CASE_OVERDUE, aspect=Aspect.PROCESS, day=day),
            _of_case(said, case, _late_at(case, unit)),
        )
        for unit in sorted(late_units(said))
        if _home(event, unit) == acting.tx.tenant
    ]


async def case_notified(acting: Acting, event: Event, said: CaseNotified) -> list[Finding]:
    """About who asked again: the desk, or the point, where it is not the first notice of the case; once for each
    case."""
    case, unit = said.case, said.desk or said.case.unit
    if not said.repeated_notice or _home(event, unit) != acting.tx.tenant:
        return []
    facts = Facts(unit=unit, kind=Kind.NOTICE_REPEATED, aspect=Aspect.PROCESS, day=_day(acting, event))
    return [_finding(event, facts, _of_case(said, case, f"notice/{case.case}"))]


READERS: Mapping[str, Callable[[Acting, Event, Any], Awaitable[list[Finding]]]] = {
    event_type(ReportSubstantiated): report_substantiated,
    event_type(ReportOverdue): report_overdue,
    event_type(CaseOverdue): case_overdue,
    event_type(CaseNotified): case_notified,
}
"""What reads each type of event."""


async def take_told(acting: Acting, events: Sequence[Event]) -> None:
    """Takes events that came together, in their order: what they say is collected, what they lift is withdrawn."""
    for lifting, those in groupby(events, lambda each: isinstance(each.message, CaseOverdueLifted)):
        await (withdraw_lifted if lifting else collect_told)(acting, list(those))


async def withdraw_lifted(acting: Acting, events: Sequence[Event]) -> None:
    """Withdraws what was collected of cases about units of this tenant where these are late no more."""
    lifted: dict[str, str | None] = {}
    for event in events:
        said = cast(CaseOverdueLifted, event.message)
        here = [unit for unit in said.desks if _home(event, unit) == acting.tx.tenant]
        lifted |= dict.fromkeys((_late_at(said.case, unit) for unit in here), continue_trace(event.trace))
    await withdraw(acting, lifted)


async def collect_told(acting: Acting, events: Sequence[Event]) -> None:
    """Collects what events say that came together, and analyses it at once. What came of a report before is kept from
    whom they say that it is kept, and what comes of it now from all from whom it ever was, also where that was told
    first."""
    kept_from = await _restrict(acting, events)
    found: dict[str, Finding] = {}
    for event in events:
        if reader := READERS.get(event.type):
            for finding in await reader(acting, event, event.message):
                before = found.get(finding.origin.source)
                if before is None or replaces(finding.facts, before.facts):
                    found[finding.origin.source] = _kept(finding, kept_from)
    known = await store.known(acting.tx, found)
    collected = []
    if new := [finding for source, finding in found.items() if source not in known]:
        collected += await collect(acting, new)
    again = [found[source] for source in sorted(known)]
    if substantiated := [each for each in again if each.facts.kind in FOUND]:
        collected += await write_found_again(acting, substantiated)
    if late := [each for each in again if each.facts.kind is Kind.CASE_OVERDUE]:
        collected += await count_again(acting, late)
    if collected:
        await analyse_new(acting, collected)


def understand(event: Event) -> None:
    """Raises NotUnderstood for what tells of no report or case of its own tenant, or of a matter unknown here."""
    check(event)
    said = event.message
    if isinstance(said, CaseOverdue | CaseOverdueLifted | CaseNotified):
        own(event.tenant, said.case.case, "代理件")
        return
    report = cast(OfReport, said).report
    own(event.tenant, report.report, "反映")
    if report.matter not in {0, *ASPECTS}:
        raise NotUnderstood("反映")


def where_it_is_about(event: Event) -> Collection[str]:
    """The tenants of the units that an event is about: its own, or its county, for what the county handles there. Both,
    of what tells from whom a report is kept: the county may have had it before."""
    said = event.message
    if isinstance(said, CaseOverdue):
        return {_home(event, unit) for unit in late_units(said)}
    if isinstance(said, CaseNotified):
        return {_home(event, said.desk or said.case.unit)}
    if isinstance(said, CaseOverdueLifted):
        return {_home(event, unit) for unit in said.desks}
    if isinstance(said, ReportOverdue):
        return {_home(event, said.report.organ)}
    if isinstance(said, Restricting):
        return {event.tenant, county_of(event.tenant)}
    return {event.tenant}


def late_units(said: CaseOverdue) -> set[str]:
    """Codes of the units at whose point or desk the case is late: of a desk's own time that desk, of the promise all
    that have the case then; the point at which it came in, where no desk has it."""
    return {said.desk} if said.desk else set(said.desks) or {said.case.unit}


def _late_at(case: CaseReference, unit: str) -> str:
    """The source: a case that is late at a unit."""
    return f"overdue/{case.case}/{unit}"


def _day(acting: Acting, event: Event) -> date:
    """From which a piece counts: the day of the event, or today where the clock that dated it is ahead of ours, since
    what counts only later is analysed by nobody then."""
    return min(local_date(event.time), acting.today)


def _finding(event: Event, facts: Facts, origin: Origin) -> Finding:
    return Finding(id=uuid4().hex, origin=origin, facts=facts, trace=continue_trace(event.trace))


def _home(event: Event, unit: str) -> str:
    """Where a unit's information belongs: the event's own tenant, unless the unit is its county's. What a town tells of
    another town's unit finds no such unit at home, and is put aside there."""
    return county_of(event.tenant) if tenant_of_unit(unit) == county_of(event.tenant) else event.tenant


async def _restrict(acting: Acting, events: Sequence[Event]) -> Mapping[str, KeptFrom]:
    """Keeps what came of reports from whom events say that these are kept; from whom each is by now."""
    said: dict[str, Said] = {}
    for event in events:
        if isinstance(told := event.message, OfReport):
            name = told.report.report
            one = Said(event.version, _kept_from(acting, event, told), continue_trace(event.trace))
            said[name] = said[name].and_then(one) if name in said else one
    return await restrict(acting, said)


def _kept(finding: Finding, kept_from: Mapping[str, KeptFrom]) -> Finding:
    """Kept from all from whom its report is kept, and seen from the level on at which that is seen by now."""
    origin = finding.origin
    return replace(finding, origin=replace(origin, kept_from=kept_from.get(origin.name, origin.kept_from)))


def _of_report(acting: Acting, event: Event, said: ReportSubstantiated | ReportOverdue, source: str) -> Origin:
    return Origin(source=source, name=said.report.report, kept_from=_kept_from(acting, event, said))


def _kept_from(acting: Acting, event: Event, said: OfReport) -> KeptFrom:
    report, at_home = said.report, event.tenant == acting.tx.tenant
    return KeptFrom(
        Level(said.visible_to),
        # Elsewhere the id of the cadre is somebody else's.
        frozenset({report.subject_cadre} if at_home and report.subject_cadre else ()),
        frozenset(report.recused_accounts),
        frozenset(report.recused_units),
    )


def _of_case(said: CaseOverdue | CaseNotified, case: CaseReference, source: str) -> Origin:
    return Origin(source=source, name=case.case, kept_from=KeptFrom(Level(said.visible_to)))
