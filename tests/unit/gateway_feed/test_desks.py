"""What events of cases make of the desks of county departments, and what is counted there."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from minshao.agency import v1 as agency

from services.gateway.desks.domain import Change, Entry, Figures, Place, counted, figures, figures_by_town
from services.gateway.desks.projection import Desks, told
from tests.gateway_feed.telling import Case, Town, Window, some_windows

TODAY = date(2026, 3, 10)
DESK = "611021.civil-affairs"
COMING, HERE = Window(desk=DESK, step=3), Window(desk=DESK, step=3, start_date="2026-03-04", due_date="2026-03-10")


@pytest.fixture
def case() -> Case:
    return Town("611021101").a_case()


def test_an_event_says_which_windows_have_the_case_and_until_when(case: Case) -> None:
    [(name, [entry])] = told(case.tell(agency.CasePartDone(), windows=[HERE])).items()

    assert name == case.name
    assert (entry.desk, entry.step, entry.town, entry.unit) == (DESK, 3, "611021101", "611021101203")
    assert (entry.start_date, entry.due_date, entry.promised_date) == (date(2026, 3, 4), TODAY, date(2026, 3, 9))


def test_each_event_replaces_what_was_known_and_an_outcome_takes_the_case_off(case: Case) -> None:
    desks = Desks()
    desks.take(case.tell(agency.CaseReceived(), windows=[COMING]))
    desks.take(case.tell(agency.CasePartDone(), windows=[HERE]))

    assert [entry.due_date for entry in desks.cases[case.name]] == [TODAY]
    desks.take(case.tell(agency.CaseDecided(), windows=[]))
    assert desks == Desks()


def test_what_a_rating_says_of_its_case_changes_no_desk(case: Case) -> None:
    case.tell(agency.CasePartDone(), windows=[HERE])

    assert told(case.rated(agency.RatingBad(stars=1))) == {}


def test_an_entry_without_a_last_day_is_on_its_way_or_paused(case: Case) -> None:
    paused = Window(desk=DESK, step=3, start_date="2026-03-04")
    [(_, entries)] = told(case.tell(agency.CaseStopped(), windows=[COMING, paused, HERE])).items()

    assert [entry.paused for entry in entries] == [False, True, False]
    assert [entry.overdue(date(2026, 3, 11)) for entry in entries] == [False, False, True]
    assert not any(entry.overdue(TODAY) for entry in entries)


def test_figures_are_by_town_and_in_all() -> None:
    jingcun, shimen = "611021101", "611021102"
    yesterday, today, tomorrow = (date(2026, 3, day) for day in (9, 10, 11))
    counts = {
        Place(DESK, jingcun, False, None): 2,
        Place(DESK, jingcun, True, None): 3,
        Place(DESK, jingcun, True, yesterday): 4,
        Place(DESK, shimen, True, today): 5,
        Place(DESK, shimen, True, tomorrow): 6,
    }

    assert figures(counts, TODAY) == Figures(open=20, coming=2, paused=3, due_today=5, overdue=4)
    assert figures_by_town(counts, TODAY) == {
        jingcun: Figures(open=9, coming=2, paused=3, overdue=4),
        shimen: Figures(open=11, due_today=5),
    }


@given(st.randoms(use_true_random=False))
def test_counts_that_go_on_by_changes_equal_those_of_what_is_there(random: Random) -> None:
    town = Town("611021101")
    cases = [town.a_case() for _ in range(3)]
    entries: dict[tuple[str, int, str], Entry] = {}
    counts: Counter[Place] = Counter()
    for _ in range(20):
        case = random.choice(cases)
        [(name, after)] = told(case.tell(agency.CaseUrged(), windows=some_windows(random))).items()
        change = Change.between([each for each in entries.values() if each.case == name], after)
        for each in change.gone:
            del entries[each.case, each.step, each.desk]
        entries |= {(each.case, each.step, each.desk): each for each in change.put}
        counts.update(change.counts)

        assert {each for each in entries.values() if each.case == name} == set(after)
        assert +counts == counted(entries.values())
        assert min(counts.values(), default=0) >= 0
