"""Pieces of risk information and rules, made up at random."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from services.risk.analysis.domain import Rule, Subject
from services.risk.information.domain import Entry, Kind
from services.risk.levels import Level

TODAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)

KINDS = (Kind.REPORT_SUBSTANTIATED, Kind.CASE_OVERDUE, Kind.AUDIT)
PLACES = (
    ("finance", None, None),
    ("finance", "head", None),
    ("finance", "head", "paying"),
    ("finance", "clerk", "checking"),
    ("village", None, None),
    ("village", "secretary", "granting"),
)


@st.composite
def pieces(draw: st.DrawFn) -> Entry:
    """A piece of the last forty days about one of few subjects."""
    unit, position, power = draw(st.sampled_from(PLACES))
    return Entry(
        id="",
        information="",
        level=draw(st.sampled_from((Level.UNIT, Level.UNIT, Level.TOWN, Level.COUNTY))),
        unit=unit,
        position=position,
        power=power,
        kind=draw(st.sampled_from(KINDS)),
        day=TODAY - timedelta(days=draw(st.integers(0, 40))),
        grade=draw(st.sampled_from((None, 1, 2, 3))),
        key_area=draw(st.booleans()),
        key_link=draw(st.booleans()),
        withdrawn=draw(st.integers(0, 9)) == 0,
        known_time=NOON - timedelta(days=draw(st.integers(0, 40))),
        author="",
        create_time=NOON,
    )


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """A rule whose thresholds such pieces reach now and then."""
    percents = st.integers(100, 300)
    yellow = draw(st.integers(1, 60))
    orange = yellow + draw(st.integers(1, 60))
    return Rule(
        title="规则",
        subject=draw(st.sampled_from(Subject)),
        weights=draw(st.dictionaries(st.sampled_from(KINDS), st.integers(0, 40), min_size=1)),
        window_days=draw(st.integers(1, 45)),
        decay_per_mille=draw(st.sampled_from((0, 1, 20, 100, 1000))),
        key_area_percent=draw(percents),
        key_link_percent=draw(percents),
        grade_percents=(draw(percents), draw(percents), draw(percents)),
        yellow=yellow,
        orange=orange,
        red=orange + draw(st.integers(1, 60)),
    )
