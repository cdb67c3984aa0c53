"""The feed keeps events that are not understood in their own tenant; what is made of it stays as it was."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.gateway.board.use_cases import rebuild
from services.gateway.desks.use_cases import rebuild as rebuild_desks
from services.gateway.matters.use_cases import rebuild as rebuild_matters
from tests.gateway_feed.observatory import Observatory
from tests.gateway_feed.telling import Case, Report, Window
from tests.strange import LATER, UNIT


def strange(town: str, report: Report, case: Case) -> list[tuple[str, Message]]:
    """Without payload, of a later version, and about a report and a case of another town."""
    of_report: dict[str, Any] = {"report": report.reference, "visible_to": UNIT}
    here = watch.ReportReference(report=f"tenants/{town}/reports/{report.id}", level=LATER)
    warning: dict[str, Any] = {"warning": f"tenants/{town}/warnings/w1", "unit": f"{town}.finance", "visible_to": UNIT}
    window = Window(desk=f"{town[:6]}.finance", step=1, start_date="some day")
    mine = agency.CaseReference(case=f"tenants/{town}/cases/c1", windows=[window], promised_date="some day")
    disposition = f"tenants/{town}/dispositions/d1"
    return [
        ("report", watch.ReportOverdue()),
        ("report", watch.ReportOverdue(report=here, visible_to=LATER)),
        ("report", watch.ReportAnswered(**of_report)),
        ("report", watch.ReportOverdue(**of_report)),
        ("warning", risk.WarningOverdue()),
        ("warning", risk.WarningOverdue(**warning, owner_level=LATER, last_day="2026-03-10")),
        ("warning", risk.WarningOverdue(**warning, owner_level=UNIT, last_day="some day")),
        ("warning", risk.WarningRaised(**warning, risk_information=[report.name])),
        ("disposition", risk.DispositionOverdue(disposition=disposition)),
        ("disposition", risk.DispositionRecorded(disposition=disposition, warning=report.name)),
        ("case", agency.CaseOverdue()),
        ("case", agency.CaseOverdue(case=mine, visible_to=UNIT)),
        ("case", agency.CaseDecided(case=case.reference, visible_to=UNIT)),
        ("case", agency.CaseEscalated(case=case.reference, level=LATER, visible_to=UNIT)),
        ("unit", gateway.UnitChanged()),
    ]


async def seen(observatory: Observatory) -> tuple[str, str]:
    """What the county's board and the desk of its civil affairs show."""
    county = f"tenants/{observatory.county}"
    board = await observatory(gateway.ListOverdueRequest(parent=county), observatory.officer())
    desk = f"{county}/units/{observatory.county}.civil-affairs"
    cases = await observatory(gateway.ListDeskCasesRequest(parent=desk), observatory.clerk())
    return str(board.matters), str(cases.desk_cases)


async def test_what_is_not_understood_has_its_place_in_the_feed_of_its_own_town_and_changes_nothing_else(
    observatory: Observatory,
) -> None:
    shimen, report, case = observatory.shimen, observatory.jingcun.a_report(), observatory.jingcun.a_case()
    window = Window(desk=f"{observatory.county}.civil-affairs", step=1, start_date="2026-03-03")
    await observatory.take(
        report.tell(watch.ReportOverdue()),
        case.tell(agency.CaseOverdue(), windows=[window]),
    )
    before, links = await seen(observatory), await rebuild_matters(observatory.database, observatory.county)

    await observatory.take(
        *(
            shimen.tell(message, thing, f"strange-{place}")
            for place, (thing, message) in enumerate(strange(shimen.code, report, case))
        )
    )

    assert len(await observatory.feed(observatory.county)) == 2 + len(strange(shimen.code, report, case))
    assert len(await observatory.feed(observatory.jingcun.code)) == 2
    assert await seen(observatory) == before
    for anew in (rebuild, rebuild_desks):
        await anew(observatory.database, observatory.county)
    assert await seen(observatory) == before
    assert await rebuild_matters(observatory.database, observatory.county) == links
