"""Linking a report to whom it is about, and what that means for who handles it."""

from __future__ import annotations

from minshao.watch.v1 import ReportRerouted, ReportSubjectLinked

from services.common.database import Tx
from services.common.errors import Denied, NotFound
from services.common.organisation import store as organisation
from services.common.organisation.domain import Cadre
from services.watch.reports import texts
from services.watch.reports.acting import Acting, ReportEvent
from services.watch.reports.domain.recusal import handles, may_link, recused
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import Subject
from services.watch.reports.domain.terms import Cause, Level
from services.watch.reports.use_cases.handlers import candidate, floor_of


async def find_subject(
    tx: Tx, cadre: str | None, unit: str | None, leadership_meant: bool, *, hold: bool = False
) -> Subject:
    """The subject as the organisation knows it; `hold` keeps the cadre as they are until the commit.

    Raises NotFound for a cadre or a unit of no such tenant.
    """
    if cadre is not None:
        known = await (organisation.hold_cadre if hold else organisation.cadre)(tx, cadre)
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

    Whoever the link shows the report to be about may not have made it: they are refused, as if it did not exist. An
    officer who is recused by it leaves it; where nobody else in the organ can handle it, the next level does.
    """
    # Before the report is locked: a change of the cadre waits for the link, or the link for the change.
    subject = await find_subject(acting.tx, cadre, unit, leadership_meant, hold=True)
    report = await acting.seen(id)
    if not may_link(report, acting.viewer):
        raise Denied("反映对象由承办单位或上一级关联；尚未关联的，也可由监督哨登记员、支部书记关联。", "NOT_LINKER")
    floor, cause = await floor_of(acting.tx, report.about(subject))
    linked = report.linked(subject, floor if cause else Level.UNIT)
    if recused(linked, acting.viewer):
        raise NotFound("反映")
    if linked.officer and not handles(linked, await candidate(acting.tx, linked.officer)):
        linked = linked.without_officer(linked.officer)
    if about:
        texts.put(acting.tx, await acting.key(report), texts.ABOUT, about, acting.actor.name, acting.now)
    return acting.record(report, linked, [ReportSubjectLinked(), *rerouted(report, linked, cause)])


def rerouted(before: Report, after: Report, cause: Cause | None = None) -> list[ReportEvent]:
    """The event that another organ handles the report now; none where it is the same."""
    if (before.level, before.organ) == (after.level, after.organ):
        return []
    why = cause or after.route().cause or Cause.LINKED
    return [ReportRerouted(from_organ=before.organ, cause=int(why))]
