"""The register as people print it: without gaps, and nothing in it that its reader may not see."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable

import openpyxl
import pytest
from minshao.watch import v1 as pb
from pypdf import PdfReader

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.watch.register.rpc import RegisterService
from services.watch.reports.rpc import ReportService
from tests.luonan_town import Town, a_town
from tests.unit.watch.reports.builders import local

OPINION = pb.Report.KIND_OPINION
XLSX, PDF = pb.ExportRegisterRequest.FORMAT_XLSX, pb.ExportRegisterRequest.FORMAT_PDF


@pytest.fixture
async def town(database_for: Callable[[str], Awaitable[ServiceDatabase]], tenant: str) -> AsyncIterator[Town]:
    database = Database((await database_for("watch")).app)
    yield await a_town(database, tenant, local(2026, 9, 3))
    await database.close()


async def filed(town: Town, about: str, kind: pb.Report.Kind.ValueType = pb.Report.KIND_ACCUSATION) -> pb.Report:
    subject = pb.Subject(about="某人", cadre=town.cadre(about))
    request = pb.CreateReportRequest(
        parent=town.name,
        unit=town.unit_name("village"),
        kind=kind,
        matter=pb.Report.MATTER_POLICY,
        reporter_mode=pb.Report.REPORTER_MODE_ANONYMOUS,
        subject=subject,
        text="没有开会就定了。",
    )
    return (await ReportService(town.watch).create_report(town.call(), request)).report


async def printed(town: Town, login: str, tenant: str = "", unit: str = "") -> list[list[str]]:
    """The rows of the spreadsheet that someone gets, each as the texts of its boxes."""
    parent = f"tenants/{tenant or town.code}"
    request = pb.ExportRegisterRequest(parent=parent, year=2026, format=XLSX, unit=unit)
    response = await RegisterService(town.watch).export_register(town.call(login, tenant), request)
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    rows = [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if any("〔2026〕" in cell for cell in row)]


async def test_what_the_county_took_over_keeps_its_line_and_prints_as_handled_elsewhere(town: Town) -> None:
    first, second = await filed(town, "village-officer"), await filed(town, "finance-clerk")
    link = pb.LinkSubjectRequest(name=first.name, subject=pb.Subject(cadre=town.cadre("mayor")))
    await ReportService(town.watch).link_subject(town.call("village-secretary"), link)

    rows = await printed(town, "discipline-1")

    assert [next(cell for cell in row if "〔" in cell) for row in rows] == [first.number, second.number]
    assert "另行办理" in rows[0]
    assert "另行办理" not in rows[1]


async def test_the_county_prints_its_own_series_from_all_its_towns(town: Town) -> None:
    own = await filed(town, "village-officer")
    at_once = await filed(town, "mayor")

    county, of_town = await printed(town, "county-1", town.county), await printed(town, "discipline-1")

    assert [row for row in county if at_once.number in row]
    assert not [row for row in county if own.number in row]
    assert not [row for row in of_town if at_once.number in row]


async def test_a_post_prints_its_extract_without_what_is_about_its_reader(town: Town) -> None:
    about_the_secretary = await filed(town, "village-secretary")
    other = await filed(town, "village-officer")

    rows = await printed(town, "village-secretary")

    assert [row for row in rows if other.number in row]
    assert not [row for row in rows if about_the_secretary.number in row]


async def test_the_register_says_what_opinions_say_and_seals_accusations(town: Town) -> None:
    accusation, opinion = await filed(town, "village-officer"), await filed(town, "village-officer", OPINION)

    of_accusation, of_opinion = await printed(town, "discipline-1")

    assert accusation.number in of_accusation
    assert ("（密封）" in of_accusation, "没有开会就定了。" in of_accusation) == (True, False)
    assert opinion.number in of_opinion
    assert ("（密封）" in of_opinion, "没有开会就定了。" in of_opinion) == (False, True)


async def test_the_county_prints_the_register_of_a_town_without_what_accusations_say(town: Town) -> None:
    accusation = await filed(town, "village-officer")

    rows = await printed(town, "county-1")

    assert [accusation.number in row for row in rows] == [True]
    assert ("（密封）" in rows[0], "没有开会就定了。" in rows[0]) == (True, False)


async def test_the_printed_form_holds_the_numbers_and_no_accusation(town: Town) -> None:
    report = await filed(town, "village-officer")
    request = pb.ExportRegisterRequest(parent=town.name, year=2026, format=PDF)

    response = await RegisterService(town.watch).export_register(town.call("discipline-1"), request)

    pages = PdfReader(io.BytesIO(response.content)).pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    assert response.row_count == 1
    assert report.number in text
    assert "没有开会" not in text
