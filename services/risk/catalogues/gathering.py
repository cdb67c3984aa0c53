"""What the catalogue of a unit says now, gathered with one query for each table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from services.common.organisation import store as organisation
from services.risk.acting import Acting
from services.risk.catalogues.content import (
    ChartEntry,
    Content,
    ControlEntry,
    PositionEntry,
    PowerEntry,
    RiskPointEntry,
)
from services.risk.charts import store as charts
from services.risk.gradings import store as gradings
from services.risk.inventories.use_cases import full_title
from services.risk.positions import store as positions
from services.risk.positions.domain import Position
from services.risk.powers import store as powers
from services.risk.powers.domain import Content as PowerContent
from services.risk.powers.domain import Power, proposed
from services.risk.risk_points import store as risk_points
from services.risk.risk_points.domain import Control, RiskPoint


async def gather(acting: Acting, unit: str) -> Content:
    """In an order that follows from what is said, so that the same inventory always gives the same bytes."""
    there = await positions.of_unit(acting.tx, unit)
    exercised = await powers.of_unit(acting.tx, unit)
    points = _Points(await risk_points.confirmed_of(acting.tx, unit))
    controls = await risk_points.controls(acting.tx, points.ids)
    titles = {each.id: _title(each) for each in there}
    points.controls = _controls(controls, await _owners(acting, controls))
    reasons = await gradings.reasons(acting.tx, [each.id for each in exercised if each.decision])
    of_position: defaultdict[str, list[PowerEntry]] = defaultdict(list)
    standings = {each.id: each.standing for each in there}
    for each in sorted(exercised, key=lambda each: (each.title, each.id)):
        reason = reasons.get((each.id, each.decision or ""), proposed(standings[each.position], each).reason)
        of_position[each.position].append(_power(each, reason, points))
    ordered = sorted(there, key=lambda each: (each.section, each.standing, each.title, each.id))
    entries = [_position(each, of_position[each.id], points) for each in ordered]
    return Content(
        unit=unit,
        unit_title=await full_title(acting, unit),
        positions=tuple(each for each in entries if each.powers or each.risk_points),
        risk_points=points.of(None, None),
        charts=await _charts(acting, unit, titles),
    )


class _Points:
    """The risk points of the unit, by what they are about."""

    def __init__(self, confirmed: Sequence[RiskPoint]) -> None:
        self.ids = [each.id for each in confirmed]
        self.controls: Mapping[str, tuple[ControlEntry, ...]] = {}
        self._found: defaultdict[tuple[str | None, str | None], list[RiskPoint]] = defaultdict(list)
        for each in sorted(confirmed, key=lambda each: (each.create_time, each.id)):
            self._found[None if each.power else each.position, each.power].append(each)

    def of(self, position: str | None, power: str | None) -> tuple[RiskPointEntry, ...]:
        """Those of a power, of a position beside its powers, or of neither."""
        return tuple(
            RiskPointEntry(
                id=each.id,
                level=each.level,
                section=each.section,
                aspect=each.aspect,
                method=each.method,
                manifestation=each.manifestation,
                controls=self.controls.get(each.id, ()),
            )
            for each in self._found[position, power]
        )


def _position(position: Position, exercised: Iterable[PowerEntry], points: _Points) -> PositionEntry:
    return PositionEntry(
        id=position.id,
        section=position.section,
        title=position.title,
        standing=position.standing,
        grade=position.grade,
        powers=tuple(exercised),
        risk_points=points.of(position.id, None),
    )


def _power(power: Power, reason: str, points: _Points) -> PowerEntry:
    written: dict[str, Any] = {each.name: getattr(power, each.name) for each in fields(PowerContent)}
    return PowerEntry(
        **written, id=power.id, grade=power.grade, grade_reason=reason, risk_points=points.of(None, power.id)
    )


def _controls(
    controls: Mapping[str, Sequence[Control]], owners: Mapping[str, str]
) -> Mapping[str, tuple[ControlEntry, ...]]:
    return {
        risk_point: tuple(
            ControlEntry(
                measure=each.measure,
                owner=owners[each.owner_position or each.owner_cadre or ""],
                due_date=str(each.due_date),
            )
            for each in these
        )
        for risk_point, these in controls.items()
    }


async def _owners(acting: Acting, controls: Mapping[str, Sequence[Control]]) -> dict[str, str]:
    """What the positions and cadres are called that carry out control measures, also those that are there no more."""
    every = [each for these in controls.values() for each in these]
    at = await positions.by_id(acting.tx, {each.owner_position for each in every if each.owner_position})
    people = await organisation.cadres(acting.tx, {each.owner_cadre for each in every if each.owner_cadre})
    return {id: _title(each) for id, each in at.items()} | {id: each.name for id, each in people.items()}


async def _charts(acting: Acting, unit: str, titles: Mapping[str, str]) -> tuple[ChartEntry, ...]:
    in_force = sorted(await charts.of_unit(acting.tx, unit), key=lambda each: (each.kind, each.title, each.id))
    shown = await charts.latest(acting.tx, in_force)
    return tuple(
        ChartEntry(
            id=each.id,
            version=each.latest,
            content_hash=shown[each.id].content_hash.hex(),
            kind=each.kind,
            title=each.title,
            positions={id: titles[id] for id in each.positions},
            business_steps=(
                {step.id: step.title for step in shown[each.business_chart].content.steps}
                if each.business_chart
                else {}
            ),
        )
        for each in in_force
    )


def _title(position: Position) -> str:
    return "·".join(filter(None, (position.section, position.title)))
