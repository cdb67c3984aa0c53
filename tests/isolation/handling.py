"""Accusations of one village, each handled at some level, or to be kept from somebody who calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from minshao.watch import v1 as watch

from services.watch.reports.domain.terms import Level
from services.watch.reports.store import REPORTS
from tests.isolation.county import County, Place
from tests.isolation.people import COUNTY, TOWN, VILLAGE, Person, person

ELSEWHERE = "finance-officer"
"""Whom the accusations are about, where they are about nobody who calls."""


@dataclass(frozen=True)
class Watcher:
    """Somebody who may see reports, and the level at which they would see this one."""

    title: str
    who: Person
    level: Level


WATCHERS = (
    Watcher("经手监督员", person(TOWN, f"{VILLAGE}-supervisor"), Level.UNIT),
    Watcher("其他监督员", person(TOWN, f"{VILLAGE}-colleague"), Level.UNIT),
    Watcher("登记员", person(TOWN, f"{VILLAGE}-registrar"), Level.UNIT),
    Watcher("单位经办", person(TOWN, f"{VILLAGE}-deputy"), Level.UNIT),
    Watcher("支部书记", person(TOWN, f"{VILLAGE}-secretary"), Level.UNIT),
    Watcher("单位领导", person(TOWN, f"{VILLAGE}-leader"), Level.UNIT),
    Watcher("镇党委", person(TOWN, "party"), Level.TOWN),
    Watcher("镇纪委", person(TOWN, "discipline-2"), Level.TOWN),
    Watcher("县纪委", person(COUNTY, "discipline-2"), Level.COUNTY),
)

Handled = Mapping[str, Place]
"""The places by `at UNIT`, or by `about …` and `left by …` with a login."""


async def handled(county: County) -> Handled:
    """All of them, brought by the village's supervisor."""
    places = {f"at {level.name}": await _place(county, level) for level in Level}
    for watcher in WATCHERS:
        login = watcher.who.login
        if watcher.who.cadre:
            places[about(watcher)] = await _place(county, watcher.level, subject_cadre=login)
        places[left_by(watcher)] = await _place(county, watcher.level, conflicted=(watcher.who.account,))
    return places


def about(watcher: Watcher) -> str:
    return f"about {watcher.who.account}"


def left_by(watcher: Watcher) -> str:
    return f"left by {watcher.who.account}"


async def _place(county: County, level: Level, **facts: object) -> Place:
    """A report at the level, under oversight, put there by hand: how it gets there is tried elsewhere."""
    village = county.units[TOWN, VILLAGE]
    organs = {Level.UNIT: village, Level.TOWN: county.towns[TOWN], Level.COUNTY: county.county[TOWN]}
    place = Place(TOWN, village.unit, VILLAGE, organs[level].officer, organs[level].successor)
    place.names |= village.names
    filed = await county.file(
        village,
        village.person("supervisor"),
        kind=watch.Report.KIND_ACCUSATION,
        matter=watch.Report.MATTER_POLICY,
        channel=watch.Report.CHANNEL_SUPERVISOR,
    )
    place.names["reports"], place.code, place.number = filed.report.name, filed.receipt_code, filed.report.number
    order = watch.OrderOversightRequest(
        parent=place.parent, report=filed.report.name, note="请尽快答复。", last_day="2026-12-01"
    )
    place.names["oversights"] = (await county.call(person(COUNTY, "discipline-1"), order)).oversight.name
    home = village.unit if level is Level.UNIT else f"{organs[level].officer.tenant}.discipline"
    await change(
        county,
        filed.report.name,
        level=level,
        organ=home,
        officer=place.officer.account,
        **{"subject_cadre": ELSEWHERE, **facts},
    )
    return place


async def change(county: County, report: str, **facts: object) -> None:
    """Sets columns of a report past all rules."""
    _, tenant, _, id = report.split("/")
    rows = (REPORTS.c.tenant == tenant, REPORTS.c.id == id)
    async with county.watch_database.transaction(tenant) as tx:
        tx.write(sa.update(REPORTS).where(*rows).values(facts))
