"""Lives the plan: every act at its hour, on a clock that is moved here.

Between two hours everything waits for the acts of the hour before, and for what they told; at each midnight for the
deadlines that came. Acts of one town follow each other, towns live side by side: so numbers and figures are the same
for the same plan.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from deploy.local.demo.acts import Act
from deploy.local.demo.agency.living import Cases
from deploy.local.demo.month import DAYS, at, day_of
from deploy.local.demo.people import County
from deploy.local.demo.plan import Plan
from deploy.local.demo.risk.living import Warnings
from deploy.local.demo.time import MovedClock
from deploy.local.demo.watch.living import Reports


@dataclass
class Life:
    """Three months in the county."""

    plan: Plan
    county: County
    clock: MovedClock
    told: Callable[[str], None]
    reports: Reports = field(init=False)
    cases: Cases = field(init=False)
    warnings: Warnings = field(init=False)

    def __post_init__(self) -> None:
        self.reports, self.cases = Reports(self.plan, self.county), Cases(self.plan, self.county)
        self.warnings = Warnings(self.plan, self.county)

    async def live(self) -> None:
        """From the first day to the midnight that ends the last."""
        days: dict[int, dict[int, dict[str, list[Act]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        for act in (*self.reports.acts(), *self.cases.acts(), *self.warnings.acts()):
            days[act.day][act.hour][act.town].append(act)
        for day in range(1, DAYS + 2):
            await self.clock.move(at(day, 0, 5))
            for hour, towns in sorted(days[day].items()):
                await self.clock.turn(at(day, hour))
                await asyncio.gather(*(_one_after_the_other(acts) for acts in towns.values()))
            if day % 7 == 0:
                reports, cases = (
                    sum(bool(each.name) for each in of.lived.values()) for of in (self.reports, self.cases)
                )
                self.told(
                    f"{day_of(day):%Y年%m月%d日}：已登记反映{reports}件，已收代理件{cases}件，"
                    f"已处置预警{len(self.warnings.answered)}条"
                )


async def _one_after_the_other(acts: Sequence[Act]) -> None:
    for act in acts:
        await act.do()
