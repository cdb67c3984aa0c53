"""Who handles a report: always an organ, and never the one that it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.watch.reports.domain.routing import Subject, route
from services.watch.reports.domain.terms import Cause, Class, Kind, Level
from tests.unit.watch.reports.builders import COUNTY_DISCIPLINE, DISCIPLINE, FINANCE, TOWN, VILLAGE

ACCUSED, OPINION = Kind.ACCUSATION, Kind.OPINION
PARTY = f"{TOWN}.party-committee"
CLERK = Subject(cadre="clerk", unit=FINANCE)
HEAD = Subject(cadre="head", unit=FINANCE, leads_unit=True)
MAYOR = Subject(cadre="mayor", unit=f"{TOWN}.government-office", leads_town=True)

RULES = [
    ("an opinion is answered by the unit", OPINION, VILLAGE, Class.UNDECIDED, Subject(), Level.UNIT, VILLAGE),
    ("an accusation against a clerk by the clerk's unit", ACCUSED, VILLAGE, Class.GENERAL, CLERK, Level.UNIT, FINANCE),
    ("one that is not linked by the town", ACCUSED, VILLAGE, Class.UNDECIDED, Subject(), Level.TOWN, DISCIPLINE),
    (
        "where town leaders could be meant by the county",
        ACCUSED,
        PARTY,
        Class.UNDECIDED,
        Subject(),
        Level.COUNTY,
        COUNTY_DISCIPLINE,
    ),
    ("one about the head of a unit skips that unit", ACCUSED, FINANCE, Class.UNDECIDED, HEAD, Level.TOWN, DISCIPLINE),
    ("so does an opinion about the head", OPINION, FINANCE, Class.UNDECIDED, HEAD, Level.TOWN, DISCIPLINE),
    (
        "one about a town leader goes to the county",
        ACCUSED,
        VILLAGE,
        Class.GENERAL,
        MAYOR,
        Level.COUNTY,
        COUNTY_DISCIPLINE,
    ),
    (
        "one about the discipline committee too",
        OPINION,
        VILLAGE,
        Class.GENERAL,
        Subject(unit=DISCIPLINE),
        Level.COUNTY,
        COUNTY_DISCIPLINE,
    ),
    (
        "and where the reporter says so",
        ACCUSED,
        VILLAGE,
        Class.UNDECIDED,
        Subject(leadership_meant=True),
        Level.COUNTY,
        COUNTY_DISCIPLINE,
    ),
    (
        "a whole unit that is accused does not judge itself",
        ACCUSED,
        VILLAGE,
        Class.GENERAL,
        Subject(unit=FINANCE),
        Level.TOWN,
        DISCIPLINE,
    ),
    (
        "an opinion about a unit is answered by it",
        OPINION,
        VILLAGE,
        Class.GENERAL,
        Subject(unit=FINANCE),
        Level.UNIT,
        FINANCE,
    ),
    ("a major one goes to the town", ACCUSED, VILLAGE, Class.MAJOR, CLERK, Level.TOWN, DISCIPLINE),
]


@pytest.mark.parametrize(
    ("rule", "kind", "unit", "decided", "subject", "level", "organ"), RULES, ids=[rule for rule, *_ in RULES]
)
def test_the_organ_that_handles_a_report(
    rule: str, kind: Kind, unit: str, decided: Class, subject: Subject, level: Level, organ: str
) -> None:
    to = route(TOWN, unit, kind, decided, subject)

    assert (to.level, to.organ) == (level, organ), rule


def test_the_county_handles_what_is_told_to_it() -> None:
    to = route("611021", "611021.finance", Kind.ACCUSATION, Class.GENERAL, Subject())

    assert (to.level, to.organ) == (Level.COUNTY, COUNTY_DISCIPLINE)


def test_the_reason_of_a_way_up_is_named() -> None:
    assert route(TOWN, FINANCE, ACCUSED, Class.UNDECIDED, HEAD).cause is Cause.SUBJECT
    assert route(TOWN, FINANCE, ACCUSED, Class.UNDECIDED, MAYOR).cause is Cause.TOWN_LEADERSHIP


SUBJECTS = st.builds(
    Subject,
    cadre=st.none() | st.just("somebody"),
    unit=st.sampled_from([None, VILLAGE, FINANCE, DISCIPLINE, PARTY]),
    leads_unit=st.booleans(),
    leads_town=st.booleans(),
    leadership_meant=st.booleans(),
)


@given(st.sampled_from(Kind), st.sampled_from(Class), SUBJECTS, st.sampled_from(Level))
def test_there_is_always_an_organ_and_never_below_the_floor(
    kind: Kind, decided: Class, subject: Subject, floor: Level
) -> None:
    to = route(TOWN, VILLAGE, kind, decided, subject, floor)

    assert to.organ
    assert to.level >= floor
    assert to.level >= Level.TOWN or not (subject.leads_unit or subject.leads_town)
    assert to.level is Level.COUNTY or not subject.leads_town
