"""What an event says of itself that a feed shows, or needs in order to decide who sees it.

Every service names these things alike: the aggregate is what an event happened to, `unit` its unit, `subject_cadre`,
`recused_accounts`, `recused_cadres` and `recused_units` from whom it is kept. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.watch import v1 as watch

from services.common.events import Event, visible_to
from services.common.understanding import concerns, tenant_of
from services.gateway.feed.domain import Level, Sight

COLLECTIONS = {
    "absence": "absences",
    "account": "accounts",
    "accountability_case": "accountabilityCases",
    "analysis_rules": "analysisRules",
    "appraisal": "appraisals",
    "assessment": "assessments",
    "box_opening": "boxOpenings",
    "cadre": "cadres",
    "card": "cards",
    "case": "cases",
    "catalogue_edition": "catalogueEditions",
    "commitment": "commitments",
    "diary_entry": "diaryEntries",
    "flow_chart": "flowCharts",
    "disposition": "dispositions",
    "group_decision": "groupDecisions",
    "group_meeting": "groupMeetings",
    "group_member": "groupMembers",
    "finding": "findings",
    "information": "riskInformation",
    "inspection": "inspections",
    "inventory": "inventories",
    "consultation": "consultations",
    "consequence": "consequences",
    "item": "items",
    "leadership_meeting": "leadershipMeetings",
    "meeting": "meetings",
    "nomination": "nominations",
    "objection": "objections",
    "oversight": "oversights",
    "plan": "plans",
    "plan_measure": "planMeasures",
    "point": "points",
    "position": "positions",
    "post": "posts",
    "power": "powers",
    "publicity_session": "publicitySessions",
    "rating": "ratings",
    "report": "reports",
    "responsibility_letter": "responsibilityLetters",
    "review": "riskReviews",
    "risk_group": "riskGroups",
    "risk_group_member": "riskGroupMembers",
    "role": "roleProposals",
    "risk_opinion": "riskOpinions",
    "risk_point": "riskPoints",
    "roster": "rosters",
    "standards": "standards",
    "supervisor": "supervisors",
    "training": "trainings",
    "unit": "units",
    "volunteer": "volunteers",
    "warning": "warnings",
    "work_report": "workReports",
    "work_report_call": "workReportCalls",
}
"""Where things stand in resource names, by the aggregate of their events."""

KNOWN_LEVELS = frozenset(Level)

OF_RISK = frozenset({"information", "warning", "disposition"})
"""Aggregates whose events each say from whom the whole thing is kept by then."""

RECUSED = ("recused_accounts", "recused_cadres", "recused_units")
"""The fields in which events name those from whom they are kept."""


class Happening(Protocol):
    """As much of an event as read models need."""

    @property
    def tenant(self) -> str: ...
    @property
    def time(self) -> datetime: ...
    @property
    def message(self) -> Message: ...


@dataclass(frozen=True, slots=True)
class Reference:
    """What an entry takes from its event."""

    resource: str
    matter: str
    cited: str
    unit: str
    sight: Sight


def reference_of(event: Event) -> Reference:
    """What the feed says of an event, and from whom that is kept."""
    message, resource = event.message, resource_of(event)
    if (report := report_of(message)) is not None:
        return Reference(resource, resource, report.number, report.unit, _sight(event, report))
    if (case := case_of(message)) is not None:
        return Reference(
            resource,
            _matter(event, case.case, resource),
            case.number,
            _unit(message) or case.unit,
            _sight(event, message),
        )
    # An oversight stands for itself, but who sees it follows from the report that it is of.
    matter = _matter(event, getattr(message, "report", ""), resource)
    return Reference(resource, matter, _cited(event), _unit(message), _sight(event, message))


def sight_of_matter(event: Event) -> Sight | None:
    """What is known of a matter from here on; None for events that say nothing of theirs as a whole."""
    message, report = event.message, report_of(event.message)
    if report is not None:
        return _sight(event, report)
    own = event.aggregate in OF_RISK or bool(getattr(message, "warning", "") and event.aggregate == "oversight")
    return _sight(event, message) if own else None


def report_of(message: Message) -> watch.ReportReference | None:
    """What an event of a report says of it; None for other events."""
    report = getattr(message, "report", None)
    return report if isinstance(report, watch.ReportReference) else None


def case_of(message: Message) -> agency.CaseReference | None:
    """The case that an event of the agency is about, also where it is one of its rating; None for other events."""
    case = getattr(message, "case", None)
    return case if isinstance(case, agency.CaseReference) else None


def resource_of(event: Event) -> str:
    """Resource name of what the event happened to; empty for what has none, such as the settings of a town."""
    if event.aggregate == "tenant":
        return f"tenants/{event.tenant}"
    collection = COLLECTIONS.get(event.aggregate)
    return f"tenants/{event.tenant}/{collection}/{event.aggregate_id}" if collection else ""


def level_of(event: Event) -> Level:
    """The level at and above which the event may be seen; the county's alone where it says nothing that we know."""
    said = visible_to(event.message)
    return Level(said) if said in KNOWN_LEVELS else Level.COUNTY


def _sight(event: Event, said: Message) -> Sight:
    cadre: str = getattr(said, "subject_cadre", "")
    # Ids of cadres are unique only within the tenant to which the matter belongs.
    subject = f"tenants/{event.tenant}/cadres/{cadre}" if cadre else None
    recused = [name for kind in RECUSED for name in getattr(said, kind, ())]
    return Sight(level_of(event), subject, tuple(recused))


def _matter(event: Event, name: str, resource: str) -> str:
    """The matter that an event names; else what it happened to, also where it names one of another town."""
    tenant = tenant_of(name)
    return name if tenant is not None and concerns(event.tenant, tenant) else resource


def _unit(message: Message) -> str:
    """Code of the unit that the event concerns, which it names itself, as a desk, or through a cadre."""
    own = getattr(message, "unit", "") or getattr(message, "desk", "")
    unit = own or getattr(getattr(message, "cadre", None), "unit", "")
    name: str = getattr(unit, "name", unit)
    return name.rpartition("/")[2]


def _cited(event: Event) -> str:
    """The number that people cite, where the event refers to a thing that has one."""
    numbered = event.message if event.aggregate in OF_RISK else getattr(event.message, "consultation", None)
    number: str = getattr(numbered, "number", "")
    return number
