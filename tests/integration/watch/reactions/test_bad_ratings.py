"""A bad rating of the agency is an opinion about the point, made by the system, once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb
from openpyxl import load_workbook

from services.common.errors import Invalid, NotFound, Refused
from services.watch.receipts.store import RECEIPTS
from tests.integration.watch.house import House
from tests.integration.watch.reactions.steps import bad_rating, follow_up, midnight, moved, oversights
from tests.integration.watch.reports.steps import answered, filed, investigated, shown

AFTER_THE_HOLIDAY = "2026-10-13"
"""The fifth working day after 30 September 2026."""
ABOVE = agency.Rating.FollowUp.ORGAN_CENTRE


async def rated(house: House, unit: str = "village", rating: str = "", due_date: str = "2026-09-08") -> pb.Report:
    """The opinion that a bad rating became."""
    before = {report.name for report in await listed(house)}
    now = house.town.clock.now()
    await house.hear_agency(bad_rating(house.town.code, house.town.unit(unit), now, rating, due_date))
    (report,) = (each for each in await listed(house) if each.name not in before)
    return await shown(house, report.name)


async def listed(house: House, login: str = "county-1", **wanted: object) -> list[pb.Report]:
    filters = pb.ListReportsRequest.Filter(**wanted)  # type: ignore[arg-type]
    return list((await house(login, pb.ListReportsRequest(parent=house.town.name, filter=filters))).reports)


async def test_a_bad_rating_is_an_opinion_about_the_point_with_its_origin_for_a_text(house: House) -> None:
    now, unit, rating = house.town.clock.now(), house.town.unit("village"), uuid4().hex
    await house.hear_agency(bad_rating(house.town.code, unit, now - timedelta(minutes=1), rating))

    [report] = await listed(house, channel=pb.Report.CHANNEL_SYSTEM)
    report = await shown(house, report.name)
    assert (report.kind, report.channel) == (pb.Report.KIND_OPINION, pb.Report.CHANNEL_SYSTEM)
    assert report.reporter_mode == pb.Report.REPORTER_MODE_UNSPECIFIED
    assert (report.unit, report.subject.unit) == (house.town.unit_name("village"),) * 2
    assert report.origin == f"{house.town.name}/ratings/{rating}"
    assert report.text.startswith("代理件景村代〔2026〕")
    assert (report.receive_time.ToSeconds(), report.register_time.ToSeconds()) == (
        int(now.timestamp()) - 60,
        int(now.timestamp()),
    )


async def test_it_takes_its_number_in_the_series_and_its_unit_answers_until_the_follow_up_is_due(house: House) -> None:
    before = await shown(house, await filed(house))
    report = await rated(house)

    assert [each.number[-3:] for each in (before, report)] == ["〕1号", "〕2号"]
    assert (report.level, report.organ) == (common.LEVEL_UNIT, house.town.unit_name("village"))
    assert (report.last_day, report.state) == ("2026-09-08", pb.Report.STATE_REGISTERED)
    assert report.name in [each.name for each in await listed(house, "village-officer")]
    assert report.name not in [each.name for each in await listed(house, "finance-clerk")]
    done = await answered(house, report.name)
    assert done.state == pb.Report.STATE_ANSWERED


async def test_an_opinion_about_a_unit_that_leads_the_town_goes_to_the_discipline_committee(house: House) -> None:
    report = await rated(house, "party-committee")

    assert report.level == common.LEVEL_TOWN


async def test_one_about_a_unit_that_was_retired_goes_to_the_town(house: House) -> None:
    unit = gateway.Unit(
        name=house.town.unit_name("village"), display_name="八一村", kind=gateway.Unit.KIND_VILLAGE, revision=9
    )
    unit.retire_time.FromDatetime(midnight(1))
    await house.hear(gateway.UnitRetired(unit=unit))

    assert (await rated(house)).level == common.LEVEL_TOWN


async def test_each_rating_becomes_one_opinion(house: House) -> None:
    unit, now, rating = house.town.unit("village"), house.town.clock.now(), uuid4().hex
    event = bad_rating(house.town.code, unit, now, rating)

    await house.hear_agency(event)
    await house.hear_agency(event)
    again = bad_rating(house.town.code, unit, now, rating)
    await house.hear_agency(again)

    assert len(await listed(house)) == 1
    assert len(await house.events(pb.ReportRegistered)) == 1


async def test_a_rating_of_a_point_in_a_unit_that_is_not_known_yet_is_heard_again(house: House) -> None:
    with pytest.raises(NotFound):
        await house.hear_agency(bad_rating(house.town.code, f"{house.town.code}999", house.town.clock.now()))

    assert await listed(house) == []


async def test_the_rating_of_a_county_window_is_an_opinion_in_the_county(house: House) -> None:
    county = house.town.county
    name = f"tenants/{county}/units/{county}.discipline"
    rating = uuid4().hex

    await house.hear_agency(bad_rating(house.town.code, f"{county}.discipline", house.town.clock.now(), rating))

    assert await listed(house) == []
    filters = pb.ListReportsRequest.Filter(channel=pb.Report.CHANNEL_SYSTEM)
    found = (await house("county-1", pb.ListReportsRequest(parent=f"tenants/{county}", filter=filters))).reports
    [report] = (each for each in found if each.origin == f"{house.town.name}/ratings/{rating}")
    assert (report.unit, report.level) == (name, common.LEVEL_COUNTY)
    assert report.number.startswith("洛南监〔2026〕")


@pytest.mark.parametrize("state", ["registered", "investigating"])
async def test_the_agencys_follow_up_answers_it(house: House, state: str) -> None:
    unit, now, rating = house.town.unit("village"), house.town.clock.now(), uuid4().hex
    await house.hear_agency(bad_rating(house.town.code, unit, now, rating))
    [report] = await listed(house)
    if state == "investigating":
        await investigated(house, report.name)

    await house.hear_agency(follow_up(house.town.code, unit, now, rating))

    done = await shown(house, report.name)
    assert (done.state, done.answer.finding, done.late) == (
        pb.Report.STATE_ANSWERED,
        pb.Report.FINDING_UNSPECIFIED,
        False,
    )
    assert "差评整改" in done.answer.text
    assert await house.events(pb.ReportSubstantiated) == []
    lines = (await house("county-1", pb.GetTimelineRequest(name=report.name))).entries
    assert lines[-1].summary == "另行答复，按期答复"


async def test_a_second_answer_and_one_after_the_units_own_change_nothing(house: House) -> None:
    unit, now, rating = house.town.unit("village"), house.town.clock.now(), uuid4().hex
    await house.hear_agency(bad_rating(house.town.code, unit, now, rating))
    [report] = await listed(house)
    await answered(house, report.name, text="窗口已经增加人手。")

    await house.hear_agency(follow_up(house.town.code, unit, now, rating))
    await house.hear_agency(follow_up(house.town.code, unit, now, rating, version=4))

    assert len(await house.events(pb.ReportAnswered)) == 1
    assert (await shown(house, report.name)).answer.text == "窗口已经增加人手。"


async def test_one_that_was_made_a_major_matter_is_answered_by_who_handles_that(house: House) -> None:
    rating, unit = uuid4().hex, house.town.unit("village")
    report = await rated(house, rating=rating)
    general = pb.ClassifyReportRequest(name=report.name, classification=pb.Report.CLASSIFICATION_GENERAL)
    await house("village-secretary", general)
    await house("discipline-1", pb.RaiseReportRequest(name=report.name, reason="另有隐情。"))

    await house.hear_agency(follow_up(house.town.code, unit, house.town.clock.now(), rating))
    after_the_follow_up = await shown(house, report.name)
    done = await answered(house, report.name, "discipline-1")

    assert (after_the_follow_up.state, after_the_follow_up.last_day) == (pb.Report.STATE_REGISTERED, "2026-10-01")
    assert (done.state, done.answer.finding) == (pb.Report.STATE_ANSWERED, pb.Report.FINDING_SUBSTANTIATED)
    assert len(await house.events(pb.ReportAnswered)) == 1


async def test_a_follow_up_ends_what_its_overdue_had_caused(house: House) -> None:
    unit, now, rating = house.town.unit("village"), house.town.clock.now(), uuid4().hex
    await house.hear_agency(bad_rating(house.town.code, unit, now, rating))
    [report] = await listed(house)
    await house.sweep_at(midnight(9))

    await house.hear_agency(follow_up(house.town.code, unit, midnight(9), rating))

    done = await shown(house, report.name)
    assert (done.late, done.under_oversight) == (True, False)
    assert [each.state for each in await oversights(house)] == [pb.Oversight.STATE_ANSWERED]


async def test_a_follow_up_of_a_rating_that_is_not_known_yet_is_heard_again(house: House) -> None:
    unit, now = house.town.unit("village"), house.town.clock.now()

    with pytest.raises(NotFound):
        await house.hear_agency(follow_up(house.town.code, unit, now, uuid4().hex))


async def test_nobody_has_a_receipt_for_it_and_nobody_is_told(house: House) -> None:
    report = await rated(house)
    telling = pb.Telling(teller="王", manner="电话")
    telling.tell_time.FromDatetime(house.town.clock.now())
    refused: list[Message] = [
        pb.PostMessageRequest(name=report.name, text="请补充。"),
    ]
    await answered(house, report.name)
    refused += [
        pb.TellAnswerRequest(name=report.name, telling=telling),
        pb.CloseReportRequest(name=report.name, confirmation="满意"),
        pb.ReopenReportRequest(name=report.name, reason="不满意"),
    ]
    size = await house.ledger_size()

    for request in refused:
        with pytest.raises(Refused) as error:
            await house("village-secretary", request)
        assert error.value.reason == "NO_REPORTER"

    assert await house.ledger_size() == size
    async with house.town.database.transaction(house.town.code) as tx:
        assert not await tx.rows(sa.select(RECEIPTS.table.c.hash).where(RECEIPTS.table.c.tenant == tx.tenant))


async def test_its_answer_stands_after_fifteen_days_and_no_receipt_ends(house: House) -> None:
    report = await rated(house)
    await answered(house, report.name)

    await house.sweep_at(house.town.clock.now() + timedelta(days=800))

    assert (await shown(house, report.name)).state == pb.Report.STATE_CLOSED
    assert await house.events(pb.ReportReceiptExpired) == []


async def test_nobody_registers_by_hand_what_the_system_makes(house: House) -> None:
    with pytest.raises(Invalid):
        await filed(house, by="village-registrar", channel=pb.Report.CHANNEL_SYSTEM)

    assert await listed(house) == []


async def test_it_stands_in_the_register_and_in_the_figures(house: House) -> None:
    report = await rated(house)

    request = pb.ExportRegisterRequest(parent=house.town.name, year=2026, format=pb.ExportRegisterRequest.FORMAT_XLSX)
    file = await house("discipline-1", request)
    rows = list(load_workbook(BytesIO(file.content)).worksheets[0].iter_rows(min_row=4, values_only=True))
    figures = await house(
        "discipline-1", pb.GetFiguresRequest(parent=house.town.name, first_day="2026-09-01", last_day="2026-09-01")
    )

    [row] = rows
    assert (row[0], row[3], row[4], row[5]) == (report.number, "系统转办", None, "意见建议")
    assert row[8] == report.text
    assert dict(figures.total.by_channel) == {"CHANNEL_SYSTEM": 1}


async def test_it_is_due_with_the_follow_up_of_the_rating_also_over_a_long_holiday(house: House) -> None:
    house.town.clock.set(midnight(30))
    report = await rated(house, due_date=AFTER_THE_HOLIDAY)
    await investigated(house, report.name)
    assert (report.last_day, report.first_last_day) == (AFTER_THE_HOLIDAY, AFTER_THE_HOLIDAY)

    await house.sweep_at(midnight(13, 10))
    in_time = await shown(house, report.name)
    await house.sweep_at(midnight(14, 10))

    assert (in_time.late, in_time.under_oversight, in_time.HasField("overdue_time")) == (False, False, False)
    [overdue] = await house.events(pb.ReportOverdue)
    assert overdue.report.origin == report.origin
    assert len(await house.events(pb.ReportDueSoon)) == 1


async def test_a_general_one_is_due_as_before_and_a_major_one_in_a_month(house: House) -> None:
    report = await rated(house, due_date=AFTER_THE_HOLIDAY)

    general = pb.ClassifyReportRequest(name=report.name, classification=pb.Report.CLASSIFICATION_GENERAL)
    decided = (await house("village-secretary", general)).report
    raised = (await house("discipline-1", pb.RaiseReportRequest(name=report.name, reason="另有隐情。"))).report

    assert (decided.last_day, raised.last_day) == (AFTER_THE_HOLIDAY, "2026-10-01")


async def test_more_time_for_it_is_not_asked_for_in_watch(house: House) -> None:
    report = await rated(house)
    await investigated(house, report.name)

    with pytest.raises(Refused) as error:
        await house("village-officer", pb.RequestMoreTimeRequest(name=report.name, days=3, reason="人手不足"))

    assert error.value.reason == "DUE_WITH_ORIGIN"


async def test_another_calendar_moves_its_last_day_with_that_of_the_follow_up(house: House) -> None:
    rating, unit = uuid4().hex, house.town.unit("village")
    report = await rated(house, rating=rating)
    event = moved(house.town.code, unit, house.town.clock.now(), rating, "2026-09-09")

    await house.hear_agency(event)
    await house.hear_agency(event)
    await house.sweep_at(midnight(9))

    after = await shown(house, report.name)
    assert (after.last_day, after.first_last_day, after.late) == ("2026-09-09", "2026-09-09", False)
    [told] = await house.events(pb.ReportRescheduled)
    assert (told.old_last_day, told.last_day, told.why) == ("2026-09-08", "2026-09-09", "2026年9月7日雪灾放假（镇）")
    lines = (await house("county-1", pb.GetTimelineRequest(name=report.name))).entries
    assert "由2026-09-08调整为2026-09-09：2026年9月7日雪灾放假（镇）" in [line.summary for line in lines]
    await house.sweep_at(midnight(10))
    assert (await shown(house, report.name)).late


async def test_the_period_of_who_answers_above_moves_nothing_and_neither_does_a_calendar_after_the_answer(
    house: House,
) -> None:
    rating, unit, now = uuid4().hex, house.town.unit("village"), house.town.clock.now()
    report = await rated(house, rating=rating)
    await house.hear_agency(moved(house.town.code, unit, now, rating, "2026-09-16", ABOVE))
    await house.hear_agency(follow_up(house.town.code, unit, now, rating, version=4))
    await house.hear_agency(moved(house.town.code, unit, now, rating, "2026-09-09", version=5))

    assert (await shown(house, report.name)).last_day == "2026-09-08"
    assert await house.events(pb.ReportRescheduled) == []


async def test_late_it_stays_late_whatever_the_calendar_says_later_and_is_announced_once(house: House) -> None:
    rating, unit = uuid4().hex, house.town.unit("village")
    report = await rated(house, rating=rating)
    await investigated(house, report.name)
    await house.sweep_at(midnight(9))
    await house.hear_agency(moved(house.town.code, unit, midnight(9), rating, "2026-09-09"))

    await house.sweep_at(midnight(10))

    assert (await shown(house, report.name)).late
    assert len(await house.events(pb.ReportOverdue)) == 1


async def test_a_new_last_day_of_a_rating_that_is_not_known_yet_is_heard_again(house: House) -> None:
    unit, now = house.town.unit("village"), house.town.clock.now()

    with pytest.raises(NotFound):
        await house.hear_agency(moved(house.town.code, unit, now, uuid4().hex, "2026-09-09"))


async def test_it_falls_overdue_as_any_other(house: House) -> None:
    report = await rated(house)
    await investigated(house, report.name)

    await house.sweep_at(midnight(9))

    assert (await shown(house, report.name)).under_oversight
