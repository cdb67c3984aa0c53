"""Counting reports: one query over their facts, by unit and in all.

What is counted: reports by the day of their registration in Asia/Shanghai, without what the viewer may not know to
exist. Days to answer are calendar days from the registration to the first answer. Late means that no answer came by
the first deadline of a period, and never goes away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from services.common.periods import start_of_day
from services.common.schema import Row
from services.common.words import Word
from services.watch.reports.acting import Acting
from services.watch.reports.domain.states import OPEN, State
from services.watch.reports.domain.terms import Channel, Finding, Kind, Matter
from services.watch.reports.store import REPORTS
from services.watch.reports.visibility import counted

_r = REPORTS.c


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of the reports of one unit's post, or of all."""

    received: int = 0
    by_kind: tuple[tuple[Kind, int], ...] = ()
    by_matter: tuple[tuple[Matter, int], ...] = ()
    by_channel: tuple[tuple[Channel, int], ...] = ()
    answered: int = 0
    in_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    substantiated: int = 0
    reopened: int = 0
    not_accepted: int = 0
    median_days: float = 0.0
    p90_days: float = 0.0

    @property
    def substantiated_share(self) -> float:
        """Of the answered, 0 to 1; 0 where none is answered."""
        return self.substantiated / self.answered if self.answered else 0.0


async def count(acting: Acting, first_day: date, last_day: date, unit: str) -> tuple[Figures, dict[str, Figures]]:
    """The figures of a period, both days included: of all reports, and by the code of the unit where they were made."""
    conditions = [
        _r.tenant == acting.tx.tenant,
        _r.register_time >= start_of_day(first_day),
        _r.register_time < start_of_day(last_day + timedelta(days=1)),
        counted(acting.viewer),
    ]
    if unit:
        conditions.append(_r.unit == unit)
    chosen = sa.select(_r.unit, *_columns(acting.now)).where(*conditions)
    rows = await acting.tx.rows(chosen.group_by(sa.text("GROUPING SETS ((reports.unit), ())")).order_by(_r.unit))
    by_unit = {row.unit: _figures(row) for row in rows if row.unit is not None}
    return next((_figures(row) for row in rows if row.unit is None), Figures()), by_unit


def _columns(now: datetime) -> list[sa.Label[int] | sa.Label[float]]:
    open_now = _r.state.in_(sorted(OPEN))
    late = sa.or_(_r.late, sa.and_(open_now, _r.first_due_time <= now))
    answered = _r.first_answer_time.is_not(None)
    days = _local_date(_r.first_answer_time) - _local_date(_r.register_time)
    conditions = {
        "received": sa.true(),
        **{_name(word): _r.kind == word for word in Kind},
        **{_name(word): _r.matter == word for word in Matter},
        **{_name(word): _r.channel == word for word in Channel},
        "answered": answered,
        "in_time": sa.and_(answered, sa.not_(late)),
        "late": late,
        "open": open_now,
        "overdue": sa.and_(open_now, _r.due_time <= now),
        "substantiated": sa.and_(answered, _r.finding.in_([each for each in Finding if each.substantiated])),
        "reopened": _r.reopened,
        "not_accepted": _r.state == State.NOT_ACCEPTED,
    }
    counts = [sa.func.count().filter(condition).label(name) for name, condition in conditions.items()]
    shares = {"median_days": 0.5, "p90_days": 0.9}
    percentiles = [
        sa.func.percentile_cont(share).within_group(days).filter(answered).label(name) for name, share in shares.items()
    ]
    return [*counts, *percentiles]


def _local_date(column: sa.ColumnElement[datetime] | sa.ColumnElement[datetime | None]) -> sa.ColumnElement[date]:
    return sa.cast(sa.func.timezone("Asia/Shanghai", column), sa.Date())


def _name(word: Word) -> str:
    return f"{type(word).__name__}_{word.name}".lower()


def _figures(row: Row) -> Figures:
    counts = row._mapping
    single = ("received", "answered", "in_time", "late", "open", "overdue", "substantiated", "reopened", "not_accepted")
    return Figures(
        **{name: counts[name] for name in single},
        by_kind=tuple((word, counts[_name(word)]) for word in Kind),
        by_matter=tuple((word, counts[_name(word)]) for word in Matter),
        by_channel=tuple((word, counts[_name(word)]) for word in Channel),
        median_days=float(row.median_days or 0),
        p90_days=float(row.p90_days or 0),
    )
