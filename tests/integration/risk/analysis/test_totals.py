"""What the database adds up, and what one more piece brings about, beside the pure analysis of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from services.common.access import SYSTEM, Actor, Grant, Role
from services.risk.acting import Acting
from services.risk.analysis.domain import DEFAULT, Matter, Rule, Rules, Subject, analysed, subjects_of
from services.risk.analysis.totals import About, Found, Past, deserving
from services.risk.information.collecting import Finding, Origin, collect
from services.risk.information.domain import Entry, Facts, Kind
from services.risk.information.store import ENTRIES, ENTRY_ROWS, by_id
from services.risk.kept import KeptFrom
from services.risk.levels import Level
from services.risk.sight import sees
from services.risk.warnings.raising import raise_what_deserves
from services.risk.warnings.use_cases import answer
from tests.integration.risk.house import House

KINDS = (Kind.AUDIT, Kind.PETITION, Kind.REPORT_SUBSTANTIATED)


def some_rules(chance: Random) -> Rules:
    rules = []
    for place in range(chance.randint(1, 5)):
        yellow = chance.randint(5, 80)
        rules.append(
            Rule(
                title=f"规则{place}",
                subject=chance.choice(list(Subject)),
                weights={kind: chance.randint(0, 60) for kind in chance.sample(KINDS, chance.randint(1, 3))},
                window_days=chance.randint(1, 60),
                decay_per_mille=chance.choice((0, 3, 50, 1000)),
                key_area_percent=chance.randint(100, 300),
                key_link_percent=chance.randint(100, 300),
                grade_percents=(chance.randint(100, 300), chance.randint(50, 300), chance.randint(10, 300)),
                yellow=yellow,
                orange=yellow + chance.randint(1, 50),
                red=yellow + chance.randint(51, 150),
            )
        )
    return Rules(id="0", rules=tuple(rules), author="", create_time=None)


async def some_pieces(house: House, chance: Random, many: int) -> list[Entry]:
    """Pieces about several units, positions and powers, written as they are collected."""
    places: list[tuple[str, str | None, str | None]] = [(house.unit("village"), None, None)]
    for title in ("会计", "出纳"):
        position = await house.position(title)
        power = await house.power(position.name)
        ids = [each.rpartition("/")[2] for each in (position.name, power.name)]
        places += [(house.unit("finance"), ids[0], None), (house.unit("finance"), ids[0], ids[1])]
    async with house.database.transaction(house.town) as tx:
        acting = Acting(house.risk, tx, SYSTEM("risk"), house.clock.now())
        for n in range(many):
            acting = replace(acting, now=house.clock.now() + timedelta(seconds=chance.randint(-9, 9)))
            unit, position_id, power_id = chance.choice(places)
            facts = Facts(
                unit=unit,
                position=position_id,
                power=power_id,
                kind=chance.choice(KINDS),
                day=acting.today - timedelta(days=chance.randint(0, 70)),
                grade=chance.choice((None, 1, 2, 3)),
                key_area=chance.random() < 0.5,
                key_link=chance.random() < 0.5,
                withdrawn=chance.random() < 0.1,
            )
            level = chance.choice(list(Level))
            accused = frozenset({unit}) if level > Level.UNIT and chance.random() < 0.5 else frozenset[str]()
            origin = Origin(source=str(n), kept_from=KeptFrom(level, units=accused))
            await collect(acting, [Finding(id=f"{n:032x}", origin=origin, facts=facts)])
        return await ENTRY_ROWS.find(tx, ENTRIES.c.current)


async def some_settled(house: House, chance: Random, entries: list[Entry]) -> dict[Matter, datetime]:
    """Some warnings that were answered, and when."""
    async with house.database.transaction(house.town) as tx:
        acting = Acting(house.risk, tx, SYSTEM("risk"), house.clock.now())
        found = analysed(entries, some_rules(chance).rules, acting.today)
        of_units = {matter: Found(unit_of(matter, entries), each) for matter, each in found.items()}
        raised = await raise_what_deserves(acting, DEFAULT, of_units)
        for warning in raised:
            await answer(acting, warning, f"tenants/{house.town}/dispositions/{'0' * 32}")
    return {warning.matter: house.clock.now() for warning in raised}


def unit_of(matter: Matter, entries: list[Entry]) -> str:
    return next(each.unit for each in entries if matter[:2] in subjects_of(each))


@pytest.mark.parametrize("seed", range(8))
async def test_the_database_finds_what_the_pure_analysis_finds(house: House, seed: int) -> None:
    chance = Random(seed)
    entries, today = await some_pieces(house, chance, chance.randint(5, 60)), date(2026, 9, 1)
    since = await some_settled(house, chance, entries)

    async with house.database.transaction(house.town) as tx:
        for _ in range(5):
            rules = some_rules(chance)
            everything = analysed(entries, rules.rules, today, since)
            found = await deserving(tx, rules, today)
            assert {matter: each.assessment for matter, each in found.items()} == everything
            pieces = chance.sample(entries, chance.randint(1, 4))
            of_pieces = await deserving(tx, rules, today, About.of(pieces))
            about = {subject for piece in pieces for subject in subjects_of(piece)}
            expected = {matter: each for matter, each in everything.items() if matter[:2] in about}
            assert {matter: each.assessment for matter, each in of_pieces.items()} == expected


@pytest.mark.parametrize("seed", range(3))
async def test_a_dry_run_counts_what_came_on_each_day(house: House, seed: int) -> None:
    chance = Random(seed)
    entries, last = await some_pieces(house, chance, 40), date(2026, 9, 1)
    rules, first = some_rules(chance), last - timedelta(days=20)

    async with house.database.transaction(house.town) as tx:
        grants = (Grant(Role.TOWN_DISCIPLINE, house.town), Grant(Role.UNIT_LEADER, house.unit("finance")))
        actor = Actor("discipline", grants[:1], held=grants)
        past = Past(tx, actor, rules, first, last)
        counts = await past.by_day(await past.subjects(None, 100))
        pieces = await by_id(tx, {each.information for each in entries})

    seen = [each for each in entries if sees(actor, house.town, pieces[each.information])]
    assert len(seen) < sum(each.level <= Level.TOWN for each in entries)
    for (kind, id), by_rule in counts.items():
        for place, days in by_rule.items():
            about = [each for each in seen if id == {1: each.unit, 2: each.position, 3: each.power}[kind]]
            rule = rules.rules[place]
            assert days == {
                day: sum(rule.contribution(each, each.day) // 1000 for each in about if each.day == day)
                for day in {each.day for each in about if not each.withdrawn and each.kind in rule.weights}
                if day > first - timedelta(days=rules.longest_window)
            }
