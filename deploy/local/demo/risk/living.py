"""What discipline officers do about warnings 预警: every act through the public API.

Warnings come by themselves, from what was told in the other services; here they are answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import cast

from deploy.local.accounts import COUNTY
from deploy.local.demo.acts import Act
from deploy.local.demo.month import DAYS, SHANGHAI, at, day_of
from deploy.local.demo.people import County
from deploy.local.demo.plan import Plan
from deploy.local.demo.risk.model import PATIENCE
from deploy.local.demo.telling import Record, records

EVENING = 23
"""Behind everything else that happens on a day."""
CORRECTED_AFTER = 5
"""Days in which an order to correct is done."""
COLOURS = ("COLOUR_UNSPECIFIED", "COLOUR_YELLOW", "COLOUR_ORANGE", "COLOUR_RED")
SEVERITIES = {"COLOUR_YELLOW": "REMINDER", "COLOUR_ORANGE": "CRITICISM", "COLOUR_RED": "CORRECTION"}
RANKS = ("REMINDER", "CRITICISM", "CORRECTION")
NOTES = {
    "REMINDER": "向单位发出风险提示，请对照清单自查，及时答复群众。",
    "CRITICISM": "对单位负责人批评教育，要求逐件说明办理情况。",
    "CORRECTION": "责令单位限期纠正办事拖延，公开办理时限，逐件补办。",
}
MILDER = "上次处置后已经整改，这次情节较轻。"


@dataclass
class Warnings:
    """The warnings of all towns and of the county, as they are answered."""

    plan: Plan
    county: County
    orders: dict[int, list[str]] = field(default_factory=dict)
    """Orders to correct, by the day on which they are checked."""
    worst: dict[str, int] = field(default_factory=dict)
    """The severest disposition of each unit's warnings so far, by the unit's name."""
    answered: list[Record] = field(default_factory=list)
    """What was recorded, in order."""

    def acts(self) -> Iterator[Act]:
        """Every evening each discipline organ looks at what it owes."""
        for day in range(1, DAYS + 1):
            for town in self.plan.towns:
                yield Act(day, EVENING, town.code, partial(self._look, day, f"tenants/{town.code}"))
            yield Act(day, EVENING, COUNTY, partial(self._look, day, COUNTY))

    async def _look(self, day: int, tenant: str) -> None:
        query: dict[str, str | int] = {"filter.state": "STATE_OPEN", "page_size": 200}
        owed = await self.county.get(self._officer(COUNTY), f"/v1/{tenant}/warnings", **query)
        for warning in sorted(records(owed, "warnings"), key=lambda each: str(each["number"])):
            coloured = datetime.fromisoformat(str(warning["colourTime"])).astimezone(SHANGHAI).date()
            patience = PATIENCE[COLOURS.index(str(warning["colour"]))]
            if coloured <= day_of(day - patience) or str(warning["lastDay"]) <= str(day_of(day)):
                await self._dispose(day, tenant, warning)
        for order in self.orders.get(day, []):
            if order.startswith(f"{tenant}/"):
                body = {"done": True, "note": "已逐件补办，并公开了办理时限。"}
                await self.county.post(self._officer(tenant), f"/v1/{order}:check", body)

    async def _dispose(self, day: int, tenant: str, warning: Record) -> None:
        of_county = warning["ownerLevel"] == "LEVEL_COUNTY"
        severity, unit = SEVERITIES[str(warning["colour"])], str(warning["unit"])
        rank = RANKS.index(severity)
        body = {
            "warning": warning["name"],
            "severity": f"SEVERITY_{severity}",
            "note": NOTES[severity],
            "milderReason": MILDER if rank < self.worst.get(unit, 0) else "",
        }
        body |= {"lastDay": str(at(day + CORRECTED_AFTER + 1).date())} if severity == "CORRECTION" else {}
        who = self._officer(COUNTY if of_county else tenant)
        answer = await self.county.post(who, f"/v1/{tenant}/dispositions", body)
        recorded = cast(Record, answer["disposition"])
        self.answered.append(recorded)
        self.worst[unit] = rank
        if severity == "CORRECTION" and not of_county:
            self.orders.setdefault(day + CORRECTED_AFTER, []).append(str(recorded["name"]))

    def _officer(self, tenant: str) -> str:
        return f"{tenant}/accounts/discipline-officer"
