"""What is kept from whom, in the rows of the database: recusal, matters that moved up, and the predicate as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as watch

from services.common.access import Claims, Grant, Role
from services.gateway.feed import store
from services.gateway.feed.domain import Level, Sight, Viewer, Wanted, sees
from services.gateway.feed.references import Reference
from services.gateway.feed.store import FEED, MATTERS, WITH_MATTERS
from services.gateway.feed.visibility import matter_visible, visible
from tests.gateway_feed.observatory import Observatory

WANG, LI = "tenants/611021101/cadres/wang", "tenants/611021101/cadres/li"
CADRES = (None, WANG, LI)
ACCOUNTS = ("tenants/611021101/accounts/wang", "tenants/611021101/accounts/li")
FINANCE = "611021101.finance"
SIGHTS = [Sight(*each) for each in product(Level, CADRES, ((), ACCOUNTS[:1], ACCOUNTS, (WANG,), (FINANCE,)))]
VIEWERS = [
    Viewer(cadre, highest, frozenset({account, *([cadre] if cadre else []), *units}))
    for account, cadre, highest, units in product(
        (*ACCOUNTS, "nobody"), CADRES, (Level.TOWN, Level.COUNTY), ((), (FINANCE,), ("611021101203",))
    )
]


async def types(observatory: Observatory, observer: str, caller: Claims) -> list[str]:
    """The types of what the caller is shown in the observer's feed."""
    found = await observatory(gateway.ListFeedRequest(parent=f"tenants/{observer}"), caller)
    return [entry.type.removeprefix("watch.") for entry in found.entries]


async def test_whoever_a_report_turns_out_to_be_about_loses_sight_of_all_of_it(observatory: Observatory) -> None:
    town, report = observatory.jingcun, observatory.jingcun.a_report(level=common.LEVEL_TOWN)
    subject, other = observatory.town_officer(cadre="wang-lei"), observatory.town_officer(cadre="li-wei")
    await observatory.take(report.tell(watch.ReportRegistered()), town.oversight_of(report))
    before = await types(observatory, town.code, subject)

    await observatory.take(report.tell(watch.ReportSubjectLinked(), subject_cadre="wang-lei"), town.meeting())

    assert before == ["report.registered", "oversight.ordered"]
    assert await types(observatory, town.code, subject) == ["meeting.held"]
    assert await types(observatory, town.code, other) == [*before, "report.subject_linked", "meeting.held"]


async def test_whoever_has_any_role_in_a_unit_loses_sight_of_what_accuses_it_as_a_whole(
    observatory: Observatory,
) -> None:
    town, report = observatory.jingcun, observatory.jingcun.a_report(level=common.LEVEL_TOWN)
    other = observatory.town_officer()
    leader = replace(other, grants=(*other.grants, Grant(Role.UNIT_LEADER, f"{town.code}.finance")))
    neighbour = replace(other, grants=(*other.grants, Grant(Role.REGISTRAR, f"{town.code}203")))
    await observatory.take(report.tell(watch.ReportRegistered()), town.oversight_of(report))
    before = await types(observatory, town.code, leader)

    await observatory.take(report.tell(watch.ReportSubjectLinked(), recused_units=[f"{town.code}.finance"]))

    assert before == ["report.registered", "oversight.ordered"]
    assert await types(observatory, town.code, leader) == []
    for who in (other, neighbour):
        assert await types(observatory, town.code, who) == [*before, "report.subject_linked"]


async def test_a_namesake_in_the_county_sees_what_is_about_a_towns_cadre(observatory: Observatory) -> None:
    report = observatory.jingcun.a_report(subject_cadre="discipline-secretary")
    await observatory.take(report.tell(watch.ReportRegistered()))

    namesake = observatory.officer(cadre="discipline-secretary")

    assert await types(observatory, observatory.county, namesake) == ["report.registered"]


async def test_who_declared_a_conflict_loses_sight_of_the_report(observatory: Observatory) -> None:
    town, report = observatory.jingcun, observatory.jingcun.a_report()
    officer = observatory.town_officer(login="zhao")
    await observatory.take(report.tell(watch.ReportRegistered()))

    left = report.tell(watch.ReportConflictDeclared(), recused_accounts=[officer.subject])
    await observatory.take(left, town.oversight_of(report))

    assert await types(observatory, town.code, officer) == []
    assert len(await types(observatory, town.code, observatory.town_officer(login="qian"))) == 3


