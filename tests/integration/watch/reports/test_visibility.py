"""The rule of sight and its SQL say the same of every report and every viewer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.local.databases import ServiceDatabase
from services.common.database import Database, Tx
from services.watch.reports import store
from services.watch.reports.domain.recusal import Viewer, recused, sees
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Kind, Level
from services.watch.reports.store import REPORTS
from services.watch.reports.visibility import counted, not_recused, visible
from tests.unit.watch.reports.builders import COUNTY_DISCIPLINE, DISCIPLINE, FINANCE, LI, TOWN, VILLAGE, WANG, a_report

CADRES = ("li", "wang", "zhao")
ACCOUNTS = (LI, WANG, "tenants/611021/accounts/li")
UNITS = (VILLAGE, FINANCE, DISCIPLINE)
ORGANS = (VILLAGE, FINANCE, DISCIPLINE, COUNTY_DISCIPLINE)


def counts(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer's figures count the report."""
    in_figures = viewer.figures_up_to is not None and report.level <= viewer.figures_up_to
    return sees(report, viewer) or (in_figures and not recused(report, viewer))


SAME: Sequence[tuple[Callable[[Report, Viewer], bool], Callable[[Viewer], sa.ColumnElement[bool]]]] = (
    (lambda report, viewer: not recused(report, viewer), not_recused),
    (sees, visible),
    (counts, counted),
)
"""Each rule of the domain beside the SQL that is to say the same."""

some_units = st.frozensets(st.sampled_from(UNITS), max_size=2)
# Organ and level are drawn apart, so that rows are tried too of which no rule of routing would think.
facts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind),
        "unit": st.sampled_from(UNITS),
        "organ": st.sampled_from(ORGANS),
        "level": st.sampled_from(Level),
        "brought_by": st.none() | st.sampled_from(ACCOUNTS),
        "subject_cadre": st.none() | st.sampled_from(CADRES),
        "subject_unit": st.none() | st.sampled_from(UNITS),
        "conflicted": st.lists(st.sampled_from(ACCOUNTS), unique=True, max_size=2).map(tuple),
    }
)
viewers = st.builds(
    Viewer,
    account=st.sampled_from(ACCOUNTS),
    cadre=st.none() | st.sampled_from(CADRES),
    handles_for=some_units,
    post_of=some_units,
    brings_for=some_units,
    town=st.booleans(),
    county=st.booleans(),
    figures_up_to=st.none() | st.sampled_from(Level),
)


class Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


@pytest.mark.asyncio(loop_scope="function")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports=st.lists(facts, min_size=1, max_size=30), those=st.lists(viewers, min_size=1, max_size=8))
async def test_lists_counts_and_single_reports_agree_on_who_sees_what(
    watch_database: ServiceDatabase, reports: list[dict[str, object]], those: list[Viewer]
) -> None:
    made = [replace(a_report(**facts), id=f"{number:032x}", serial=number) for number, facts in enumerate(reports)]
    database = Database(watch_database.app, pool_size=1)

    with pytest.raises(Undone):
        async with database.transaction(TOWN) as tx:
            for report in made:
                store.insert(tx, report)
            found = [await chosen(tx, sql(viewer)) for viewer in those for _, sql in SAME]
            raise Undone
    await database.close()

    assert found == [{each.id for each in made if rule(each, viewer)} for viewer in those for rule, _ in SAME]


async def chosen(tx: Tx, condition: sa.ColumnElement[bool]) -> set[str]:
    """Ids of the reports that meet the condition."""
    return {row.id for row in await tx.rows(sa.select(REPORTS.c.id).where(REPORTS.c.tenant == TOWN, condition))}


@given(report=facts, viewer=viewers)
def test_nobody_sees_or_counts_what_is_about_them(report: dict[str, object], viewer: Viewer) -> None:
    theirs = replace(a_report(**report), subject_cadre="li")

    assert not sees(theirs, replace(viewer, cadre="li"))
    assert not counts(theirs, replace(viewer, cadre="li"))


@given(report=facts, viewer=viewers)
def test_what_moves_up_is_never_seen_by_more_people_below(report: dict[str, object], viewer: Viewer) -> None:
    below = replace(viewer, county=False, brings_for=frozenset(), figures_up_to=Level.TOWN)
    by_level = [counts(replace(a_report(**report), level=level), below) for level in Level]

    assert all(lower or not higher for lower, higher in pairwise(by_level))
    assert not by_level[-1]
