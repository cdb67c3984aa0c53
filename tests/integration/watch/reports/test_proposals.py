"""The class that the rules propose, and why: reasons quote the text, so they are read with it and lie nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.watch import v1 as pb

from services.common.foundation import LEDGER
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import CLERK, NOBODY, filed, shown, told

GRAVE: dict[str, Any] = {"text": "会计截留补助，还威胁我们。"}
QUOTED = "内容涉及截留、威胁"
EVERY_ROW = "SELECT string_agg(t::text, '|') FROM reports AS t WHERE tenant = :tenant"
MAJOR, GENERAL = pb.Report.CLASSIFICATION_MAJOR, pb.Report.CLASSIFICATION_GENERAL


async def proposal(house: House, report: str, login: str) -> tuple[int, list[str]]:
    found = await shown(house, report, login)
    return found.proposed_classification, list(found.proposal_reasons)


async def link(house: House, report: str, about: str, by: str) -> pb.Report:
    request = pb.LinkSubjectRequest(name=report, subject=pb.Subject(cadre=house.town.cadre(about)))
    linked: pb.Report = (await house(by, request)).report
    return linked


async def test_reasons_that_quote_the_text_are_read_by_who_reads_it_and_others_read_the_class(house: House) -> None:
    response = await told(house, CLERK, **GRAVE)
    name = response.report.name

    assert await proposal(house, name, "village-secretary") == (MAJOR, [QUOTED])
    for login in ("village-registrar", "discipline-1", "county-1"):
        assert await proposal(house, name, login) == (MAJOR, [])
    [listed] = (await house("village-secretary", pb.ListReportsRequest(parent=house.town.name))).reports
    for summary in (response.report, listed):
        assert (summary.proposed_classification, list(summary.proposal_reasons)) == (MAJOR, [])


async def test_reasons_lie_in_no_row_and_no_event(house: House) -> None:
    await filed(house, CLERK, **GRAVE)

    async with house.town.database.transaction(house.town.code) as tx:
        rows = str(await tx.scalar(sa.text(EVERY_ROW), {"tenant": house.town.code}))
        payloads = b"|".join(
            row.payload for row in await tx.rows(sa.select(LEDGER.c.payload).where(LEDGER.c.tenant == house.town.code))
        )

    assert "景村监〔2026〕1号" in rows
    assert "景村监〔2026〕1号".encode() in payloads
    for word in ("截留", "威胁"):
        assert (word in rows, word.encode() in payloads) == (False, False)


async def test_reasons_are_shredded_with_the_text_and_the_class_stays(house: House) -> None:
    name = await filed(house, CLERK, **GRAVE)

    async with house.town.database.transaction(house.town.code) as tx:
        await house.town.watch.sealer.shred(tx, name.rpartition("/")[2], house.town.clock.now())

    assert await proposal(house, name, "village-secretary") == (MAJOR, [])


@pytest.mark.parametrize(
    ("about", "reader", "expected"),
    [
        ("village-head", "discipline-1", (MAJOR, ["被反映人为领导干部"])),
        (CLERK, "village-secretary", (GENERAL, ["未发现重大问题情形"])),
    ],
)
async def test_reasons_name_what_else_speaks_for_the_class(
    house: House, about: str, reader: str, expected: tuple[int, list[str]]
) -> None:
    assert await proposal(house, await filed(house, about), reader) == expected


async def test_the_third_report_about_somebody_within_thirty_days_is_proposed_as_major_and_no_other(
    house: House,
) -> None:
    names = []
    for days in (0, 20, 10, 40):
        house.town.clock.set(house.town.clock.now() + timedelta(days=days))
        names.append(await filed(house, CLERK))

    first, second, third, later = [await proposal(house, name, "village-secretary") for name in names]

    assert third == (MAJOR, ["三十日内对同一对象的反映达到3件"])
    assert first == second == later == (GENERAL, ["未发现重大问题情形"])


async def test_reasons_tell_nothing_of_reports_that_moved_up(house: House) -> None:
    for _ in range(2):
        name = await filed(house, CLERK)
        await house("village-secretary", pb.ClassifyReportRequest(name=name, classification=MAJOR))
        house.town.clock.set(house.town.clock.now() + timedelta(days=1))

    name = await filed(house, CLERK)

    assert await proposal(house, name, "village-secretary") == (MAJOR, [])


async def test_whom_it_was_linked_to_since_gives_no_reason_for_the_class_that_was_proposed(house: House) -> None:
    name = await filed(house, NOBODY)
    before = await proposal(house, name, "discipline-1")

    linked = await link(house, name, "village-head", "discipline-1")

    assert before == (GENERAL, ["未发现重大问题情形"])
    assert (linked.proposed_classification, list(linked.proposal_reasons)) == (GENERAL, [])
