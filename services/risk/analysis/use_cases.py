"""Setting the rules, and analysing: one more piece, and everything anew."""

from __future__ import annotations

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk.v1 import AnalysisRulesSet

from services.common.access import is_county
from services.common.errors import Denied
from services.risk.acting import Acting
from services.risk.analysis import store
from services.risk.analysis.domain import Rule, Rules
from services.risk.analysis.totals import deserving
from services.risk.information.domain import Entry
from services.risk.warnings.raising import raise_what_deserves


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
    return made


async def analyse_new(acting: Acting, entry: Entry) -> None:
    """Looks at the subjects of one more piece alone. Its unit's inventory is locked."""
    rules = await store.in_force(acting.tx)
    found = await deserving(acting.tx, rules, acting.today, entry)
    await raise_what_deserves(acting, rules, entry.unit, found, entry)
