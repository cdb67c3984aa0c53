"""What a spreadsheet changes in the inventory of a unit (domain §1.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from services.common.errors import InvalidFields, Violation
from services.common.words import Word
from services.risk.positions.domain import Position, Standing
from services.risk.powers.domain import Content, Power


class Act(Word):
    ADD = 1, "新增"
    CHANGE = 2, "修改"
    RETIRE = 3, "停用"


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLine:
    """A row that is about a power."""

    row: int
    title_cell: str
    """Such as `D7`."""
    content: Content
    before: Power | None
    """The power that it is about; None for a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionLines:
    """The rows of one position."""

    row: int
    """The first of them."""
    section: str
    title: str
    standing: Standing
    before: Position | None
    """The position that they are about; None for a new one."""
    powers: Sequence[PowerLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as the spreadsheet says. Without content and power it is about the position itself."""

    act: Act
    row: int
    """Zero for what no row is about."""
    position: Position | PositionLines
    content: Content | None = None
    """What the power is from now on."""
    power: Power | None = None
    """The power as it is."""

    @property
    def of_power(self) -> bool:
        return self.content is not None or self.power is not None


def changes(
    lines: Sequence[PositionLines], positions: Sequence[Position], powers: Sequence[Power], *, retire_missing: bool
) -> list[Change]:
    """Everything that has to be done: position by position in the order of the rows, and what is retired at the end.
    Raises InvalidFields for a title that is only free once another power has changed its own."""
    gone = _missing(lines, positions, powers) if retire_missing else []
    _check_titles_free(lines, powers, {each.power.id for each in gone if each.power})
    found = []
    for each in lines:
        if each.before is None or each.before.standing is not each.standing:
            found.append(Change(act=Act.CHANGE if each.before else Act.ADD, row=each.row, position=each))
        for line in each.powers:
            if line.before is None or not line.before.says(line.content):
                act = Act.CHANGE if line.before else Act.ADD
                found.append(Change(act=act, row=line.row, position=each, content=line.content, power=line.before))
    return found + gone


def _missing(lines: Iterable[PositionLines], positions: Iterable[Position], powers: Iterable[Power]) -> list[Change]:
    """What no row is about: powers first, since a position goes when it exercises none."""
    kept = {each.before.id for each in lines if each.before}
    kept |= {line.before.id for each in lines for line in each.powers if line.before}
    at = {each.id: each for each in positions}
    unsaid = [each for each in powers if each.id not in kept]
    return [
        *(Change(act=Act.RETIRE, row=0, position=at[each.position], power=each) for each in unsaid),
        *(Change(act=Act.RETIRE, row=0, position=each) for each in at.values() if each.id not in kept),
    ]


def _check_titles_free(lines: Iterable[PositionLines], powers: Iterable[Power], gone: Collection[str]) -> None:
    held = {(each.position, each.title): each.id for each in powers if each.id not in gone}
    wrong = []
    for each in lines:
        for line in each.powers if each.before else ():
            assert each.before is not None
            holder = held.get((each.before.id, line.content.title))
            if holder is not None and (line.before is None or line.before.id != holder):
                wrong.append(Violation(line.title_cell, "该岗位另有权力事项正在使用这个名称。", "POWER_EXISTS"))
    if wrong:
        raise InvalidFields(wrong)
