"""What each figure counts, in one place: a figure and the cases behind it are the same rows under the same condition.

A source is rows of one table within a period, with the subject that each belongs to. Figures are counted by the
database, in one query for all subjects of a kind, and never by a loop over cases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

import sqlalchemy as sa

from services.agency.assessments.domain import Assessed, Figure, Figures, SubjectKind
from services.agency.cards.store import CARDS
from services.agency.cases.domain.case import Outcome
from services.agency.cases.domain.states import OPEN
from services.agency.cases.outcomes import CASE_OUTCOMES, DEPARTMENT_OUTCOMES
from services.agency.cases.store import CASE_PARTS, CASES
from services.agency.items.domain import Handling
from services.agency.oversights.domain.oversight import Kind as Asked
from services.agency.oversights.store import CASE_OVERSIGHTS
from services.agency.points.domain import Tier
from services.agency.ratings.domain.rating import Kind as Rated
from services.agency.ratings.domain.rating import Satisfaction as Stars
from services.agency.ratings.store import RATINGS
from services.agency.satisfaction import Satisfaction
from services.common.access import county_of, is_county
from services.common.database import Tx
from services.common.reported_periods import Period

Condition: TypeAlias = sa.ColumnElement[bool]

_c, _p, _o, _d, _k = CASES.c, CASE_PARTS.c, CASE_OUTCOMES.c, DEPARTMENT_OUTCOMES.c, CARDS.c
_s, _r = CASE_OVERSIGHTS.c, RATINGS.c
_JOINED = CASE_PARTS.join(CASES, sa.and_(_c.tenant == _p.tenant, _c.id == _p.case))

_ORDERED = CASE_OVERSIGHTS.join(CASES, sa.and_(_c.tenant == _s.tenant, _c.id == _s.case))
_RATED = RATINGS.join(CASE_OUTCOMES, sa.and_(_o.tenant == _r.tenant, _o.case == _r.case))

HANDLINGS = {
    Figure.AT_ONCE: Handling.AT_ONCE,
    Figure.PROMISED: Handling.PROMISED,
    Figure.JOINT: Handling.JOINT,
    Figure.REPORT_UP: Handling.REPORT_UP,
}
OUTCOMES = {
    Figure.GRANTED: Outcome.GRANTED,
    Figure.REFUSED: Outcome.REFUSED,
    Figure.WITHDRAWN: Outcome.WITHDRAWN,
    Figure.LAPSED: Outcome.LAPSED,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of which figures count those under a condition, or add up a number that they hold."""

    rows: sa.FromClause
    subject: sa.ColumnElement[str]
    case: sa.ColumnElement[str] | sa.ColumnElement[str | None]
    key: sa.ColumnElement[str]
    """Tells the rows apart; explanations are in its order."""
    within: Sequence[Condition]
    counts: Mapping[Figure, Condition]
    sums: Mapping[Figure, sa.ColumnElement[int] | sa.ColumnElement[int | None]]