async def test_a_matter_that_moves_up_takes_its_past_out_of_the_towns_sight(observatory: Observatory) -> None:
    town, report = observatory.jingcun, observatory.jingcun.a_report()
    await observatory.take(report.tell(watch.ReportRegistered()), town.oversight_of(report))

    await observatory.take(report.tell(watch.ReportRerouted(), level=common.LEVEL_COUNTY))

    assert await types(observatory, town.code, observatory.town_officer()) == []
    assert await types(observatory, town.code, observatory.officer()) == []
    everything = ["report.registered", "oversight.ordered", "report.rerouted"]
    assert await types(observatory, observatory.county, observatory.officer()) == everything


async def test_a_matter_that_comes_back_is_seen_again_without_what_happened_above(observatory: Observatory) -> None:
    report = observatory.jingcun.a_report(level=common.LEVEL_COUNTY)
    above = [report.tell(watch.ReportRegistered()), report.tell(watch.ReportStarted())]

    await observatory.take(*above, report.tell(watch.ReportRerouted(), level=common.LEVEL_TOWN))

    assert await types(observatory, observatory.jingcun.code, observatory.town_officer()) == ["report.rerouted"]


async def test_the_predicate_says_in_sql_what_it_says_in_python(observatory: Observatory) -> None:
    cases = dict(enumerate(product(SIGHTS, (None, *SIGHTS)), 1))
    await keep(observatory, cases)

    async with observatory.database.transaction(observatory.county) as tx:
        for viewer in VIEWERS:
            seen = sa.select(FEED.c.number).select_from(WITH_MATTERS).where(visible(viewer))
            expected = {n for n, (own, matter) in cases.items() if sees(viewer, own, *filter(None, [matter]))}
            assert {row.number for row in await tx.rows(seen)} == expected, viewer


async def test_a_matter_is_seen_in_sql_as_in_python(observatory: Observatory) -> None:
    cases = dict(enumerate(((Sight(Level.UNIT), sight) for sight in SIGHTS), 1))
    await keep(observatory, cases)

    async with observatory.database.transaction(observatory.county) as tx:
        for viewer in VIEWERS:
            shown = sa.select(MATTERS.c.matter).where(matter_visible(viewer))
            visible_ones = {f"{number}" for number, (_, sight) in cases.items() if sees(viewer, sight)}
            assert {row.matter for row in await tx.rows(shown)} == visible_ones, viewer


async def test_what_is_asked_for_is_the_same_in_sql_and_in_python(observatory: Observatory) -> None:
    await observatory.take(
        observatory.jingcun.meeting(),
        observatory.shimen.meeting(),
        observatory.shimen.a_report().tell(watch.ReportRegistered()),
        observatory.jingcun.tell(gateway.UnitChanged(visible_to=common.LEVEL_UNIT), "unit", "1"),
    )
    towns = (frozenset[str](), frozenset({observatory.jingcun.code}), frozenset({"611021999"}))
    services = (frozenset[str](), frozenset({"watch"}), frozenset({"watch", "gateway"}))
    chosen = (frozenset[str](), frozenset({"watch.meeting.held", "gateway.unit.changed"}))

    async with observatory.database.transaction(observatory.county) as tx:
        everything = (await store.stretch(tx, sa.true(), 100)).entries
        for asked in product(towns, services, chosen):
            wanted = Wanted(*asked)
            found = (await store.stretch(tx, store.among(wanted), 100)).entries
            assert list(found) == [entry for entry in everything if wanted.takes(entry)], wanted


async def keep(observatory: Observatory, cases: Mapping[int, tuple[Sight, Sight | None]]) -> None:
    """Puts entries into the county's feed whose sights, and those of their matters, are these."""
    event = observatory.jingcun.meeting(at=datetime(2026, 3, 2, tzinfo=UTC))
    async with observatory.database.transaction(observatory.county) as tx:
        for number, (own, matter) in cases.items():
            store.add(tx, number, event, Reference("", f"{number}", "", "", own))
            if matter is not None:
                store.know(tx, f"{number}", matter)
