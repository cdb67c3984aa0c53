"""What events make of the overdue board and of the figures by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.common.errors import Invalid
from services.common.events import Event
from services.gateway.board.domain import COUNTS, Overdue, read_days
from services.gateway.board.projection import BY_COLOUR, COUNTED, Boards
from services.gateway.feed.domain import Level
from tests.gateway_feed.telling import START, WEEK, Report, Town

TOWN = Town("611021101")
LATE = START + WEEK


def after(report: Report, *messages: Message) -> Overdue | None:
    """What stands on the board of the report after these events of it."""
    boards = Boards()
    for message in messages:
        boards.take(report.tell(message, LATE))
    return boards.overdue.get(report.name)


def test_an_overdue_report_stands_on_the_board_with_what_people_ask_of_it() -> None:
    report = TOWN.a_report(level=common.LEVEL_TOWN, organ="611021101.discipline")

    found = after(report, watch.ReportRegistered(), watch.ReportOverdue())

    assert found == Overdue(
        resource=report.name,
        service="watch",
        town="611021101",
        cited=report.reference.number,
        unit="611021101.finance",
        organ="611021101.discipline",
        level=Level.TOWN,
        due_time=START + WEEK,
        overdue_time=LATE,
    )


def test_an_overdue_warning_that_moves_up_is_owed_there() -> None:
    def said(kind: type[risk.WarningOverdue | risk.WarningRestricted], owner_level: common.Level.ValueType) -> Event:
        told = kind(warning=warning, unit="611021101.finance", last_day="2026-03-02", owner_level=owner_level)
        told.visible_to = common.LEVEL_UNIT
        return TOWN.tell(told, "warning", "1")

    warning, boards = "tenants/611021101/warnings/w", Boards()
    boards.take(said(risk.WarningRestricted, common.LEVEL_UNIT))
    assert not boards.overdue
    boards.take(said(risk.WarningOverdue, common.LEVEL_UNIT))
    boards.take(said(risk.WarningRestricted, common.LEVEL_COUNTY))

    found = boards.overdue[warning]
    assert (found.level, found.organ) == (Level.COUNTY, "611021.discipline")


def test_a_report_that_is_not_overdue_does_not() -> None:
    events = watch.ReportRegistered(), watch.ReportAssigned(), watch.ReportDueSoon(), watch.ReportEscalated()

    assert after(TOWN.a_report(), *events) is None


@pytest.mark.parametrize(
    "end", [watch.ReportAnswered(), watch.ReportNotAccepted(), watch.ReportRaised(), watch.ReportReopened()]
)
def test_it_is_taken_off_when_it_is_answered_or_gets_a_new_period(end: Message) -> None:
    assert after(TOWN.a_report(), watch.ReportOverdue(), end) is None


def test_it_comes_back_when_the_new_period_passes_too() -> None:
    report = TOWN.a_report()

    found = after(report, watch.ReportOverdue(), watch.ReportRaised(), watch.ReportAssigned(), watch.ReportOverdue())

    assert found is not None


def test_who_handles_it_and_when_it_is_due_follow_later_events() -> None:
    report, boards = TOWN.a_report(), Boards()
    boards.take(report.tell(watch.ReportOverdue(), LATE))

    boards.take(
        report.tell(
            watch.ReportRerouted(),
            LATE + WEEK,
            level=common.LEVEL_TOWN,
            organ="611021101.discipline",
            due_time=LATE + timedelta(days=23),
        )
    )

    found = boards.overdue[report.name]
    assert (found.level, found.organ, found.overdue_time) == (Level.TOWN, "611021101.discipline", LATE)
    assert found.due_time == LATE + timedelta(days=23)


def test_the_highest_level_that_was_told_stays() -> None:
    to_county = watch.ReportEscalated(to_level=common.LEVEL_COUNTY)
    to_town = watch.ReportEscalated(to_level=common.LEVEL_TOWN)

    told = [after(TOWN.a_report(), watch.ReportOverdue(), *events) for events in ((), (to_town,), (to_county, to_town))]

    assert [found and found.escalated_to for found in told] == [None, Level.TOWN, Level.COUNTY]


WINDOW, CENTRE = "611021.civil-affairs", "611021101.service-centre"
NEXT_DAY = LATE.replace(hour=16)  # midnight in Shanghai, after the promised ninth of March


def board_of(*told: Event) -> list[Overdue]:
    """What stands on the board after these events."""
    boards = Boards()
    for event in told:
        boards.take(event)
    return list(boards.overdue.values())


def test_a_case_whose_promise_passed_stands_on_the_board_with_what_people_ask_of_it() -> None:
    case = TOWN.a_case()

    found = board_of(case.tell(agency.CaseReceived()), case.tell(agency.CaseOverdue(), NEXT_DAY))

    assert found == [
        Overdue(
            resource=case.name,
            service="agency",
            town="611021101",
            cited=case.reference.number,
            unit="611021101203",
            organ="611021101203",
            level=Level.UNIT,
            due_time=NEXT_DAY,
            overdue_time=NEXT_DAY,
        )
    ]


def test_a_case_that_is_not_late_does_not() -> None:
    case = TOWN.a_case()
    events = agency.CaseReceived(), agency.CaseAccepted(), agency.CaseUrged(), agency.CasePromiseMoved()

    assert board_of(*(case.tell(each) for each in events)) == []


def test_the_highest_level_that_was_told_of_a_case_stays() -> None:
    case = TOWN.a_case()
    to_county, to_town = (agency.CaseEscalated(level=level) for level in (common.LEVEL_COUNTY, common.LEVEL_TOWN))

    (found,) = board_of(*(case.tell(each, NEXT_DAY) for each in (agency.CaseOverdue(), to_county, to_town)))

    assert found.escalated_to is Level.COUNTY
    assert board_of(case.tell(to_town)) == []


def test_a_desk_whose_own_time_has_passed_stands_there_until_it_is_done() -> None:
    case = TOWN.a_case(promised="2026-04-20")
    late = case.tell(agency.CaseOverdue(desk=WINDOW), NEXT_DAY)

    (found,) = board_of(late)

    assert (found.as_whole, found.desks, found.organ, found.level) == (False, (WINDOW,), WINDOW, Level.COUNTY)
    assert found.due_time == NEXT_DAY
    assert board_of(late, case.tell(agency.CasePartDone(desk=WINDOW), NEXT_DAY + WEEK)) == []
    assert len(board_of(late, case.tell(agency.CasePartDone(desk=CENTRE), NEXT_DAY + WEEK))) == 1


def test_case_and_desks_are_one_matter_that_ends_with_the_outcome() -> None:
    case = TOWN.a_case()
    late = [
        case.tell(agency.CaseOverdue(desk=CENTRE), NEXT_DAY - timedelta(days=2)),
        case.tell(agency.CaseOverdue(), NEXT_DAY),
        case.tell(agency.CaseOverdue(desk=WINDOW), NEXT_DAY + WEEK),
    ]

    (found,) = board_of(*late)

    assert (found.as_whole, found.desks, found.organ) == (True, (CENTRE, WINDOW), WINDOW)
    assert (found.due_time, found.overdue_time) == (NEXT_DAY - timedelta(days=2), NEXT_DAY + WEEK)
    (without,) = board_of(*late, case.tell(agency.CasePartDone(desk=WINDOW)))
    assert (without.desks, without.level) == ((CENTRE,), Level.TOWN)
    assert board_of(*late, case.tell(agency.CaseDecided(late=True))) == []


@pytest.mark.parametrize(("promised", "left"), [("2026-03-20", 0), ("2026-03-08", 1), ("", 0)])
def test_a_promise_that_moved_ahead_is_overdue_no_longer(promised: str, left: int) -> None:
    case = TOWN.a_case()
    late = case.tell(agency.CaseOverdue(), NEXT_DAY)

    moved = case.tell(agency.CasePromiseMoved(), NEXT_DAY + timedelta(days=1), promised)

    assert len(board_of(late, moved)) == left


def said(message: Message, promise: bool = False, **desks: str) -> Message:
    """An event that says what of its case has passed; of desks with their last days."""
    reference = message.case  # type: ignore[attr-defined]
    reference.late.promise = promise
    for desk, due in desks.items():
        reference.late.desks.add(desk=f"611021.{desk}", due_date=due)
    return message


@pytest.mark.parametrize(
    "pause",
    [
        agency.CaseStopped(desk=WINDOW),
        agency.CaseResumed(desk=WINDOW),
        agency.CaseNotified(),
        agency.CaseSupplied(),
        agency.CasePromiseMoved(),
    ],
)
def test_a_case_leaves_the_board_when_nothing_of_it_has_passed_any_more_and_comes_back(pause: Message) -> None:
    case = TOWN.a_case()
    late = case.tell(said(agency.CaseOverdue(), promise=True, finance="2026-03-06"), NEXT_DAY)
    moved = case.tell(said(pause), NEXT_DAY + timedelta(days=1), "2026-03-12")
    again = case.tell(said(agency.CaseOverdue(), promise=True), NEXT_DAY + timedelta(days=3))

    (found,) = board_of(late)

    assert (found.desks, found.as_whole) == (("611021.finance",), True)
    assert found.due_time == NEXT_DAY - timedelta(days=3)
    assert board_of(late, moved) == []
    (back,) = board_of(late, moved, again)
    assert (back.due_time, back.overdue_time) == (NEXT_DAY + timedelta(days=3), NEXT_DAY + timedelta(days=3))


def test_of_a_case_the_desks_stay_whose_own_time_has_passed_still() -> None:
    case = TOWN.a_case()
    late = case.tell(
        said(agency.CaseOverdue(desk="611021.finance"), finance="2026-03-06", police="2026-03-05"), NEXT_DAY
    )

    (found,) = board_of(late, case.tell(said(agency.CaseStopped(desk="x"), police="2026-03-05"), NEXT_DAY))

    assert (found.desks, found.organ, found.as_whole) == (("611021.police",), "611021.police", False)
    assert found.overdue_time == NEXT_DAY


def test_what_is_told_after_the_day_came_back_puts_it_back() -> None:
    case = TOWN.a_case()
    ahead = case.tell(said(agency.CasePromiseMoved()), NEXT_DAY, "2026-03-20")
    back = case.tell(said(agency.CasePromiseMoved(), promise=True), NEXT_DAY + timedelta(days=1), "2026-03-09")

    assert [each.due_time for each in board_of(ahead, back)] == [NEXT_DAY]


def test_what_happens_to_cases_is_counted_beside_what_happens_to_reports() -> None:
    boards, case = Boards(), TOWN.a_case()
    for message in (
        agency.CaseReceived(),
        agency.CaseNotified(),
        agency.CaseNotified(repeated_notice=True),
        agency.CaseAccepted(),
        agency.CaseUrged(),
        agency.CaseOversightOrdered(),
        agency.CaseEscalated(level=common.LEVEL_TOWN),
        agency.CaseOverdue(),
        agency.CaseOverdue(desk=WINDOW),
        agency.CaseDecided(late=True),
        agency.CaseTold(),
    ):
        boards.take(case.tell(message))
    boards.take(case.rated(agency.RatingGiven(stars=1)))
    boards.take(case.rated(agency.RatingBad(stars=1)))
    boards.take(TOWN.consultation())

    once = {"cases_received", "notified_twice", "cases_accepted", "cases_urged", "cases_overdue", "desks_overdue"}
    once |= {
        "cases_decided",
        "cases_decided_late",
        "cases_overseen",
        "cases_escalated",
        "ratings",
        "bad_ratings",
        "consultations",
    }
    assert {counted: count for (_, _, counted), count in boards.counts.items()} == dict.fromkeys(once, 1)


def test_events_count_on_their_day_in_shanghai() -> None:
    boards = Boards()
    for at in (datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC), datetime(2026, 2, 28, 16, 0, tzinfo=UTC)):
        boards.take(TOWN.a_report().tell(watch.ReportRegistered(), at))

    assert boards.counts == {
        ("611021101", date(2026, 2, 28), "registered"): 1,
        ("611021101", date(2026, 3, 1), "registered"): 1,
    }


def test_an_answer_counts_as_in_time_or_late() -> None:
    boards = Boards()
    for late in (True, False, False):
        boards.take(TOWN.a_report().tell(watch.ReportAnswered(late=late)))

    assert {counted: count for (_, _, counted), count in boards.counts.items()} == {
        "answered": 3,
        "answered_late": 1,
        "answered_in_time": 2,
    }


def test_every_figure_of_the_contract_is_counted() -> None:
    fields = {field.name for field in gateway.DailyFigures.DESCRIPTOR.fields} - {"town", "town_name", "day"}

    assert set(COUNTS) == fields
    apart = {
        "answered_late",
        "answered_in_time",
        "cases_decided_late",
        "cases_overdue",
        "desks_overdue",
        "notified_twice",
        *BY_COLOUR.values(),
    }
    assert {*COUNTED.values(), *apart} == fields


def test_a_span_of_days_is_read() -> None:
    assert read_days("2024-02-29", "2025-03-01") == (date(2024, 2, 29), date(2025, 3, 1))


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-02-30", "2026-03-01", "first_day"),
        ("2026-03-01", "2026-13-01", "last_day"),
        ("2026-03-02", "2026-03-01", "last_day"),
        ("2026-03-01", "2027-03-03", "last_day"),
    ],
)
def test_a_span_that_is_none_or_too_long_is_refused(first: str, last: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_days(first, last)

    assert refused.value.violations[0].field == field