async def count(tx: Tx, kind: SubjectKind, period: Period, seen: Collection[str] | None, today: date) -> list[Assessed]:
    """Those of the tenant with something to count, each with its figures. `seen`: only these subjects."""
    parts = [_counted(source, seen) for source in sources(tx.tenant, kind, period, today)]
    every = sa.union_all(*parts).subquery()
    sums = [sa.func.sum(every.c[figure.field]).label(figure.field) for figure in Figure]
    rows = await tx.rows(sa.select(every.c.subject, *sums).group_by(every.c.subject).order_by(every.c.subject))
    return [
        Assessed(kind, row.subject, Figures({figure: int(row._mapping[figure.field]) for figure in Figure}))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure of whom is to be explained."""

    kind: SubjectKind
    subject: str
    figure: Figure
    period: Period


@dataclass(frozen=True, slots=True)
class Behind:
    """One of the rows that a figure counts."""

    case: str | None
    """None for a card that was handed out in no case."""
    key: str
    value: int
    """What it adds to the figure."""


async def behind(tx: Tx, asked: Question, today: date, after: str, limit: int) -> list[Behind]:
    """At most `limit` of the rows that a subject's figure counts, in the order of their keys."""
    figure, those = asked.figure, sources(tx.tenant, asked.kind, asked.period, today)
    [source] = [each for each in those if figure in (*each.counts, *each.sums)]
    counts = source.counts.get(figure)
    value = sa.literal(1) if counts is not None else source.sums[figure]
    condition = counts if counts is not None else source.sums[figure].is_not(None)
    chosen = (
        sa.select(source.case.label("case"), source.key.label("key"), value.label("value"))
        .select_from(source.rows)
        .where(*source.within, source.subject == asked.subject, condition)
    )
    rows = await tx.rows(chosen.where(source.key > after).order_by(source.key).limit(limit))
    return [Behind(row.case, row.key, row.value) for row in rows]


def sources(tenant: str, kind: SubjectKind, period: Period, today: date) -> Iterator[Source]:
    """Where the figures of a kind of subject are counted; each figure in one of them."""
    if kind is SubjectKind.DEPARTMENT:
        yield from _of_departments(tenant, period, today)
        return
    at_case = {SubjectKind.OFFICER: _c.owner, SubjectKind.POINT: _c.point, SubjectKind.TOWN: _c.tenant}[kind]
    came = {Figure.RECEIVED: sa.true(), Figure.OPEN: _c.state.in_(sorted(OPEN))}
    yield Source(CASES, at_case, _c.id, _c.id, (_c.tenant == tenant, *_within(_c.receive_time, period)), came, {})
    ran_out = {Figure.OVERDUE: sa.true()}
    yield Source(CASES, at_case, _c.id, _c.id, (_c.tenant == tenant, *_ran_out_in(period, today)), ran_out, {})
    at_outcome = {SubjectKind.OFFICER: _o.owner, SubjectKind.POINT: _o.point, SubjectKind.TOWN: _o.tenant}[kind]
    yield _of_outcomes(CASE_OUTCOMES, at_outcome, _o.case, tenant, period)
    at_card = {SubjectKind.OFFICER: _k.hander, SubjectKind.POINT: _k.point, SubjectKind.TOWN: _k.tenant}[kind]
    yield from _of_cards(at_card, tenant, period)
    yield _of_oversights(_ORDERED, at_case, tenant, period)
    yield _of_ratings(_RATED, at_outcome, tenant, period, _r.kind == Rated.OVERALL)


def _of_departments(tenant: str, period: Period, today: date) -> Iterator[Source]:
    key = _key(_p.case, _p.step, _p.place)
    here = (_p.tenant == tenant, _p.tier == Tier.COUNTY)
    came = {
        Figure.RECEIVED: sa.true(),
        Figure.OPEN: sa.and_(_p.end_date.is_(None), _c.state.in_(sorted(OPEN))),
    }
    in_period = _p.start_date.between(period.first, period.last)
    yield Source(_JOINED, _p.desk, _p.case, key, (*here, in_period), came, {})
    lay_there = (
        _p.start_date <= _c.promised_date,
        sa.or_(_p.end_date.is_(None), _p.end_date > _c.promised_date),
    )
    ran_out = (_c.tenant == tenant, *here, *_ran_out_in(period, today), *lay_there)
    yield Source(_JOINED, _p.desk, _p.case, key, ran_out, {Figure.OVERDUE: sa.true()}, {})
    yield _of_outcomes(DEPARTMENT_OUTCOMES, _d.department, _key(_d.case, _d.step, _d.place), tenant, period)
    if is_county(tenant):
        yield from _of_cards(_k.point, tenant, period)
    of_county = f"{county_of(tenant)}."
    yield _of_oversights(CASE_OVERSIGHTS, _s.desk, tenant, period, _s.desk.startswith(of_county))
    at_window = (_r.kind == Rated.DESK, _r.unit.startswith(of_county))
    yield _of_ratings(RATINGS, _r.unit, tenant, period, *at_window)


def _of_cards(subject: sa.ColumnElement[str], tenant: str, period: Period) -> Iterator[Source]:
    here, handed_out = _k.tenant == tenant, _k.hand_out_date.between(period.first, period.last)
    yield Source(CARDS, subject, _k.case, _k.id, (here, handed_out), {Figure.CARDS_HANDED_OUT: sa.true()}, {})
    returned = {
        Figure.CARDS_RETURNED: sa.true(),
        Figure.CARDS_DISSATISFIED: _k.satisfaction == Satisfaction.DISSATISFIED,
    }
    in_period = _k.return_date.between(period.first, period.last)
    yield Source(CARDS, subject, _k.case, _k.id, (here, in_period), returned, {})


def _of_oversights(
    rows: sa.FromClause, subject: sa.ColumnElement[str], tenant: str, period: Period, *more: Condition
) -> Source:
    """Those that were ordered in the period."""
    ordered = (_s.tenant == tenant, _s.kind == Asked.OVERSIGHT, *_within(_s.create_time, period), *more)
    return Source(rows, subject, _s.case, _s.id, ordered, {Figure.OVERSEEN: sa.true()}, {})


def _of_ratings(
    rows: sa.FromClause, subject: sa.ColumnElement[str], tenant: str, period: Period, *more: Condition
) -> Source:
    """Those that were given in the period."""
    given = (_r.tenant == tenant, _r.give_date.between(period.first, period.last), *more)
    bad = _r.level.in_([level for level in Stars if level.bad])
    counts = {Figure.RATED: sa.true(), Figure.BAD_RATINGS: bad}
    return Source(rows, subject, _r.case, _r.id, given, counts, {Figure.STARS: sa.cast(_r.level, sa.Integer)})


def _of_outcomes(
    table: sa.Table, subject: sa.ColumnElement[str], key: sa.ColumnElement[str], tenant: str, period: Period
) -> Source:
    c = table.c
    return Source(
        rows=table,
        subject=subject,
        case=c.case,
        key=key,
        within=(c.tenant == tenant, c.decide_date.between(period.first, period.last)),
        counts={
            Figure.DECIDED: sa.true(),
            **{figure: c.handling == handling for figure, handling in HANDLINGS.items()},
            **{figure: c.outcome == outcome for figure, outcome in OUTCOMES.items()},
            Figure.CLOCKED: c.used_days.is_not(None),
            Figure.IN_PROMISE: c.late.is_(False),
            Figure.LATE: c.late.is_(True),
            Figure.IN_LAW: c.over_law.is_(False),
            Figure.OVER_LAW: c.over_law.is_(True),
            Figure.SETTLED: c.outcome.in_([Outcome.GRANTED, Outcome.REFUSED]),
            Figure.FIRST_VISIT: c.first_visit,
            Figure.REPEATED_NOTICE: c.repeated_notice,
        },
        sums={Figure.USED_DAYS: c.used_days, Figure.PROMISED_DAYS: c.promised_days},
    )


def _within(instant: sa.ColumnElement[datetime], period: Period) -> tuple[Condition, Condition]:
    """By the instant where that is what an index has."""
    return instant >= period.start, instant < period.end


def _ran_out_in(period: Period, today: date) -> Iterator[Condition]:
    """The promised day lies in the period, is over, and passed without an outcome."""
    yield _c.promised_date.between(period.first, period.last)
    yield _c.promised_date < today
    yield sa.or_(_c.decide_date.is_(None), _c.decide_date > _c.promised_date)


def _key(
    case: sa.ColumnElement[str], step: sa.ColumnElement[int], place: sa.ColumnElement[int]
) -> sa.ColumnElement[str]:
    """Of a part: steps and places are single digits but in the longest routes, whose order does not matter."""
    return sa.func.concat(case, "/", step, ".", place)


def _counted(source: Source, seen: Collection[str] | None) -> sa.Select[*tuple[object, ...]]:
    """The figures of a source by subject; 0 for those of the others."""
    columns = [_figure(source, figure).label(figure.field) for figure in Figure]
    chosen = sa.select(source.subject.label("subject"), *columns).select_from(source.rows).where(*source.within)
    if seen is not None:
        chosen = chosen.where(source.subject.in_(sorted(seen)))
    return chosen.group_by(source.subject)


def _figure(source: Source, figure: Figure) -> sa.ColumnElement[int]:
    if (condition := source.counts.get(figure)) is not None:
        return sa.func.count().filter(condition)
    if (number := source.sums.get(figure)) is not None:
        return sa.func.coalesce(sa.func.sum(number), 0)
    return sa.literal(0)
