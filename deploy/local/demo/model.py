"""What must come of the plan by the rules of the domain, said a second time and more simply than the product says it.

It reads nothing of the product: the figures of the months that were lived are held against these.
"""

from __future__ import annotations

from collections import Counter

from deploy.local.demo.agency import model as agency
from deploy.local.demo.agency.days import SNOW
from deploy.local.demo.month import Town
from deploy.local.demo.plan import Plan
from deploy.local.demo.risk import model as risk
from deploy.local.demo.watch import model as watch


def expected(plan: Plan) -> dict[str, Counter[str]]:
    """The figures of each town by its code, without those that are nothing."""
    return {town.code: _town(plan, town) for town in plan.towns}


def _town(plan: Plan, town: Town) -> Counter[str]:
    of_reports = watch.figures_of(town, plan.reports_in(town.code))
    snowed_in = town.code == plan.snowed_in
    of_cases = agency.figures_of(plan.cases_in(town.code), snowed_in=snowed_in)
    off = frozenset({SNOW}) if snowed_in else frozenset[int]()
    of_risks = risk.figures_of([*plan.reports_in(town.code)], plan.cases_in(town.code), off)
    return of_reports + of_cases + of_risks
