"""Who a caller is to the rules of sight."""

from __future__ import annotations

from services.common.access import Actor, Grant, Role
from services.watch.reports.domain.recusal import Viewer, reads_handling, reads_text, sees
from services.watch.reports.domain.terms import Kind, Level
from tests.unit.watch.reports.builders import DISCIPLINE, TOWN, VILLAGE, WANG, a_report

COUNTY_OFFICER = Actor(
    "tenants/611021/accounts/discipline-officer",
    (Grant(Role.COUNTY_DISCIPLINE, "611021"),),
    cadre="tenants/611021/cadres/discipline-officer",
)


def test_a_cadre_of_the_county_is_not_the_towns_cadre_with_the_same_id() -> None:
    about_the_towns = a_report(level=Level.COUNTY, subject_cadre="discipline-officer", leads_town=True)

    assert sees(about_the_towns, Viewer.of(COUNTY_OFFICER, TOWN))
    assert not sees(about_the_towns, Viewer.of(COUNTY_OFFICER, "611021"))


def test_the_cadre_of_the_town_itself_is() -> None:
    officer = Actor(WANG, (Grant(Role.UNIT_OFFICER, VILLAGE),), cadre=f"tenants/{TOWN}/cadres/wang")

    assert not sees(a_report(subject_cadre="wang", subject_unit=VILLAGE), Viewer.of(officer, TOWN))


def test_who_brought_an_accusation_reads_what_they_wrote_and_not_what_became_of_it() -> None:
    supervisor = Viewer(WANG, post_of=frozenset({VILLAGE}), brings_for=frozenset({VILLAGE}))
    brought = a_report(kind=Kind.ACCUSATION, level=Level.TOWN, organ=DISCIPLINE, brought_by=WANG)

    assert reads_text(brought, supervisor)
    assert not reads_handling(brought, supervisor)
