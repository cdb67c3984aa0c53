"""Reports through their RPCs, on the real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.watch import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.common.errors import AlreadyExists, Denied, DomainError, IllegalMove, Invalid, NotFound, Refused, TooMany
from services.common.foundation import LEDGER
from services.common.instants import stamp
from services.watch.receipts.rpc import ReceiptService
from services.watch.reports.rpc import ReportService
from services.watch.reports.store import REPORTS
from tests.luonan_town import Town, a_town
from tests.unit.watch.reports.builders import local

NOW = local(2026, 9, 3)


@pytest.fixture
async def town(database_for: Callable[[str], Awaitable[ServiceDatabase]], tenant: str) -> AsyncIterator[Town]:
    database = Database((await database_for("watch")).app)
    yield await a_town(database, tenant, NOW)
    await database.close()


def an_accusation(town: Town, about: str = "", **facts: object) -> pb.CreateReportRequest:
    """What a citizen sends: about a cadre where one is named."""
    request = pb.CreateReportRequest(
        parent=town.name,
        unit=town.unit_name("village"),
        kind=pb.Report.KIND_ACCUSATION,
        matter=pb.Report.MATTER_NEGLECT_OF_DUTY,
        reporter_mode=pb.Report.REPORTER_MODE_ANONYMOUS,
        subject=pb.Subject(about="村干部", cadre=town.cadre(about) if about else ""),
        text="低保申请三个月没有答复。",
    )
    request.MergeFrom(pb.CreateReportRequest(**facts))  # type: ignore[arg-type]
    return request


async def filed(town: Town, about: str = "village-officer", **facts: object) -> pb.CreateReportResponse:
    return await ReportService(town.watch).create_report(town.call(), an_accusation(town, about, **facts))


async def counts(town: Town) -> tuple[int, int]:
    """Reports and ledger entries of the town."""
    async with town.database.transaction(town.code) as tx:
        reports = await tx.scalar(sa.select(sa.func.count()).select_from(REPORTS))
        entries = await tx.scalar(sa.select(sa.func.count()).where(LEDGER.c.aggregate == "report"))
    return reports or 0, entries or 0


async def test_an_anonymous_report_is_registered_with_a_number_an_organ_a_deadline_and_a_receipt(town: Town) -> None:
    response = await filed(town)

    report = response.report
    assert report.number == "景村监〔2026〕1号"
    assert report.organ == town.unit_name("village")
    assert report.last_day == "2026-09-10"
    assert len(response.receipt_code) == 16


async def test_an_answered_report_closes_when_its_reporter_accepts(town: Town) -> None:
    reports, receipts = ReportService(town.watch), ReceiptService(town.watch)
    response = await filed(town, "")
    name, code = response.report.name, response.receipt_code
    discipline = town.call("discipline-1")
    await reports.assign_report(discipline, pb.AssignReportRequest(name=name, officer=town.account("discipline-2")))
    await reports.start_investigation(discipline, pb.StartInvestigationRequest(name=name))
    finding = pb.Report.FINDING_SUBSTANTIATED
    await reports.answer_report(discipline, pb.AnswerReportRequest(name=name, finding=finding, text="已经整改。"))

    before = await receipts.look_up_receipt(town.call(), pb.LookUpReceiptRequest(parent=town.name, code=code))
    after = await receipts.accept_answer(town.call(), pb.AcceptAnswerRequest(parent=town.name, code=code))

    assert (before.view.answer.text, before.view.may_contest) == ("已经整改。", True)
    assert after.view.state == pb.Report.STATE_CLOSED
    timeline = await reports.get_timeline(discipline, pb.GetTimelineRequest(name=name))
    assert [entry.type.rpartition(".")[2] for entry in timeline.entries] == [
        "registered",
        "assigned",
        "started",
        "answered",
        "substantiated",
        "closed",
    ]


async def test_register_numbers_have_no_gaps_and_no_doubles_under_parallel_filing(town: Town) -> None:
    responses = await asyncio.gather(*(filed(town) for _ in range(40)))

    serials = sorted(int(r.report.number.partition("〕")[2].rstrip("号")) for r in responses)
    assert serials == list(range(1, 41))


async def test_a_report_about_a_town_leader_takes_its_number_from_the_county_and_is_hidden_from_the_town(
    town: Town,
) -> None:
    response = await filed(town, "mayor")

    assert response.report.number == "洛南监〔2026〕1号"
    with pytest.raises(NotFound):
        await ReportService(town.watch).get_report(
            town.call("discipline-1"), pb.GetReportRequest(name=response.report.name)
        )
    seen = await ReportService(town.watch).get_report(
        town.call("county-1"), pb.GetReportRequest(name=response.report.name)
    )
    assert seen.report.text == "低保申请三个月没有答复。"


async def test_a_repeated_call_with_the_same_request_id_returns_the_first_report(town: Town) -> None:
    request_id = str(uuid4())

    first, again = await filed(town, request_id=request_id), await filed(town, request_id=request_id)

    assert again == first
    with pytest.raises(AlreadyExists):
        await filed(town, "finance-clerk", request_id=request_id)
    assert (await counts(town))[0] == 1


BAD = {
    "an unknown unit": ({"unit": "village-x"}, NotFound),
    "no subject": ({"subject": pb.Subject(about=" ")}, Invalid),
    "a text of blanks": ({"text": "  "}, Invalid),
    "a date in the future": ({"receive_time": stamp(NOW + timedelta(days=1))}, Invalid),
    "a channel that is not a citizen's": ({"channel": pb.Report.CHANNEL_TELEPHONE}, Invalid),
    "a name without being named": ({"reporter": pb.Reporter(name="张三")}, Invalid),
    "an unknown cadre": ({"subject": pb.Subject(about="某人", cadre="nobody")}, NotFound),
}


@pytest.mark.parametrize(("facts", "error"), BAD.values(), ids=BAD.keys())
async def test_what_cannot_be_registered_changes_nothing(
    town: Town, facts: dict[str, object], error: type[DomainError]
) -> None:
    request = an_accusation(town)
    for field, value in facts.items():
        if field == "unit":
            request.unit = f"{town.name}/units/{town.code}.nowhere"
        elif field == "subject" and isinstance(value, pb.Subject):
            request.subject.CopyFrom(value)
            if value.cadre:
                request.subject.cadre = f"{town.name}/cadres/{value.cadre}"
        elif field == "text":
            request.text = str(value)
        else:
            request.MergeFrom(pb.CreateReportRequest(**{field: value}))  # type: ignore[arg-type]

    with pytest.raises(error):
        await ReportService(town.watch).create_report(town.call(), request)

    assert await counts(town) == (0, 0)


async def test_an_identity_is_revealed_to_the_handling_discipline_officer_and_the_look_is_on_record(town: Town) -> None:
    named = {
        "reporter_mode": pb.Report.REPORTER_MODE_NAMED,
        "reporter": pb.Reporter(name="王小明", contact="13800000000"),
    }
    name = (await filed(town, "", **named)).report.name
    reports = ReportService(town.watch)
    officer = pb.AssignReportRequest(name=name, officer=town.account("discipline-1"))
    await reports.assign_report(town.call("discipline-2"), officer)

    revealed = await reports.reveal_identity(
        town.call("discipline-1"), pb.RevealIdentityRequest(name=name, reason="需要当面核实")
    )

    assert revealed.reporter.name == "王小明"
    timeline = await reports.get_timeline(town.call("discipline-2"), pb.GetTimelineRequest(name=name))
    assert timeline.entries[-1].actor == town.account("discipline-1")
    with pytest.raises((Denied, NotFound)):
        await reports.reveal_identity(town.call("county-1"), pb.RevealIdentityRequest(name=name, reason="看看"))


async def test_wrong_codes_are_not_told_apart_and_are_limited_per_client(town: Town) -> None:
    code = (await filed(town)).receipt_code
    receipts = ReceiptService(town.watch)

    async def tried(client: str, typed: str) -> type[BaseException] | None:
        try:
            await receipts.look_up_receipt(town.citizen(client), pb.LookUpReceiptRequest(parent=town.name, code=typed))
        except DomainError as error:
            return type(error)
        return None

    outcomes = await asyncio.gather(*(tried("guesser", f"{number:016d}") for number in range(25)))

    assert sorted(each.__name__ for each in outcomes if each) == ["NotFound"] * 10 + ["TooMany"] * 15
    assert await tried("guesser", code) is TooMany
    assert await tried("reporter", code) is None


async def test_a_letter_in_a_receipt_code_is_told_by_its_field(town: Town) -> None:
    with pytest.raises(Invalid):
        await ReceiptService(town.watch).look_up_receipt(
            town.call(), pb.LookUpReceiptRequest(parent=town.name, code="123456789012345a")
        )


async def test_a_close_before_the_answer_and_a_second_reopening_are_refused(town: Town) -> None:
    reports = ReportService(town.watch)
    response = await filed(town, "")
    name, code = response.report.name, response.receipt_code
    discipline, county = town.call("discipline-1"), town.call("county-1")

    with pytest.raises(IllegalMove):
        await reports.close_report(discipline, pb.CloseReportRequest(name=name, confirmation="电话中表示满意"))

    for caller, officer in ((discipline, town.account("discipline-1")), (county, town.account("county-2"))):
        await reports.assign_report(caller, pb.AssignReportRequest(name=name, officer=officer))
        await reports.start_investigation(caller, pb.StartInvestigationRequest(name=name))
        finding = pb.Report.FINDING_UNSUBSTANTIATED
        await reports.answer_report(caller, pb.AnswerReportRequest(name=name, finding=finding, text="未发现问题。"))
        contest = pb.ContestAnswerRequest(parent=town.name, code=code, reason="没有调查")
        if caller is discipline:
            await ReceiptService(town.watch).contest_answer(town.call(), contest)
    with pytest.raises(Refused):
        await ReceiptService(town.watch).contest_answer(town.call(), contest)


async def test_a_page_follows_the_page_before_and_its_token_belongs_to_its_query(town: Town) -> None:
    for _ in range(7):
        await filed(town)
    reports, officer = ReportService(town.watch), town.call("discipline-1")

    first = await reports.list_reports(officer, pb.ListReportsRequest(parent=town.name, page_size=5))
    second = await reports.list_reports(
        officer, pb.ListReportsRequest(parent=town.name, page_size=5, page_token=first.next_page_token)
    )

    assert len({report.name for page in (first, second) for report in page.reports}) == 7
    assert not second.next_page_token
    with pytest.raises(Invalid):
        await reports.list_reports(
            officer,
            pb.ListReportsRequest(parent=town.name, page_token=first.next_page_token, order_by="due_time"),
        )
