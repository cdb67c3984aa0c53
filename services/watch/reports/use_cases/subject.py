"""Linking a report to whom it is about, and what that means for who handles it."""

from __future__ import annotations

from minshao.watch.v1 import ReportRerouted, ReportSubjectLinked

from services.common.database import Tx
from services.common.errors import Denied, NotFound
from services.common.organisation import store as organisation
from services.common.organisation.domain import Cadre
from services.watch.reports import texts
from services.watch.reports.acting import Acting, ReportEvent
from services.watch.reports.domain.recusal import may_link, recused
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import Subject
from services.watch.reports.domain.terms import Cause, Level
from services.watch.reports.use_cases.handlers import kept_from_unit


async def find_subject(tx: Tx, cadre: str | None, unit: str | None, leadership_meant: bool) -> Subject:
    """The subject as the organisation knows it. Raises NotFound for a cadre or a unit of no such tenant."""
    if cadre is not None:
        known = await organisation.cadre(tx, cadre)
        if known is None:
            raise NotFound("干部", f"tenants/{tx.tenant}/cadres/{cadre}", reason="NO_CADRE")
        return subject_of(known, leadership_meant)
    if unit is not None and await organisation.unit(tx, unit) is None:
        raise NotFound("单位", f"tenants/{tx.tenant}/units/{unit}", reason="NO_UNIT")
    return Subject(unit=unit, leadership_meant=leadership_meant)


def subject_of(cadre: Cadre, leadership_meant: bool) -> Subject:
    """A cadre as the subject of a report, by what they lead today."""
    leads_town = cadre.leads_town or cadre.in_party_committee or cadre.in_discipline
    return Subject(cadre.id, cadre.unit, cadre.leads_unit is not None, leads_town, leadership_meant)


async def link_subject(
    acting: Acting, id: str, about: str, cadre: str | None, unit: str | None, leadership_meant: bool
) -> Report:
    """Links an open report; where that changes who handles it, another organ has it from here on.

    Whoever the link shows the report to be about may not have made it: they are refused, as if it did not exist. Who
    was its officer leaves it with the link; where nobody else in the unit can handle it, the town does.
    """
    report = await acting.seen(id)
    if not may_link(report, acting.viewer):
        raise Denied("反映对象由承办单位或上一级关联；尚未关联的，也可由监督哨登记员、支部书记关联。", "NOT_LINKER")
    subject = await find_subject(acting.tx, cadre, unit, leadership_meant)
    linked = report.linked(subject)
    if recused(linked, acting.viewer):
        raise NotFound("反映")
    if linked.officer and await _is(acting.tx, linked.officer, subject):
        linked = linked.without_officer(linked.officer)
    if cause := await kept_from_unit(acting.tx, subject, linked.route(), linked.conflicted):
        linked = linked.risen(Level.TOWN)
    if about:
        texts.put(acting.tx, await acting.key(report), texts.ABOUT, about, acting.actor.name, acting.now)
    return acting.record(report, linked, [ReportSubjectLinked(), *rerouted(report, linked, cause)])


async def _is(tx: Tx, account: str, subject: Subject) -> bool:
    """Whether the account is that of the cadre whom a report is about."""
    known = await organisation.account(tx, account) if subject.cadre else None
    return known is not None and known.cadre == subject.cadre


def rerouted(before: Report, after: Report, cause: Cause | None = None) -> list[ReportEvent]:
    """The event that another organ handles the report now; none where it is the same."""
    if (before.level, before.organ) == (after.level, after.organ):
        return []
    why = cause or after.route().cause or Cause.LINKED
    return [ReportRerouted(from_organ=before.organ, cause=int(why))]
