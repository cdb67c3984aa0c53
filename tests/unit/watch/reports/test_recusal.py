"""Who sees a report: never whom it is about, nobody below the level that handles it."""

from __future__ import annotations

from dataclasses import replace

from services.watch.reports.domain.recusal import Viewer, decides_above, handles, may_reveal, reads_text, sees
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Kind, Level
from tests.unit.watch.reports.builders import COUNTY_DISCIPLINE, DISCIPLINE, FINANCE, LI, VILLAGE, WANG, a_report

OFFICER = Viewer(LI, cadre="li", handles_for=frozenset({VILLAGE}), belongs_to=frozenset({VILLAGE}))
SUPERVISOR = Viewer(
    WANG, post_of=frozenset({VILLAGE}), brings_for=frozenset({VILLAGE}), belongs_to=frozenset({VILLAGE})
)
TOWN_OFFICER = Viewer("tenants/611021101/accounts/zhao", cadre="zhao", town=True)
COUNTY_OFFICER = Viewer("tenants/611021/accounts/sun", cadre="sun", county=True)


def at(level: Level, **facts: object) -> Report:
    organ = {Level.UNIT: VILLAGE, Level.TOWN: DISCIPLINE, Level.COUNTY: COUNTY_DISCIPLINE}[level]
    return a_report(level=level, organ=organ, kind=Kind.ACCUSATION, **facts)


def test_whoever_a_report_is_about_does_not_see_it() -> None:
    for viewer in (OFFICER, TOWN_OFFICER, COUNTY_OFFICER):
        assert not sees(at(Level.UNIT, subject_cadre=viewer.cadre, subject_unit=VILLAGE), viewer)


def test_the_people_of_an_accused_unit_do_not_see_it() -> None:
    assert not sees(at(Level.UNIT, subject_unit=VILLAGE), OFFICER)
    assert sees(at(Level.TOWN, subject_unit=FINANCE), TOWN_OFFICER)


def test_a_report_that_moved_up_is_hidden_below() -> None:
    assert [sees(at(level), OFFICER) for level in Level] == [True, False, False]
    assert [sees(at(level), TOWN_OFFICER) for level in Level] == [True, True, False]
    assert [sees(at(level), COUNTY_OFFICER) for level in Level] == [True, True, True]


def test_who_left_because_of_a_conflict_sees_it_no_more() -> None:
    assert not sees(at(Level.UNIT, conflicted=(LI,)), OFFICER)


def test_a_supervisor_follows_what_they_brought_wherever_it_goes_and_reads_what_they_wrote() -> None:
    brought = at(Level.COUNTY, brought_by=WANG)

    assert sees(brought, SUPERVISOR)
    assert reads_text(brought, SUPERVISOR)
    assert not handles(brought, SUPERVISOR)


def test_a_supervisor_sees_the_register_of_the_post_without_sealed_content() -> None:
    assert sees(at(Level.UNIT), SUPERVISOR)
    assert not reads_text(at(Level.UNIT), SUPERVISOR)


def test_only_who_handles_it_reads_an_accusation() -> None:
    readers = [reads_text(at(Level.TOWN), viewer) for viewer in (OFFICER, TOWN_OFFICER, COUNTY_OFFICER)]

    assert readers == [False, True, False]


def test_an_identity_is_seen_only_by_the_discipline_officer_who_handles_it() -> None:
    viewers = (OFFICER, TOWN_OFFICER, COUNTY_OFFICER)
    lookers = [
        [may_reveal(replace(at(level), officer=viewer.account), viewer) for viewer in viewers] for level in Level
    ]

    assert lookers == [[False, False, False], [False, True, False], [False, False, True]]
    assert not may_reveal(at(Level.TOWN), TOWN_OFFICER)
    assert not may_reveal(replace(at(Level.TOWN), officer=OFFICER.account), TOWN_OFFICER)


def test_more_time_is_decided_by_the_next_level_and_by_the_county_on_its_own() -> None:
    deciders = [
        [decides_above(at(level), viewer) for viewer in (OFFICER, TOWN_OFFICER, COUNTY_OFFICER)] for level in Level
    ]

    assert deciders == [[False, True, False], [False, False, True], [False, False, True]]
