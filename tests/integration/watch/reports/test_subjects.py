"""Whom a report is about, as the organisation knows them, and who handles it then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.watch.reports.rpc import ReportService
from tests.luonan_town import Town, a_town, tell
from tests.unit.watch.reports.builders import local


@pytest.fixture
async def town(database_for: Callable[[str], Awaitable[ServiceDatabase]], tenant: str) -> AsyncIterator[Town]:
    database = Database((await database_for("watch")).app)
    yield await a_town(database, tenant, local(2026, 9, 3))
    await database.close()


async def joined(town: Town, login: str, facts: gateway.Cadre) -> None:
    """Lets the service hear of a cadre who works in the government office."""
    cadre = gateway.Cadre(
        name=town.cadre(login), display_name=login, unit=town.unit_name("government-office"), revision=1
    )
    cadre.MergeFrom(facts)
    tenant = gateway.Tenant(name=town.name, kind=gateway.Tenant.KIND_TOWN, county=f"tenants/{town.county}", revision=1)
    await tell(town, town.code, gateway.TenantProvisioned(tenant=tenant, cadres=[cadre]))


async def accused(town: Town, login: str) -> pb.Report:
    request = pb.CreateReportRequest(
        parent=town.name,
        unit=town.unit_name("village"),
        kind=pb.Report.KIND_ACCUSATION,
        matter=pb.Report.MATTER_NEGLECT_OF_DUTY,
        reporter_mode=pb.Report.REPORTER_MODE_ANONYMOUS,
        subject=pb.Subject(about="镇干部", cadre=town.cadre(login)),
        text="救灾款两个月没有发下来。",
    )
    return (await ReportService(town.watch).create_report(town.call(), request)).report


LEADING = [
    gateway.Cadre(leads_town=True),
    gateway.Cadre(party_committee=True),
    gateway.Cadre(discipline_committee=True),
]


@pytest.mark.parametrize("facts", LEADING, ids=["leads_town", "party_committee", "discipline_committee"])
async def test_a_report_about_a_leader_or_a_committee_of_the_town_goes_to_the_county(
    town: Town, facts: gateway.Cadre
) -> None:
    await joined(town, "deputy", facts)

    report = await accused(town, "deputy")

    assert report.organ == f"tenants/{town.county}/units/{town.county}.discipline"
    assert report.number == "洛南监〔2026〕1号"


async def test_a_report_about_another_cadre_of_the_same_office_is_handled_there(town: Town) -> None:
    await joined(town, "clerk", gateway.Cadre())

    report = await accused(town, "clerk")

    assert report.organ == town.unit_name("government-office")
