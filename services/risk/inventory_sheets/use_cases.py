"""Taking the positions and powers of a unit from a spreadsheet: all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import uuid4

from services.common.sheet_reading import SheetRow
from services.risk.acting import Acting
from services.risk.inventories.use_cases import own_inventory
from services.risk.inventory_sheets.domain import Act, Change, PositionLines, changes
from services.risk.inventory_sheets.reading import read_lines
from services.risk.positions import store as positions
from services.risk.positions import use_cases as position_use_cases
from services.risk.positions.domain import Position
from services.risk.powers import store as powers
from services.risk.powers import use_cases as power_use_cases
from services.risk.powers.domain import Power
from services.risk.risk_points.domain import Gone, RiskPoint
from services.risk.risk_points.withdrawing import ending_with, withdraw_each


async def take_in(
    acting: Acting, unit: str, rows: Sequence[SheetRow], *, retire_missing: bool, dry_run: bool
) -> tuple[list[Change], list[RiskPoint]]:
    """What the rows change in the inventory, and the risk points that end with what is retired; a dry run only says so.
    Raises NotFound, Refused, InvalidFields."""
    inventory = await own_inventory(acting, unit)
    there, exercised = await positions.of_unit(acting.tx, unit), await powers.of_unit(acting.tx, unit)
    lines = read_lines(rows, inventory, there, exercised)
    planned = changes(lines, there, exercised, retire_missing=retire_missing)
    at = {(each.section, each.title): each for each in there}
    gone = [each for each in planned if each.act is Act.RETIRE]
    going = [at[each.position.section, each.position.title] for each in gone if each.power is None]
    await position_use_cases.check_in_no_chart(acting, unit, going)
    left = {each.section for each in lines} | {each.section for each in there if each not in going}
    ended = Gone(
        positions={each.id for each in going},
        powers={each.power.id for each in gone if each.power},
        sections={each.section for each in going} - left,
    )
    ending = await ending_with(acting, unit, ended)
    if not dry_run:
        await _carry_out(_Work(acting, unit, there, exercised), planned)
        positions.end_holders(acting.tx, ended.positions, acting.today)
        await withdraw_each(acting, ending)
    return planned, list(ending)


async def _carry_out(work: _Work, planned: Sequence[Change]) -> None:
    """What goes makes room first for what comes."""
    for each in planned:
        if each.act is Act.RETIRE:
            work.retire(each)
    await work.acting.tx.flush()
    for each in planned:
        if each.act is Act.CHANGE:
            await work.change(each)
    await work.acting.tx.flush()
    for each in planned:
        if each.act is Act.ADD:
            work.add(each)


class _Work:
    """The positions and powers of the unit as they are after each change."""

    def __init__(self, acting: Acting, unit: str, there: Sequence[Position], exercised: Sequence[Power]) -> None:
        self.acting, self._unit = acting, unit
        self._positions = {(each.section, each.title): each for each in there}
        self._powers: dict[str, dict[str, Power]] = {each.id: {} for each in there}
        for power in exercised:
            self._powers[power.position][power.id] = power

    def retire(self, change: Change) -> None:
        position = self._at(change)
        if change.power is None:
            position_use_cases.retire(self.acting, position, len(self._powers[position.id]))
            return
        power = self._powers[position.id].pop(change.power.id)
        _, after = power_use_cases.end(self.acting, power, position, self._powers[position.id].values())
        self._keep(after)

    async def change(self, change: Change) -> None:
        position = self._at(change)
        if change.content is None:
            standing = cast("PositionLines", change.position).standing
            after = await position_use_cases.update(self.acting, position, position.section, position.title, standing)
            regraded, after = power_use_cases.regrade(self.acting, after, [*self._powers[position.id].values()])
            self._powers[position.id] = {each.id: each for each in regraded}
        else:
            assert change.power is not None
            before = self._powers[position.id].pop(change.power.id)
            others = self._powers[position.id].values()
            power, after = power_use_cases.rewrite(self.acting, before, position, [*others], change.content)
            self._powers[position.id][power.id] = power
        self._keep(after)

    def add(self, change: Change) -> None:
        if change.content is None:
            new = Position(
                id=uuid4().hex,
                unit=self._unit,
                section=change.position.section,
                title=change.position.title,
                standing=change.position.standing,
            )
            self._keep(position_use_cases.add(self.acting, new))
            self._powers[new.id] = {}
            return
        position = self._at(change)
        others = self._powers[position.id]
        power, after = power_use_cases.add(self.acting, uuid4().hex, position, others.values(), change.content)
        others[power.id] = power
        self._keep(after)

    def _at(self, change: Change) -> Position:
        return self._positions[change.position.section, change.position.title]

    def _keep(self, position: Position) -> None:
        self._positions[position.section, position.title] = position
