"""What follows in warnings from an analysis: raising a new one, joining to an open one, raising its colour. Nothing
here lowers one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from minshao.risk import v1 as pb

from services.risk.acting import Acting
from services.risk.analysis.domain import (
    HUNDREDTH,
    Assessment,
    Colour,
    Matter,
    Rule,
    Rules,
    Subject,
    first_day,
    is_settled,
    subjects_of,
)
from services.risk.information import store as information
from services.risk.information.domain import Entry
from services.risk.numbers import WARNING_SERIES, next_number
from services.risk.warnings import store
from services.risk.warnings.domain import DAYS, Action, Behind, Warning, leading_aspect, owed_by, said_of
from services.risk.warnings.telling import MOST_ORIGINS, origins_of, set_deadlines, tell


async def raise_what_deserves(
    acting: Acting, rules: Rules, unit: str, found: Mapping[Matter, Assessment], new: Entry | None = None
) -> list[Warning]:
    """Raises the warnings of one unit that an analysis found, and joins a new piece to the open ones about it; returns
    what was raised. The unit's inventory is locked."""
    about = subjects_of(new) if new else sorted({(subject, id) for subject, id, _ in found})
    there = await store.open_about(acting.tx, about) if about else {}
    colours = {matter: each.colour for matter, each in there.items()}
    rising = {matter: each for matter, each in found.items() if each.colour > said_of(matter, colours)}
    raised = []
    if rising:
        counting = await information.of_unit(acting.tx, unit, first_day(rules, acting.today), acting.today)
        for matter, each in sorted(rising.items(), key=lambda pair: pair[0]):
            raised.append(await _raise(acting, rules, matter, each, there.get(matter), counting))
    if new:
        for matter, warning in sorted(there.items()):
            if matter not in rising and new.level <= warning.level:
                await _join(acting, rules, warning, new)
    return raised


async def _raise(
    acting: Acting, rules: Rules, matter: Matter, found: Assessment, before: Warning | None, entries: Sequence[Entry]
) -> Warning:
    subject, id, level = matter
    settled = await store.settle_times(acting.tx, (subject, id))
    counting = [
        (each, points)
        for each in entries
        if (subject, id) in subjects_of(each) and each.level <= level and not is_settled(each, level, settled)
        if (points := found.rule.contribution(each, acting.today))
    ]
    those = await information.by_id(acting.tx, (each.information for each, _ in counting))
    known = await store.information_behind(acting.tx, before.id) if before else frozenset()
    warning = (
        before.raised(found, rules, acting.now, acting.today, acting.tx.tenant)
        if before
        else await _new(acting, rules, matter, found, counting[0][0])
    )
    after = replace(
        warning.with_information(those.values()),
        aspect=leading_aspect(counting),
        information_count=len(known | those.keys()),
    )
    if before:
        store.ROWS.save(acting.tx, before, after)
    else:
        store.ROWS.insert(acting.tx, after)
    set_deadlines(acting, before, after)
    for entry, points in counting:
        store.put_behind(acting.tx, _behind(acting, rules, found.rule, after, entry, points))
    told = pb.WarningRaised(
        earlier_colour=pb.Warning.Colour.ValueType(before.colour if before else Colour.NONE),
        information_count=after.information_count,
        origins=origins_of(those.values())[:MOST_ORIGINS],
        risk_information=[acting.named("riskInformation", each) for each in sorted(those)[:MOST_ORIGINS]],
    )
    await tell(acting, after, told)
    return after


async def _new(acting: Acting, rules: Rules, matter: Matter, found: Assessment, entry: Entry) -> Warning:
    kind, id, level = matter
    return Warning(
        id=uuid4().hex,
        number=await next_number(acting, WARNING_SERIES),
        subject=kind,
        subject_id=id,
        unit=entry.unit,
        position=entry.position if kind is not Subject.UNIT else None,
        power=id if kind is Subject.POWER else None,
        level=level,
        colour=found.colour,
        highest_colour=found.colour,
        points=found.score // HUNDREDTH,
        rules=rules.number,
        rule=found.rule.title,
        owner_level=owed_by(found.colour, level, acting.tx.tenant),
        last_day=acting.today + timedelta(days=DAYS[found.colour]),
        raise_time=acting.now,
        colour_time=acting.now,
    )


async def _join(acting: Acting, rules: Rules, before: Warning, new: Entry) -> None:
    """One more piece behind an open warning, as the rule counts it that gives it most."""
    fitting = [each for each in rules.rules if each.subject is before.subject]
    rule = max(fitting, key=lambda each: each.contribution(new, acting.today), default=None)
    if rule is None or not (points := rule.contribution(new, acting.today)):
        return
    known = await store.information_behind(acting.tx, before.id)
    if new.information in known:
        return
    those = await information.by_id(acting.tx, [new.information])
    joined = replace(before.moved(Action.JOIN), information_count=len(known) + 1)
    after = joined.with_information(those.values())
    store.ROWS.save(acting.tx, before, after)
    store.put_behind(acting.tx, _behind(acting, rules, rule, after, new, points))
    await tell(acting, after, pb.WarningJoined(risk_information=acting.named("riskInformation", new.information)))


def _behind(acting: Acting, rules: Rules, rule: Rule, warning: Warning, entry: Entry, points: int) -> Behind:
    return Behind(
        warning=warning.id,
        information=entry.information,
        entry=entry.id,
        rules=rules.number,
        rule=rule.title,
        points=points // HUNDREDTH,
        words=rule.in_words(entry, acting.today),
        day=acting.today,
    )
