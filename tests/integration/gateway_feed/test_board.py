"""The overdue board and the figures by day: what they show to whom, and that they can be made anew at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.common.access import Claims
from services.common.errors import Denied, Invalid
from services.common.events import Event
from services.common.instants import stamp
from services.common.periods import local_date, start_of_day
from services.gateway.board.store import DAILY, OVERDUE
from services.gateway.board.use_cases import rebuild
from services.gateway.desks.store import COUNTS, ENTRIES
from services.gateway.desks.use_cases import rebuild as rebuild_desks
from services.gateway.feed import store as feed
from tests.gateway_feed.observatory import Observatory
from tests.gateway_feed.telling import START, WEEK, Report, Town, a_history

LATE = START + WEEK


async def board(observatory: Observatory, caller: Claims, **asked: Any) -> gateway.ListOverdueResponse:
    """What the caller sees overdue in the county, or in another tenant that is named."""
    asked = {"parent": f"tenants/{observatory.county}", **asked}
    found: gateway.ListOverdueResponse = await observatory(gateway.ListOverdueRequest(**asked), caller)
    return found


def names(response: gateway.ListOverdueResponse) -> list[str]:
    return [matter.resource for matter in response.matters]


async def figures(observatory: Observatory, caller: Claims, **asked: Any) -> gateway.GetDailyFiguresResponse:
    """What the caller is told of March in the county, or in another tenant that is named."""
    span = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
    request = gateway.GetDailyFiguresRequest(**{"parent": f"tenants/{observatory.county}", **span, **asked})
    found: gateway.GetDailyFiguresResponse = await observatory(request, caller)
    return found


def overdue(town: Town, due: datetime = LATE, **facts: object) -> tuple[Report, list[Event]]:
    """A report that fell overdue, and what was told of it."""
    report = town.a_report(due_time=due, **facts)
    return report, [report.tell(watch.ReportRegistered()), report.tell(watch.ReportOverdue(), due)]


@pytest.fixture
def observatory(observatory: Observatory) -> Observatory:
    """Three weeks later."""
    observatory.clock.set(START + 3 * WEEK)
    return observatory


async def test_an_overdue_matter_is_shown_to_county_and_town(observatory: Observatory) -> None:
    report, events = overdue(observatory.jingcun, level=common.LEVEL_TOWN)
    await observatory.take(*events, report.tell(watch.ReportEscalated(to_level=common.LEVEL_COUNTY), LATE))

    (matter,) = (await board(observatory, observatory.viewer())).matters

    assert matter == gateway.OverdueMatter(
        resource=report.name,
        service="watch",
        town=observatory.jingcun.code,
        town_name="景村镇",
        number=report.reference.number,
        unit=f"{observatory.jingcun.code}.finance",
        organ=f"{observatory.jingcun.code}.finance",
        level=common.LEVEL_TOWN,
        due_time=stamp(LATE),
        overdue_time=stamp(LATE),
        escalated_to=common.LEVEL_COUNTY,
        as_whole=True,
    )
    mine = await board(observatory, observatory.town_officer(), parent=f"tenants/{observatory.jingcun.code}")
    assert list(mine.matters) == [matter]


async def test_an_overdue_case_is_shown_beside_reports_to_county_and_town(observatory: Observatory) -> None:
    town, case, desk = observatory.jingcun, observatory.jingcun.a_case(), f"{observatory.county}.civil-affairs"
    report, told = overdue(town)
    await observatory.take(*told, *(case.tell(agency.CaseOverdue(desk=at), LATE) for at in ("", desk)))

    found = await board(observatory, observatory.viewer())
    (matter,) = (each for each in found.matters if each.service == "agency")

    assert set(names(found)) == {report.name, case.name}
    assert matter == gateway.OverdueMatter(
        resource=case.name,
        service="agency",
        town=town.code,
        town_name="景村镇",
        number=case.reference.number,
        unit=case.reference.unit,
        organ=desk,
        level=common.LEVEL_COUNTY,
        due_time=stamp(start_of_day(local_date(LATE))),
        overdue_time=stamp(LATE),
        as_whole=True,
        desks=[desk],
    )
    mine = await board(observatory, observatory.town_officer(), parent=f"tenants/{town.code}", services=["agency"])
    assert (list(mine.matters), mine.total_size) == ([matter], 1)
    await observatory.take(case.tell(agency.CaseDecided(late=True), LATE + timedelta(days=1)))
    assert names(await board(observatory, observatory.viewer(), services=["agency"])) == []


async def test_the_longest_overdue_come_first_page_by_page(observatory: Observatory) -> None:
    told = [overdue(observatory.jingcun, LATE - timedelta(days=day)) for day in (1, 3, 2, 0, 3)]
    for _, events in told:
        await observatory.take(*events)
    reports = [report for report, _ in told]
    expected = sorted(reports, key=lambda report: (report.reference.due_time.seconds, report.name))

    first = await board(observatory, observatory.viewer(), page_size=3)
    second = await board(observatory, observatory.viewer(), page_size=3, page_token=first.next_page_token)

    assert names(first) + names(second) == [report.name for report in expected]
    assert (first.total_size, second.total_size, second.next_page_token) == (5, 5, "")
    with pytest.raises(Invalid):
        await board(observatory, observatory.viewer(), page_token=first.next_page_token, services=["watch"])


async def test_the_board_is_narrowed_by_town_and_service(observatory: Observatory) -> None:
    (_, told), (there, told_there) = overdue(observatory.jingcun), overdue(observatory.shimen)
    await observatory.take(*told, *told_there)

    in_town = await board(observatory, observatory.viewer(), towns=[observatory.shimen.code])
    of_agency = await board(observatory, observatory.viewer(), services=["agency"])

    assert (names(in_town), in_town.total_size) == ([there.name], 1)
    assert (names(of_agency), of_agency.total_size) == ([], 0)
    assert len(names(await board(observatory, observatory.viewer(), services=["watch"]))) == 2


async def test_an_answer_ends_it_for_both_at_the_same_time(observatory: Observatory) -> None:
    report, events = overdue(observatory.jingcun)
    await observatory.take(*events)

    await observatory.take(report.tell(watch.ReportAnswered(late=True), LATE + WEEK))

    assert names(await board(observatory, observatory.viewer())) == []
    assert names(await board(observatory, observatory.officer(), parent=f"tenants/{observatory.jingcun.code}")) == []


async def test_what_was_classified_after_its_deadline_is_overdue_again_when_the_new_one_passes(
    observatory: Observatory,
) -> None:
    report, events = overdue(observatory.jingcun)
    later = LATE + timedelta(days=23)
    await observatory.take(*events, report.tell(watch.ReportClassified(), LATE + timedelta(days=1), due_time=later))

    before = await board(observatory, observatory.viewer())
    observatory.clock.set(later)

    assert (names(before), before.total_size) == ([], 0)
    assert names(await board(observatory, observatory.viewer())) == [report.name]


async def test_whom_it_is_about_and_who_left_it_do_not_see_it_and_it_is_not_counted(observatory: Observatory) -> None:
    report, events = overdue(observatory.jingcun)
    officer = observatory.officer(login="sun")
    await observatory.take(
        *events,
        report.tell(watch.ReportSubjectLinked(), LATE, subject_cadre="wang", recused_accounts=[officer.subject]),
    )
    subject = observatory.town_officer(cadre="wang")

    for caller, observer in ((officer, observatory.county), (subject, observatory.jingcun.code)):
        found = await board(observatory, caller, parent=f"tenants/{observer}")
        assert (names(found), found.total_size) == ([], 0)
    assert names(await board(observatory, observatory.officer())) == [report.name]


async def test_a_matter_that_moved_up_leaves_the_towns_board(observatory: Observatory) -> None:
    report, events = overdue(observatory.jingcun)
    await observatory.take(*events, report.tell(watch.ReportRerouted(), LATE, level=common.LEVEL_COUNTY))

    assert (
        names(await board(observatory, observatory.town_officer(), parent=f"tenants/{observatory.jingcun.code}")) == []
    )
    assert names(await board(observatory, observatory.viewer())) == [report.name]


async def test_a_town_sees_no_other_towns_board(observatory: Observatory) -> None:
    for observer in (observatory.shimen.code, observatory.county):
        with pytest.raises(Denied):
            await board(observatory, observatory.town_officer(), parent=f"tenants/{observer}")


async def test_figures_are_by_day_and_town_and_in_all(observatory: Observatory) -> None:
    one, two, three = (town.a_report() for town in (observatory.jingcun, observatory.jingcun, observatory.shimen))
    await observatory.take(
        one.tell(watch.ReportRegistered(), START),
        two.tell(watch.ReportRegistered(), START + timedelta(days=1)),
        one.tell(watch.ReportAnswered(late=True), START + timedelta(days=1)),
        three.tell(watch.ReportRegistered(), START - WEEK),
        observatory.shimen.meeting(at=START),
    )

    found = await figures(observatory, observatory.viewer())

    jingcun: dict[str, Any] = {"town": observatory.jingcun.code, "town_name": "景村镇"}
    shimen: dict[str, Any] = {"town": observatory.shimen.code, "town_name": "石门镇"}
    assert list(found.figures) == [
        gateway.DailyFigures(**jingcun, day="2026-03-02", registered=1),
        gateway.DailyFigures(**shimen, day="2026-03-02", meetings_held=1),
        gateway.DailyFigures(**jingcun, day="2026-03-03", registered=1, answered=1, answered_late=1),
    ]
    assert list(found.totals) == [
        gateway.DailyFigures(**jingcun, registered=2, answered=1, answered_late=1),
        gateway.DailyFigures(**shimen, meetings_held=1),
    ]
    assert len((await figures(observatory, observatory.viewer(), towns=[observatory.shimen.code])).figures) == 1


async def test_figures_hold_both_services_and_are_narrowed_to_one(observatory: Observatory) -> None:
    report, case = observatory.jingcun.a_report(), observatory.jingcun.a_case()
    await observatory.take(
        report.tell(watch.ReportRegistered()),
        case.tell(agency.CaseReceived()),
        case.tell(agency.CaseDecided(late=True)),
        case.rated(agency.RatingBad(stars=2)),
    )

    jingcun: dict[str, Any] = {"town": observatory.jingcun.code, "town_name": "景村镇"}
    of_agency = gateway.DailyFigures(**jingcun, cases_received=1, cases_decided=1, cases_decided_late=1, bad_ratings=1)
    both = gateway.DailyFigures(registered=1)
    both.MergeFrom(of_agency)
    for services, expected in (
        ([], [both]),
        (["agency"], [of_agency]),
        (["watch"], [gateway.DailyFigures(**jingcun, registered=1)]),
        (["risk"], []),
    ):
        assert list((await figures(observatory, observatory.viewer(), services=services)).totals) == expected


async def test_figures_leave_out_what_is_about_whoever_asks(observatory: Observatory) -> None:
    report, other = observatory.jingcun.a_report(), observatory.jingcun.a_report()
    await observatory.take(
        report.tell(watch.ReportRegistered()),
        other.tell(watch.ReportRegistered()),
        observatory.jingcun.oversight_of(report),
        report.tell(watch.ReportSubjectLinked(), subject_cadre="wang"),
    )

    subject = observatory.town_officer(cadre="wang")
    (mine,) = (await figures(observatory, subject, parent=f"tenants/{observatory.jingcun.code}")).totals
    (all_of_it,) = (await figures(observatory, observatory.viewer())).totals

    assert (mine.registered, mine.oversights) == (1, 0)
    assert (all_of_it.registered, all_of_it.oversights) == (2, 1)


async def test_figures_leave_out_risk_information_that_is_about_whoever_asks(observatory: Observatory) -> None:
    told = risk.RiskInformationCollected(
        risk_information=f"tenants/{observatory.jingcun.code}/riskInformation/1",
        subject_cadre="wang",
        visible_to=common.LEVEL_UNIT,
    )
    await observatory.take(observatory.jingcun.tell(told, "information", "1"))

    subject, other = observatory.town_officer(cadre="wang"), observatory.viewer()
    mine = (await figures(observatory, subject, parent=f"tenants/{observatory.jingcun.code}")).totals
    (all_of_it,) = (await figures(observatory, other)).totals

    assert [each.information_collected for each in mine] == []
    assert all_of_it.information_collected == 1


async def test_a_day_that_does_not_exist_is_refused(observatory: Observatory) -> None:
    with pytest.raises(Invalid):
        await figures(observatory, observatory.viewer(), last_day="2026-02-30")


@pytest.mark.parametrize("seed", range(3))
async def test_boards_that_are_rebuilt_equal_those_that_went_on(observatory: Observatory, seed: int) -> None:
    random = Random(seed)
    await tell(observatory, a_history(random, (observatory.jingcun, observatory.shimen), 400), random)
    observers = observatory.county, observatory.jingcun.code, observatory.shimen.code
    before = {observer: await tables(observatory, observer) for observer in observers}

    for observer in observers:
        await deface(observatory, observer)
        await rebuild(observatory.database, observer)
        await rebuild_desks(observatory.database, observer)

    assert {observer: await tables(observatory, observer) for observer in observers} == before
    assert len(before[observatory.county]["overdue_matters"]) > 1
    assert len(before[observatory.county]["daily_figures"]) > 50
    assert len(before[observatory.county]["desk_entries"]) > 1
    assert before[observatory.jingcun.code]["desk_entries"] == []


async def test_a_rebuilding_while_the_feed_goes_on_loses_and_doubles_nothing(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PAGE", 7)
    random = Random(7)
    history = a_history(random, (observatory.jingcun,), 400)
    await tell(observatory, history[:100], random)
    telling = asyncio.create_task(tell(observatory, history[100:], random))
    while not telling.done():
        await rebuild(observatory.database, observatory.county)
        await rebuild_desks(observatory.database, observatory.county)
    await telling

    went_on = await tables(observatory, observatory.county)
    await rebuild(observatory.database, observatory.county)
    await rebuild_desks(observatory.database, observatory.county)

    assert await tables(observatory, observatory.county) == went_on
    assert sum(row["registered"] for row in went_on["daily_figures"]) == sum(
        event.type == "watch.report.registered" for event in history
    )


async def test_a_feed_that_has_not_begun_rebuilds_to_nothing(observatory: Observatory) -> None:
    rebuilt = await rebuild(observatory.database, observatory.county)

    assert (rebuilt.events, rebuilt.overdue) == (0, 0)


async def tell(observatory: Observatory, events: list[Event], random: Random) -> None:
    """Takes them as they may arrive: many or few at a time, and some of them again."""
    place = 0
    while place < len(events):
        end = place + random.randint(1, 40)
        await observatory.take(*events[max(0, place - random.randint(0, 5)) : end])
        place = end


async def tables(observatory: Observatory, observer: str) -> Mapping[str, list[dict[str, Any]]]:
    """Everything in the tables of an observer's boards and desks."""
    found = {}
    async with observatory.database.transaction(observer) as tx:
        for table in (OVERDUE, DAILY, ENTRIES, COUNTS):
            rows = await tx.rows(sa.select(table).order_by(*table.primary_key.columns))
            found[table.name] = [dict(row._mapping) for row in rows]
    return found


async def deface(observatory: Observatory, observer: str) -> None:
    """Makes the tables wrong: rows less, one row more."""
    async with observatory.database.transaction(observer) as tx:
        for table in (OVERDUE, ENTRIES, COUNTS):
            tx.write(sa.delete(table))
        counts = {column.name: 99 for column in DAILY.columns if isinstance(column.type, sa.Integer)}
        tx.insert(DAILY, day=date(2020, 1, 1), town="611021999", **counts)
