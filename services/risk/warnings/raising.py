"""What follows in warnings from an analysis: raising a new one, joining to an open one, raising its colour. Nothing
here lowers one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from uuid import uuid4

from minshao.risk import v1 as pb

from services.risk.acting import Acting
from services.risk.analysis.domain import (
    Assessment,
    Colour,
    Matter,
    Rule,
    Rules,
    Subject,
    SubjectId,
    first_day,
    hundredths,
    is_settled,
    subjects_of,
)
from services.risk.analysis.totals import Found
from services.risk.information import store as information
from services.risk.information.domain import Collected, Entry
from services.risk.levels import Level
from services.risk.numbers import WARNING_SERIES, next_numbers
from services.risk.warnings import store
from services.risk.warnings.domain import DAYS, Action, Behind, Owner, Warning, leading_aspect, owed_by, said_of
from services.risk.warnings.owners import owners_of
from services.risk.warnings.telling import MOST_TOLD, set_deadlines, tell

Counting = Sequence[tuple[Entry, int]]
"""The pieces behind a warning, each with what it contributes."""


async def raise_what_deserves(
    acting: Acting, rules: Rules, found: Mapping[Matter, Found], new: Sequence[Collected] = ()
) -> list[Warning]:
    """Raises the warnings that an analysis found, and joins new pieces to the open ones about them; returns what was
    raised. The inventories of the units are locked."""
    about: defaultdict[SubjectId, list[Collected]] = defaultdict(list)
    for piece in new:
        for subject in subjects_of(piece.entry):
            about[subject].append(piece)
    there = await store.open_about(acting.tx, {*about, *((subject, id) for subject, id, _ in found)})
    colours = {matter: each.colour for matter, each in there.items()}
    rising = sorted(
        (each.unit, matter) for matter, each in found.items() if each.assessment.colour > said_of(matter, colours)
    )
    traces = {subject: pieces[-1].trace for subject, pieces in about.items()}
    raised: dict[Matter, Warning] = {}
    for unit, of_unit in groupby(rising, lambda each: each[0]):
        assessments = {matter: found[matter].assessment for _, matter in of_unit}
        raised |= await _raise_of_unit(acting, rules, unit, assessments, there, traces)
    await _join(acting, rules, there | raised, about)
    return [*raised.values()]


async def _raise_of_unit(
    acting: Acting,
    rules: Rules,
    unit: str,
    found: Mapping[Matter, Assessment],
    there: Mapping[Matter, Warning],
    traces: Mapping[SubjectId, str | None],
) -> dict[Matter, Warning]:
    """Raises warnings about matters of one unit, in as many round trips as one."""
    entries = await information.of_unit(acting.tx, unit, first_day(rules, acting.today), acting.today)
    settled = await store.settle_times(acting.tx, {matter[:2] for matter in found})
    answered = await store.answered_below(acting.tx, entries)
    counting = {
        matter: _counting(acting, matter, each.rule, entries, settled, answered) for matter, each in found.items()
    }
    pieces = await information.by_id(acting.tx, {each.information for these in counting.values() for each, _ in these})
    known = await store.information_behind(acting.tx, [there[matter].id for matter in found if matter in there])
    owners = await owners_of(acting.tx, [there[matter] for matter in found if matter in there])
    new = [matter for matter in found if matter not in there]
    numbers = dict(zip(new, await next_numbers(acting, WARNING_SERIES, len(new)), strict=True)) if new else {}
    raised = {}
    for matter, assessment in found.items():
        before, behind = there.get(matter), counting[matter]
        those = {each.information: pieces[each.information] for each, _ in behind}
        warning = (
            before.raised(assessment, rules, acting.now, acting.today)
            if before
            else _new(acting, rules, matter, assessment, behind[0][0], numbers[matter])
        )
        raised[matter] = after = replace(
            warning.with_information(those.values(), owners.get(warning.owner)),
            aspect=leading_aspect(behind),
            information_count=len(known.get(warning.id, frozenset()) | those.keys()),
        )
        with acting.tx.traced(traces.get(matter[:2], acting.tx.trace)):
            _keep_raised(acting, rules, assessment.rule, before, after, behind)
    return raised


def _counting(
    acting: Acting,
    matter: Matter,
    rule: Rule,
    entries: Sequence[Entry],
    settled: Mapping[SubjectId, Mapping[Level, datetime]],
    answered: Collection[tuple[str, Subject, str]],
) -> Counting:
    """What counts of a matter by a rule; `answered` is `store.answered_below`."""
    subject, id, level = matter
    return [
        (each, points)
        for each in entries
        if (subject, id) in subjects_of(each) and each.level <= level
        if not is_settled(each, level, settled.get((subject, id), {}))
        if (each.information, subject, id) not in answered
        if (points := rule.contribution(each, acting.today))
    ]


def _keep_raised(
    acting: Acting, rules: Rules, rule: Rule, before: Warning | None, after: Warning, counting: Counting
) -> None:
    """PENDING: a warning that is new, or of another colour, with what is behind it."""
    if before:
        store.ROWS.save(acting.tx, before, after)
    else:
        store.ROWS.insert(acting.tx, after)
    set_deadlines(acting, before, after)
    for entry, points in counting:
        store.put_behind(acting.tx, _behind(acting, rules, rule, after, entry, points))
    foremost = sorted(counting, key=lambda each: (-each[1], each[0].information))
    told = pb.WarningRaised(
        earlier_colour=pb.Warning.Colour.ValueType(before.colour if before else Colour.NONE),
        information_count=after.information_count,
        risk_information=[acting.named("riskInformation", entry.information) for entry, _ in foremost[:MOST_TOLD]],
        unnamed_count=len(foremost[MOST_TOLD:]),
    )
    tell(acting, after, told)


def _new(acting: Acting, rules: Rules, matter: Matter, found: Assessment, entry: Entry, number: str) -> Warning:
    kind, id, level = matter
    return Warning(
        id=uuid4().hex,
        number=number,
        subject=kind,
        subject_id=id,
        unit=entry.unit,
        position=entry.position if kind is not Subject.UNIT else None,
        power=id if kind is Subject.POWER else None,
        level=level,
        colour=found.colour,
        highest_colour=found.colour,
        points=hundredths(found.score),
        rules=rules.number,
        rule=found.rule.title,
        owner_level=owed_by(found.colour, level, entry.unit),
        last_day=acting.today + timedelta(days=DAYS[found.colour]),
        raise_time=acting.now,
        colour_time=acting.now,
    )


async def _join(
    acting: Acting, rules: Rules, there: Mapping[Matter, Warning], new: Mapping[SubjectId, Sequence[Collected]]
) -> None:
    """New pieces behind the open warnings about them, but for those that stand there already."""
    pieces = {each.information.id for these in new.values() for each in these}
    if not there or not pieces:
        return
    known = await store.are_behind(acting.tx, pieces)
    owners = await owners_of(acting.tx, there.values())
    changed = []
    for matter, before in sorted(there.items(), key=lambda each: each[0]):
        after = before
        for piece in new.get(matter[:2], ()):
            if piece.entry.level <= before.level and (before.id, piece.information.id) not in known:
                after = _joined(acting, rules, after, piece, owners.get(after.owner))
        if after is not before:
            changed.append(after)
    store.ROWS.save_all(acting.tx, changed, store.JOINED)


def _joined(acting: Acting, rules: Rules, before: Warning, new: Collected, owner: Owner | None) -> Warning:
    """PENDING but for the warning itself: one more piece behind it, by the rule that gives it most, if any does."""
    fitting = [each for each in rules.rules if each.subject is before.subject]
    rule = max(fitting, key=lambda each: each.contribution(new.entry, acting.today), default=None)
    if rule is None or not (points := rule.contribution(new.entry, acting.today)):
        return before
    counted = replace(before.moved(Action.JOIN), information_count=before.information_count + 1)
    after = counted.with_information([new.information], owner)
    store.put_behind(acting.tx, _behind(acting, rules, rule, after, new.entry, points))
    with acting.tx.traced(new.trace):
        told = pb.WarningJoined(risk_information=acting.named("riskInformation", new.information.id))
        tell(acting, after, told)
    return after


def _behind(acting: Acting, rules: Rules, rule: Rule, warning: Warning, entry: Entry, points: int) -> Behind:
    return Behind(
        warning=warning.id,
        information=entry.information,
        entry=entry.id,
        rules=rules.number,
        rule=rule.title,
        points=hundredths(points),
        words=rule.in_words(entry, acting.today),
        day=acting.today,
    )
