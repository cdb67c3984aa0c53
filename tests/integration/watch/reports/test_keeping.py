"""Keeping and forgetting: receipts end, sealed content is destroyed, the register and the ledger stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from google.protobuf.field_mask_pb2 import FieldMask
from minshao.watch import v1 as pb

from services.common.errors import NotFound, Refused
from services.common.foundation import DATA_KEYS, LEDGER
from services.common.sealing import Shredded
from services.watch.reports.store import REPORT_TEXTS
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import NOBODY, answered, closed, filed, shown, told
from tests.unit.watch.reports.builders import local

CLOSED = local(2026, 9, 1)
FIVE_YEARS_LATER = local(2031, 9, 1, 0)
NAMED: dict[str, Any] = {
    "reporter_mode": pb.Report.REPORTER_MODE_NAMED,
    "reporter": pb.Reporter(name="王小明", contact="13800000000"),
}


async def set_for_the_town(house: House, **values: int) -> None:
    settings = pb.TownSettings(name=f"{house.town.name}/settings", **values)
    request = pb.UpdateTownSettingsRequest(settings=settings, update_mask=FieldMask(paths=list(values)))
    await house("discipline-1", request)


async def look_up(house: House, code: str) -> pb.ReceiptView:
    response = await house("citizen", pb.LookUpReceiptRequest(parent=house.town.name, code=code))
    view: pb.ReceiptView = response.view
    return view


async def figures(house: House) -> pb.GetFiguresResponse:
    period = {"first_day": "2026-09-01", "last_day": "2026-09-30"}
    response: pb.GetFiguresResponse = await house("county-1", pb.GetFiguresRequest(parent=house.town.name, **period))
    return response


async def evidence(house: House, report: str) -> list[bytes]:
    """What the ledger holds of a report, without the entry of the shredding itself."""
    ledger = LEDGER.c
    this = (ledger.tenant == house.town.code, ledger.aggregate_id == report.rpartition("/")[2])
    old = ledger.type.not_in(["watch.report.shredded", "watch.report.receipt_expired"])
    async with house.town.database.transaction(house.town.code) as tx:
        rows = await tx.rows(sa.select(ledger.payload).where(*this, old).order_by(ledger.version))
        return [row.payload for row in rows]


@pytest.mark.parametrize(
    ("days", "last"), [(None, local(2027, 8, 31, 23, 59)), (30, local(2026, 9, 30, 23, 59))], ids=["default", "set"]
)
async def test_a_receipt_opens_as_long_after_the_end_as_the_town_has_set(
    house: House, days: int | None, last: datetime
) -> None:
    if days:
        await set_for_the_town(house, receipt_days=days)
    response = await told(house)
    await closed(house, response.report.name)

    await house.sweep_at(last)
    view = await look_up(house, response.receipt_code)
    await house.sweep_at(last.replace(hour=0, minute=0) + (local(2026, 9, 2) - local(2026, 9, 1)))

    assert view.answer.text == "已办。"
    with pytest.raises(NotFound):
        await look_up(house, response.receipt_code)
    assert len(await house.events(pb.ReportReceiptExpired)) == 1


async def test_after_shredding_no_text_is_left_and_the_register_the_ledger_and_the_figures_are(house: House) -> None:
    name = await filed(house, NOBODY, **NAMED)
    await house("discipline-1", pb.PostMessageRequest(name=name, text="请补充时间。"))
    await closed(house, name, "discipline-1")
    before, counted, proofs = (
        await shown(house, name, "discipline-1"),
        await figures(house),
        await evidence(house, name),
    )

    await house.sweep_at(FIVE_YEARS_LATER)

    after = await shown(house, name, "discipline-1")
    assert (before.text, before.answer.text) == ("低保申请三个月没有答复。", "已办。")
    assert (after.text, after.subject.about, after.answer.text) == ("", "", "")
    assert (after.number, after.state, after.answer.finding) == (before.number, before.state, before.answer.finding)
    assert await figures(house) == counted
    assert await evidence(house, name) == proofs
    assert not (await house("discipline-1", pb.ListMessagesRequest(name=name))).messages
    assert len(await house.events(pb.ReportShredded)) == 1


async def test_who_reported_can_never_be_looked_at_again(house: House) -> None:
    name = await filed(house, NOBODY, **NAMED)
    await closed(house, name, "discipline-1")
    await house.sweep_at(FIVE_YEARS_LATER)
    before = await house.ledger_size()

    with pytest.raises(Refused, match="SHREDDED"):
        await house("discipline-1", pb.RevealIdentityRequest(name=name, reason="复查"))

    assert await house.ledger_size() == before


async def test_what_is_left_of_a_text_is_noise_and_its_evidence(house: House) -> None:
    name = await filed(house)
    await closed(house, name)
    id = name.rpartition("/")[2]
    async with house.town.database.transaction(house.town.code) as tx:
        mac = (await house.town.watch.sealer.key(tx, id)).mac("低保申请三个月没有答复。")

    await house.sweep_at(FIVE_YEARS_LATER)

    [registered] = await house.events(pb.ReportRegistered)
    assert registered.text.mac == mac
    async with house.town.database.transaction(house.town.code) as tx:
        with pytest.raises(Shredded):
            await house.town.watch.sealer.key(tx, id)
        keys = await tx.rows(sa.select(DATA_KEYS.c.wrapped).where(DATA_KEYS.c.owner == id))
        sealed = await tx.rows(sa.select(REPORT_TEXTS.c.sealed).where(REPORT_TEXTS.c.report == id))
    assert [row.wrapped for row in keys] == [None]
    assert all("低保".encode() not in row.sealed for row in sealed)


async def test_nothing_is_forgotten_while_a_report_is_open_or_reopened(house: House) -> None:
    await set_for_the_town(house, receipt_days=15, retention_years=1)
    open_one, reopened = await told(house), await told(house, NOBODY)
    await answered(house, reopened.report.name, "discipline-1")
    contest = pb.ContestAnswerRequest(parent=house.town.name, code=reopened.receipt_code, reason="没有调查")
    await house("citizen", contest)

    await house.sweep_at(local(2036, 9, 1))

    assert not await house.events(pb.ReportShredded)
    assert (await look_up(house, open_one.receipt_code)).state == pb.Report.STATE_REGISTERED
    assert (await shown(house, reopened.report.name)).text == "低保申请三个月没有答复。"


async def test_a_refused_report_is_kept_and_forgotten_like_a_closed_one(house: House) -> None:
    response = await told(house)
    await house("village-secretary", pb.RefuseReportRequest(name=response.report.name, reason="法院已经受理"))

    before = await look_up(house, response.receipt_code)
    await house.sweep_at(FIVE_YEARS_LATER)

    assert before.refusal_reason == "法院已经受理"
    assert len(await house.events(pb.ReportShredded)) == 1


async def test_what_a_town_sets_counts_for_what_ends_afterwards(house: House) -> None:
    earlier, later = await filed(house), await filed(house)
    await closed(house, earlier)
    await set_for_the_town(house, retention_years=1)
    await closed(house, later)

    await house.sweep_at(local(2027, 9, 1, 0))

    assert [event.report.report for event in await house.events(pb.ReportShredded)] == [later]


async def test_what_ended_on_a_leap_day_is_forgotten_on_the_first_of_march(house: House) -> None:
    await set_for_the_town(house, retention_years=1)
    house.town.clock.set(local(2028, 2, 29))
    await closed(house, await filed(house))

    await house.sweep_at(local(2029, 2, 28, 23, 59))
    before = await house.events(pb.ReportShredded)
    await house.sweep_at(local(2029, 3, 1, 0))

    assert (len(before), len(await house.events(pb.ReportShredded))) == (0, 1)
