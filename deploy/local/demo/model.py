"""What must come of the plan by the rules of the domain, said a second time and more simply than the product says it.

It reads nothing of the product: the figures of the weeks that were lived are held against these.
"""

from __future__ import annotations

from collections import Counter

from deploy.local.demo.plan import Plan
from deploy.local.demo.watch import model as watch


def expected(plan: Plan) -> dict[str, Counter[str]]:
    """The figures of each town by its code, without those that are nothing."""
    return {town.code: +watch.figures_of(town, plan.reports_in(town.code)) for town in plan.towns}
