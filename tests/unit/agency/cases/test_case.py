"""A case from the receipt to the answer: what each move makes of it, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agency.cases.domain.case import Case, Outcome, lacking_of
from services.agency.cases.domain.deadlines import (
    DEBT_OVERDUE,
    DEEMED,
    HALF,
    LAST_DAY,
    MOST,
    OVERDUE,
    PART_LAST_DAY,
    PART_OVERDUE,
    deadlines_of,
)
from services.agency.cases.domain.states import State
from services.common.errors import DomainError, IllegalMove, Invalid, Refused
from services.common.periods import overdue_from
from services.common.workdays import Ground, calendar_of
from tests.unit.agency.cases.builders import (
    ADVICE,
    ALLOWANCE,
    CENTRE,
    CIVIL,
    EVERYTHING,
    FINANCE,
    LI,
    MONDAY,
    VILLAGE,
    WANG,
    ZHAO,
    received,
)

CHINA = calendar_of()
ONE_DAY = timedelta(days=1)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + n * ONE_DAY for n in range(1, 5))


def due(case: Case) -> date | None:
    assert case.clock
    found = case.clock.due(CHINA)
    return found.last_day if found else None


def at_county(on: date = WEDNESDAY) -> Case:
    return received().accepted().part_done(VILLAGE, TUESDAY).part_done(CENTRE, on)


def test_a_case_with_all_materials_is_promised_the_days_of_its_route() -> None:
    case = received().accepted()

    # 2 and 5 and the longer of 10 and 7: 17 working days after Monday the 6th.
    assert due(case) == date(2026, 7, 29)
    assert [part.desk for part in case.parts if part.running] == [VILLAGE]


def test_the_promise_starts_on_the_day_on_which_the_materials_were_there() -> None:
    lacking = received(brought=("申请书", "户口簿"))
    with pytest.raises(Refused, match="MATERIALS_LACKING"):
        lacking.accepted()

    case = lacking.notified(["收入证明"], TUESDAY).supplied(["收入证明"], FRIDAY).accepted()

    assert case.accept_date == FRIDAY
    assert not case.breaks_one_notice


def test_a_notice_lists_everything_that_is_missing() -> None:
    lacking = received(brought=())
    for missing, reason in (([], "NOTHING_MISSING"), (["申请书"], "NOT_ALL")):
        with pytest.raises(Invalid) as refusal:
            lacking.notified(missing, TUESDAY)
        assert refusal.value.reason == reason

    assert lacking.notified(["申请书", "收入证明", "户口簿"], TUESDAY).state is State.AWAITING_MATERIALS


def test_a_second_notice_is_possible_and_a_breach() -> None:
    once = received(brought=("申请书",)).notified(["收入证明"], TUESDAY)

    twice = once.notified(["收入证明", "残疾证"], WEDNESDAY)

    assert not once.breaks_one_notice
    assert twice.breaks_one_notice
    assert twice.lacking == ("收入证明", "残疾证")


def test_what_comes_in_part_leaves_the_rest_missing() -> None:
    case = received(brought=()).notified(["申请书", "收入证明"], TUESDAY)

    half = case.supplied(["申请书"], WEDNESDAY)

    assert (half.state, half.lacking, half.complete_date) == (State.AWAITING_MATERIALS, ("收入证明",), None)
    assert half.supplied(["收入证明"], FRIDAY).complete_date == FRIDAY


def test_what_is_no_material_or_not_missing_is_refused() -> None:
    with pytest.raises(Invalid):
        lacking_of(ALLOWANCE, ["申请书", "驾驶证"])
    with pytest.raises(Invalid):
        received(brought=("申请书",)).notified(["收入证明"], TUESDAY).supplied(["户籍"], FRIDAY)


def test_without_a_notice_in_five_working_days_it_is_accepted_from_the_day_of_receipt() -> None:
    case = received(brought=("申请书",))

    assert deadlines_of(case, CHINA) == {(DEEMED, "c1"): overdue_from(date(2026, 7, 13))}
    assert case.deemed_accepted(CHINA).accept_date == MONDAY
    assert deadlines_of(case.notified(["收入证明"], TUESDAY), CHINA) == {}


def test_what_may_follow_is_owed_until_a_day() -> None:
    case = received(brought=("申请书", "收入证明"))
    with pytest.raises(Invalid, match="owed_until"):
        case.accepted()

    accepted = case.accepted(FRIDAY)

    assert (accepted.owed, accepted.owed_until) == (("户口簿",), FRIDAY)
    paid = accepted.supplied(["户口簿"], WEDNESDAY)
    assert (paid.owed, paid.owed_until, paid.state) == ((), None, State.HANDLING)


def test_a_step_that_is_handed_on_starts_the_clock_of_the_next() -> None:
    case = received().accepted().part_done(VILLAGE, TUESDAY)

    assert [(part.desk, part.start) for part in case.parts if part.running] == [(CENTRE, TUESDAY)]


def test_departments_work_side_by_side_and_the_case_waits_for_all() -> None:
    case = at_county()
    assert {part.desk for part in case.parts if part.running} == {CIVIL, FINANCE}

    one = case.part_done(FINANCE, THURSDAY)

    with pytest.raises(Refused, match="NOT_DONE"):
        one.decided(Outcome.GRANTED, THURSDAY)
    assert one.part_done(CIVIL, FRIDAY).decided(Outcome.GRANTED, FRIDAY).state is State.DECIDED


def test_nobody_works_on_what_is_not_at_their_desk() -> None:
    for desk in (CENTRE, CIVIL, "611021.health"):
        with pytest.raises(Refused, match="NOT_AT_DESK"):
            received().accepted().part_done(desk, TUESDAY)


def test_materials_that_are_asked_for_after_acceptance_stop_every_clock() -> None:
    case = at_county().notified(["收入证明"], THURSDAY)
    assert due(case) is None

    resumed = case.supplied(["收入证明"], MONDAY + 7 * ONE_DAY)

    # Friday the 10th and Monday the 13th do not count.
    assert due(resumed) == date(2026, 7, 31)
    assert {part.days for part in resumed.parts if part.running} == {10, 7}


def test_a_hearing_stops_its_desk_and_moves_the_promise_by_what_it_delays() -> None:
    case = at_county()

    slack = case.stopped(FINANCE, Ground.HEARING, THURSDAY).resumed(FINANCE, MONDAY + 7 * ONE_DAY)
    delay = case.stopped(CIVIL, Ground.HEARING, THURSDAY).resumed(CIVIL, MONDAY + 7 * ONE_DAY)

    assert due(slack) == due(case) == date(2026, 7, 29)
    assert due(delay) == date(2026, 7, 31)


def test_a_pause_has_a_legal_ground_and_there_is_one_at_a_time() -> None:
    case = at_county()
    with pytest.raises(Invalid):
        case.stopped(CIVIL, Ground.CORRECTION, THURSDAY)
    stopped = case.stopped(CIVIL, Ground.HEARING, THURSDAY)
    with pytest.raises(Refused, match="PAUSED_ALREADY"):
        stopped.stopped(CIVIL, Ground.INSPECTION, FRIDAY)
    with pytest.raises(Refused, match="PAUSED"):
        stopped.part_done(CIVIL, FRIDAY)
    with pytest.raises(Refused, match="NOT_PAUSED"):
        case.resumed(CIVIL, FRIDAY)
    with pytest.raises(Invalid):
        stopped.resumed(CIVIL, WEDNESDAY)


def test_what_can_be_done_at_once_is_done_at_once() -> None:
    done = received(ADVICE, ()).finished_at_once(MONDAY)

    assert (done.state, done.outcome, due(done)) == (State.DECIDED, Outcome.GRANTED, MONDAY)
    with pytest.raises(Refused, match="NOT_AT_ONCE"):
        received().finished_at_once(MONDAY)


def test_the_first_asked_answers_for_it_until_another_accepts_it_by_name() -> None:
    offered = received().offered(WANG)
    assert offered.owner == LI
    with pytest.raises(Refused, match="NOT_OFFERED"):
        offered.taken(ZHAO)

    taken = offered.taken(WANG)

    assert (taken.owner, taken.offered_to) == (WANG, None)
    with pytest.raises(Refused, match="OWNER_ALREADY"):
        taken.offered(WANG)


def test_a_case_is_refused_or_withdrawn_before_all_have_done_their_part_and_never_granted_so() -> None:
    for outcome in (Outcome.REFUSED, Outcome.WITHDRAWN):
        assert at_county().decided(outcome, FRIDAY).outcome is outcome
    with pytest.raises(Refused, match="NOTHING_LACKING"):
        at_county().decided(Outcome.LAPSED, FRIDAY)


def test_a_case_ends_with_the_applicant_being_told() -> None:
    decided = at_county().decided(Outcome.REFUSED, FRIDAY)
    with pytest.raises(IllegalMove):
        at_county().told(FRIDAY)

    assert decided.told(FRIDAY).state is State.CLOSED


def test_urging_is_proposed_at_half_and_at_four_fifths_and_is_sent_on_the_last_day() -> None:
    case = received().accepted()

    # 17 days: half of them are used with the 9th (17 July), four fifths with the 14th (24 July), all but one with
    # the 16th (28 July).
    assert deadlines_of(case, CHINA) == {
        (HALF, "c1"): overdue_from(date(2026, 7, 17)),
        (MOST, "c1"): overdue_from(date(2026, 7, 24)),
        (LAST_DAY, "c1"): overdue_from(date(2026, 7, 28)),
        (OVERDUE, "c1"): overdue_from(date(2026, 7, 29)),
        (PART_LAST_DAY, "c1/0.0"): overdue_from(date(2026, 7, 7)),
        (PART_OVERDUE, "c1/0.0"): overdue_from(date(2026, 7, 8)),
    }


def test_each_department_has_a_deadline_of_its_own() -> None:
    due_times = deadlines_of(at_county(), CHINA)

    assert due_times[PART_OVERDUE, "c1/2.0"] == overdue_from(date(2026, 7, 22))
    assert due_times[PART_OVERDUE, "c1/2.1"] == overdue_from(date(2026, 7, 17))


def test_what_is_decided_has_no_deadline_any_more() -> None:
    assert deadlines_of(at_county().decided(Outcome.REFUSED, FRIDAY), CHINA) == {}


ACTS: dict[str, Callable[[Case, date, str], Case]] = {
    "notify": lambda case, on, _: case.notified([*case.lacking, "残疾证"], on),
    "supply": lambda case, on, _: case.supplied([*case.lacking, *case.owed][:1], on),
    "supply all": lambda case, on, _: case.supplied([*case.lacking, *case.owed], on),
    "came today": lambda case, on, _: case.supplied([*case.lacking, *case.owed], on, came_today=True),
    "hand in": lambda case, on, _: case.says_handed_in([*case.lacking, *case.owed][:1], on),
    "hand in all": lambda case, on, _: case.says_handed_in([*case.owed, *case.lacking], on),
    "withdraw": lambda case, on, _: case.withdrawn(on),
    "accept": lambda case, on, _: case.accepted(on + 10 * ONE_DAY),
    "deem": lambda case, _, __: case.deemed_accepted(CHINA),
    "done": lambda case, on, desk: case.part_done(desk, on),
    "stop": lambda case, on, desk: case.stopped(desk, Ground.INSPECTION, on),
    "resume": lambda case, on, desk: case.resumed(desk, on),
    "grant": lambda case, on, _: case.decided(Outcome.GRANTED, on),
    "refuse": lambda case, on, _: case.decided(Outcome.REFUSED, on),
    "lapse": lambda case, on, _: case.decided(Outcome.LAPSED, on),
    "tell": lambda case, on, _: case.told(on),
    "offer": lambda case, _, __: case.offered(WANG),
    "take": lambda case, _, __: case.taken(WANG),
}
LIVES = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 4), st.sampled_from([VILLAGE, CENTRE, CIVIL, FINANCE])),
    max_size=40,
)


NUMBERS_OF_DAYS = st.integers(0, 30)


@given(st.lists(NUMBERS_OF_DAYS, min_size=1, max_size=4), st.lists(NUMBERS_OF_DAYS, min_size=1, max_size=4), st.data())
def test_a_slow_officer_costs_the_applicant_no_day(said: list[int], late: list[int], data: st.DataObject) -> None:
    """Each material is handed in some days after the notice, and confirmed some days after that, in any order."""
    names = [f"材料{n}" for n in range(len(said))]
    days = {name: MONDAY + after * ONE_DAY for name, after in zip(names, said, strict=True)}
    confirmed = {name: days[name] + late[n % len(late)] * ONE_DAY for n, name in enumerate(names)}
    acts = [(day, 0, name) for name, day in days.items()] + [(day, 1, name) for name, day in confirmed.items()]
    case = received(brought=EVERYTHING).accepted() if data.draw(st.booleans()) else received(brought=EVERYTHING)
    case = case.notified(names, MONDAY)

    for day, is_confirmation, name in sorted(acts):
        case = case.supplied([name], day) if is_confirmation else case.says_handed_in([name], day)

    assert case.complete_date == max(days.values())
    assert case.handed_in == ()
    assert all(pause.end == case.complete_date for pause in case.pauses)


def test_what_comes_without_a_word_counts_from_the_day_on_which_it_is_recorded() -> None:
    case = received(brought=()).notified(["申请书", "收入证明"], MONDAY).says_handed_in(["申请书"], TUESDAY)

    supplied = case.supplied(["申请书", "收入证明"], FRIDAY)

    assert supplied.complete_date == FRIDAY


def test_a_new_notice_begins_anew() -> None:
    case = received(brought=()).notified(["申请书", "收入证明"], MONDAY)
    case = case.says_handed_in(["申请书", "收入证明"], TUESDAY).notified(["申请书", "收入证明"], WEDNESDAY)

    assert case.handed_in == ()
    assert case.supplied(["申请书", "收入证明"], FRIDAY).complete_date == FRIDAY


def test_what_may_follow_is_handed_in_without_moving_a_clock() -> None:
    accepted = received(brought=("申请书", "收入证明")).accepted(FRIDAY)

    said = accepted.says_handed_in(["户口簿"], TUESDAY)
    paid = said.supplied(["户口簿"], THURSDAY)

    assert said.handed_in
    assert (paid.owed, paid.handed_in, paid.complete_date) == ((), (), MONDAY)
    assert accepted.debt_overdue(MONDAY + 7 * ONE_DAY)
    assert not said.debt_overdue(MONDAY + 7 * ONE_DAY)
    assert DEBT_OVERDUE in {kind for kind, _ in deadlines_of(accepted, CHINA)}
    assert DEBT_OVERDUE not in {kind for kind, _ in deadlines_of(said, CHINA)}
    assert due(paid) == due(accepted)


def test_a_case_with_an_outcome_is_not_withdrawn() -> None:
    withdrawn = received().accepted().withdrawn(TUESDAY)

    assert (withdrawn.state, withdrawn.tell_date) == (State.CLOSED, TUESDAY)
    for case in (withdrawn, received().accepted().decided(Outcome.REFUSED, TUESDAY)):
        with pytest.raises(IllegalMove):
            case.withdrawn(WEDNESDAY)


@settings(max_examples=500)
@given(st.sets(st.sampled_from(EVERYTHING)), LIVES)
def test_whatever_is_tried_the_rules_of_a_case_hold(brought: set[str], life: list[tuple[str, int, str]]) -> None:
    case, day = received(brought=tuple(sorted(brought))), MONDAY
    for act, days, desk in life:
        day += days * ONE_DAY
        before = case
        try:
            case = ACTS[act](case, day, desk)
        except DomainError:
            assert case == before
            continue
        assert_rules(before, case, day)


def assert_rules(before: Case, case: Case, day: date) -> None:
    running = [part for part in case.parts if part.running]
    assert case.owner
    assert len({part.desk for part in running}) == len(running)
    assert len({part.step for part in running}) <= 1
    assert (case.accept_date is None) == all(part.start is None for part in case.parts)
    assert (case.outcome is None) == case.state.open
    if case.outcome is Outcome.GRANTED:
        assert all(part.end for part in case.parts)
    if not before.state.open:
        assert replace(case, state=before.state, tell_date=before.tell_date) == before
    if before.accept_date is not None:
        assert case.accept_date == before.accept_date
    if (clock := case.clock) is not None:
        assert clock.days == 17
        found, promised = clock.due(CHINA), before.clock and before.clock.due(CHINA)
        # Nothing that happens later moves a promise to an earlier day.
        if found and promised:
            assert found.last_day >= promised.last_day
        if found is None and case.state is State.HANDLING:
            assert any(part.paused for part in running) or any(pause.end is None for pause in case.pauses)
    for pause in case.pauses:
        assert pause.end is None or pause.start <= pause.end <= day
    if case.complete_date and not before.complete_date:
        assert case.complete_date in {day, *(each.on for each in before.handed_in)}
    if case.state is not State.HANDLING:
        assert OVERDUE not in {kind for kind, _ in deadlines_of(case, CHINA)}
    assert all(part.start is None or part.start <= day for part in case.parts)
