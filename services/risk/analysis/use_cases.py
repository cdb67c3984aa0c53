"""Setting the rules, and analysing: one more piece, and everything anew."""

from __future__ import annotations

from collections.abc import Sequence

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk.v1 import AnalysisRulesSet

from services.common import deadlines
from services.common.access import Role, is_county
from services.common.errors import Denied
from services.common.organisation import store as organisation
from services.risk.acting import Acting
from services.risk.analysis import store
from services.risk.analysis.domain import Rule, Rules
from services.risk.analysis.totals import About, deserving
from services.risk.information.domain import Collected
from services.risk.inventories import store as inventories
from services.risk.numbers import INFORMATION_SERIES, hold_series
from services.risk.sight import sees
from services.risk.warnings import store as warnings
from services.risk.warnings.domain import Warning, said_of
from services.risk.warnings.raising import raise_what_deserves

RULES_SET = "analysis.rules_set"
"""The deadline at which a tenant is analysed anew, since the rules are others; its owner is the tenant."""


async def set_rules(acting: Acting, rules: tuple[Rule, ...]) -> Rules:
    """A new edition of the county, behind the last one. Raises Denied.

    Two at once: the number is taken once, and the second is told to try again.
    """
    if not is_county(acting.tx.tenant):
        raise Denied("预警规则由县纪委监委统一设定。", "NOT_COUNTY")
    before = await store.in_force(acting.tx)
    made = Rules(id=str(before.number + 1), rules=rules, author=acting.actor.name, create_time=acting.now)
    store.insert(acting.tx, made)
    told = AnalysisRulesSet(
        analysis_rules=acting.named("analysisRules", made.id),
        number=made.number,
        rule_count=len(rules),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("analysis_rules", made.id, 1, told)
    county = acting.tx.tenant
    for tenant in (county, *await organisation.towns_of(acting.tx, county)):
        async with acting.tx.within(tenant):
            deadlines.schedule(acting.tx, RULES_SET, tenant, acting.now)
    return made


async def analyse_new(acting: Acting, pieces: Sequence[Collected]) -> None:
    """Looks at the subjects of some more pieces alone. The inventories of their units are locked."""
    rules = await store.in_force(acting.tx)
    found = await deserving(acting.tx, rules, acting.today, About.of([each.entry for each in pieces]))
    await raise_what_deserves(acting, rules, found, pieces)


async def analyse_all(acting: Acting) -> list[Warning]:
    """Raises what deserves it by the rules that count now, and returns it.

    Whether it still does is asked again once the units are locked: a warning that was answered or lowered meanwhile is
    not raised anew by what it had behind it.
    """
    await hold_series(acting, INFORMATION_SERIES)
    rules = await store.in_force(acting.tx)
    rising = await _rising(acting, rules)
    await inventories.lock_those(acting.tx, rising.units)
    found = await deserving(acting.tx, rules, acting.today, rising)
    return await raise_what_deserves(acting, rules, found)


async def _rising(acting: Acting, rules: Rules) -> About:
    """The subjects that deserve what no open warning says already."""
    there, found = await warnings.open_colours(acting.tx), await deserving(acting.tx, rules, acting.today)
    rising = {matter: each for matter, each in found.items() if each.assessment.colour > said_of(matter, there)}
    return About(sorted({each.unit for each in rising.values()}), sorted({id for _, id, _ in rising}))


async def analyse_of_discipline(acting: Acting) -> int:
    """The same, for the discipline organ of the tenant; returns how many of those were raised that it sees. Raises
    Denied."""
    if acting.actor.has(Role.COUNTY_DISCIPLINE) and not is_county(acting.tx.tenant):
        raise Denied("镇（街道）的风险信息由镇纪委分析。", "NOT_OWN_TENANT")
    raised, tenant = await analyse_all(acting), acting.tx.tenant
    return sum(sees(acting.actor, tenant, each) for each in raised)
