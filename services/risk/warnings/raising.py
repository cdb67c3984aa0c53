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
    Rule,
    Rules,
    Subject,
    SubjectId,
    first_day,
    subjects_of,
)
from services.risk.information import store as information
from services.risk.information.domain import Entry
from services.risk.numbers import next_number
from services.risk.warnings import store
from services.risk.warnings.domain import DAYS, Action, Behind, Warning, leading_aspect, owed_by
from services.risk.warnings.telling import MOST_ORIGINS, origins_of, set_deadlines, tell

SERIES = "警"


async def raise_what_deserves(
    acting: Acting, rules: Rules, unit: str, found: Mapping[SubjectId, Assessment], new: Entry | None = None
) -> None:
    """Raises the warnings of one unit that an analysis found, and joins a new piece to the open ones about it. The
    unit's inventory is locked."""
    about = subjects_of(new) if new else list(found)
    there = await store.open_about(acting.tx, about)
    rising = {
        subject: each for subject, each in found.items() if subject not in there or there[subject].colour < each.colour
    }
    if rising:
        counting = await information.of_unit(acting.tx, unit, first_day(rules, acting.today), acting.today)
        for subject, each in sorted(rising.items(), key=lambda pair: pair[0]):
            await _raise(acting, rules, subject, each, there.get(subject), counting)
    if new:
        for subject, warning in sorted(there.items()):
            if subject not in rising:
                await _join(acting, rules, warning, new)


async def _raise(
    acting: Acting,
    rules: Rules,
    subject: SubjectId,
    found: Assessment,
    before: Warning | None,
    entries: Sequence[Entry],
) -> None:
    settled = await store.settle_time(acting.tx, subject)
    counting = [
        (each, points)
        for each in entries
        if subject in subjects_of(each) and (settled is None or each.known_time > settled)
        if (points := found.rule.contribution(each, acting.today))
    ]
    those = await information.by_id(acting.tx, (each.information for each, _ in counting))
    known = await store.information_behind(acting.tx, before.id) if before else frozenset()
    warning = (
        before.raised(found, rules, acting.now, acting.today, acting.tx.tenant)
        if before
        else await _new(acting, rules, subject, found, counting[0][0])
    )
    after = replace(
        warning.with_information(those.values(), acting.tx.tenant),
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
    )
    await tell(acting, after, told)


async def _new(acting: Acting, rules: Rules, subject: SubjectId, found: Assessment, entry: Entry) -> Warning:
    kind, id = subject
    those = await information.by_id(acting.tx, [entry.information])
    level = those[entry.information].level
    return Warning(
        id=uuid4().hex,
        number=await next_number(acting, SERIES),
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
    after = joined.with_information(those.values(), acting.tx.tenant)
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
