"""The rows of a register: the reports that the viewer sees, and a bare number where the county took one over."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from services.common.access import county_of
from services.common.organisation import store as organisation
from services.common.periods import local_date
from services.watch.oversights.store import reports_overseen
from services.watch.register.page import RegisterRow, Reporter
from services.watch.reports import texts
from services.watch.reports.acting import Acting
from services.watch.reports.domain.clocks import last_day_before
from services.watch.reports.domain.recusal import reads_handling, sees
from services.watch.reports.domain.report import Report, is_overdue
from services.watch.reports.domain.terms import Class, Kind, Matter, Mode, Satisfaction
from services.watch.reports.store import REPORTS, reports
from services.watch.reports.visibility import visible

MOVED = "另行办理"
REPORTERS = {
    Mode.NAMED: Reporter.NAMED,
    Mode.ANONYMOUS: Reporter.ANONYMOUS,
    Mode.THROUGH_SUPERVISOR: Reporter.THROUGH_SUPERVISOR,
}

_r = REPORTS.c


async def register_rows(acting: Acting, year: int, unit: str) -> tuple[RegisterRow, ...]:
    """The town's series of a year in its order, or a post's extract of it.

    Who sees the whole town's register sees it without gaps: a number that is out of sight prints as 另行办理. In the
    county's own register stand the reports of all towns that went there at once; they are looked up town by town.
    """
    rows = await _rows_here(acting, acting.tx.tenant, year, unit)
    if acting.viewer.county and not unit and acting.tx.tenant == county_of(acting.tx.tenant):
        county = acting.tx.tenant
        for town in await organisation.towns_of(acting.tx, county):
            async with acting.tx.within(town):
                rows += await _rows_here(replace(acting, viewer=replace(acting.viewer, cadre=None)), county, year, "")
    return tuple(row for _, row in sorted(rows, key=lambda numbered: numbered[0]))


async def _rows_here(acting: Acting, series: str, year: int, unit: str) -> list[tuple[int, RegisterRow]]:
    """The rows of a series that stand in the tenant of the transaction, each with its number in the series."""
    whole_town = acting.viewer.town or acting.viewer.county
    conditions = [_r.tenant == acting.tx.tenant, _r.register == series, _r.year == year]
    if unit:
        conditions.append(_r.unit == unit)
    if not whole_town or unit:
        conditions.append(visible(acting.viewer))
    found = reports(await acting.tx.rows(sa.select(REPORTS).where(*conditions).order_by(_r.serial)))
    if not found:
        return []
    names = await organisation.names_with_county(acting.tx)
    overseen = await reports_overseen(acting.tx)
    opinions = {each.id for each in found if each.kind is Kind.OPINION and sees(each, acting.viewer)}
    told = await texts.last_of_each(acting.tx, acting.sealer, opinions, texts.TOLD)
    return [(each.serial, _row(acting, each, names, told.get(each.id, ""), each.id in overseen)) for each in found]


def _row(acting: Acting, report: Report, names: dict[str, str], told: str, overseen: bool) -> RegisterRow:
    registered = local_date(report.register_time)
    if report.moved_to_county or not sees(report, acting.viewer):
        return RegisterRow(report.number, registered, remarks=(MOVED,))
    open_to = reads_handling(report, acting.viewer)
    subject = names.get(report.subject_unit or "", "") if open_to else ""
    return RegisterRow(
        number=report.number,
        registered=registered,
        received=local_date(report.receive_time),
        channel=report.channel.label,
        reporter=REPORTERS.get(report.mode),
        kind=report.kind.label,
        matter=report.matter.label if report.matter is not Matter.UNSPECIFIED else "",
        subject=subject,
        summary=None if report.kind is Kind.ACCUSATION else told,
        classification=report.classification.label if report.classification is not Class.UNDECIDED else "",
        organ=names.get(report.organ, report.level.label),
        officer=names.get(report.officer or "", ""),
        due=last_day_before(report.due_time),
        answered=local_date(report.answer_time) if report.answer_time else None,
        finding=report.finding.label if report.finding and not report.state.open else "",
        state=report.state.label,
        satisfaction=report.satisfaction.label if report.satisfaction is not Satisfaction.UNSAID else "",
        remarks=tuple(_remarks(acting, report, overseen)),
    )


def _remarks(acting: Acting, report: Report, overseen: bool) -> list[str]:
    said = {
        "逾期": report.late or is_overdue(report, acting.now),
        "延期": bool(report.more_granted),
        "督办": overseen,
        "重新办理": report.reopened,
    }
    return [word for word, holds in said.items() if holds]
