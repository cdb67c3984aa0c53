"""What the rows of a spreadsheet say about the inventory of a unit. What they cannot say is told by cell.

A text that is written as the spreadsheet prints it (on one line, without what nobody sees) says what was there before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import minshao.risk.v1 as pb

from services.common.characters import printable
from services.common.errors import InvalidFields, Violation
from services.common.rpc.screening import screen_of
from services.common.rpc.validation import violations_of
from services.common.sheet_reading import SheetRow
from services.risk.inventories.domain import Inventory
from services.risk.inventory_sheets.columns import NUMBER, OF_POSITION, OF_POWER, Column
from services.risk.inventory_sheets.domain import PositionLines, PowerLine
from services.risk.positions.domain import Position, Standing
from services.risk.powers.domain import Content, Power
from services.risk.powers.encoding import read_content

SCREENS = {kind: screen_of(kind.DESCRIPTOR) for kind in (pb.CreatePositionRequest, pb.PowerContent)}
TITLE, STANDING = OF_POWER[0], OF_POSITION[2]
TITLES = ("股室", "岗位", TITLE.heading)
IMPORTANCES = frozenset({"1", "2", "3"})


def read_lines(
    rows: Iterable[SheetRow], inventory: Inventory, positions: Sequence[Position], powers: Sequence[Power]
) -> list[PositionLines]:
    """The rows by position. Raises InvalidFields with every cell that is not as it must be."""
    reading = _Reading(inventory, positions, powers)
    for row in rows:
        reading.take(row)
    if reading.wrong:
        raise InvalidFields(reading.wrong)
    return [each.lines() for each in reading.found.values()]


@dataclass(slots=True)
class _Found:
    """What has been read of one position."""

    row: int
    section: str
    title: str
    standing: int
    before: Position | None
    powers: list[PowerLine] = field(default_factory=list)
    titles: dict[str, int] = field(default_factory=dict)
    """Titles of its powers, with their rows."""

    def lines(self) -> PositionLines:
        return PositionLines(
            row=self.row,
            section=self.section,
            title=self.title,
            standing=Standing(self.standing),
            before=self.before,
            powers=self.powers,
        )


class _Reading:
    """Takes row by row, and keeps what is wrong with them."""

    def __init__(self, inventory: Inventory, positions: Sequence[Position], powers: Sequence[Power]) -> None:
        self._key_areas = frozenset(inventory.key_areas)
        self._positions = {each.id: each for each in positions}
        self._by_title = {_printed(each): each for each in positions}
        self._powers = {each.id: each for each in powers}
        self._powers_by_title = {(each.position, printable(each.title)): each for each in powers}
        self._rows_of_powers: dict[str, int] = {}
        self.found: dict[tuple[str, str], _Found] = {}
        self.wrong: list[Violation] = []

    def take(self, row: SheetRow) -> None:
        row = _as_printed(row)
        power = self._powers.get(number) if (number := row.texts[NUMBER]) else None
        if number and power is None:
            self._refuse(row, NUMBER, "本单位没有这个编号的权力事项；新增事项请留空。", "UNKNOWN_NUMBER")
        found = self._position(row, power)
        if not number and not any(row.texts[column.heading] for column in OF_POWER):
            return
        if not number and found.before is not None:
            power = self._powers_by_title.get((found.before.id, row.texts[TITLE.heading]))
        title = str(_said(TITLE, row.texts[TITLE.heading], power))
        if power is not None and (other := self._rows_of_powers.setdefault(power.id, row.number)) != row.number:
            self._refuse(row, NUMBER if number else TITLE.heading, f"与第 {other} 行是同一权力事项。", "TWICE")
        elif (other := found.titles.setdefault(title, row.number)) != row.number:
            self._refuse(row, TITLE.heading, f"与第 {other} 行重复：一个岗位的权力事项不能同名。", "TWICE")
        elif (content := self._content(row, power)) is not None:
            line = PowerLine(row=row.number, title_cell=row.cell(TITLE.heading), content=content, before=power)
            found.powers.append(line)

    def _position(self, row: SheetRow, power: Power | None) -> _Found:
        """What has been read of the position of the row."""
        key = row.texts["股室"], row.texts["岗位"]
        before = self._by_title.get(key)
        if power is not None:
            own = self._positions[power.position]
            if _printed(own) == key:
                before = own
            else:
                told = "编号所指的权力事项属于其他岗位；作为新事项请清空编号。"
                self._refuse(row, "岗位", told, "OTHER_POSITION")
        found = self.found.get((before.id, "") if before else key)
        if found is None:
            return self._new_position(row, key, before)
        if found.standing != self._standing(row):
            told = f"与第 {found.row} 行同一岗位的岗位性质不一致。"
            self._refuse(row, STANDING.heading, told, "OTHER_STANDING")
        return found

    def _new_position(self, row: SheetRow, key: tuple[str, str], before: Position | None) -> _Found:
        section, title = (before.section, before.title) if before else key
        standing = self._standing(row)
        self._check(row, pb.CreatePositionRequest(section=section, title=title, standing=standing), OF_POSITION)
        found = _Found(row.number, section, title, standing, before)
        self.found[(before.id, "") if before else key] = found
        return found

    def _standing(self, row: SheetRow) -> pb.Position.Standing.ValueType:
        return pb.Position.Standing.ValueType(_number_of(STANDING, row.texts[STANDING.heading]))

    def _content(self, row: SheetRow, before: Power | None) -> Content | None:
        """What the power of the row is; None where that cannot be said."""
        message = pb.PowerContent()
        for column in OF_POWER:
            setattr(message, column.name, _said(column, row.texts[column.heading], before))
        area = message.key_area
        if area and area not in self._key_areas:
            self._refuse(row, "重点领域", "本单位没有设定这个重点领域。", "UNKNOWN_KEY_AREA")
        elif self._check(row, message, OF_POWER):
            return read_content(message)
        return None

    def _check(
        self, row: SheetRow, message: pb.CreatePositionRequest | pb.PowerContent, columns: Sequence[Column]
    ) -> bool:
        """Whether the contract would take it; what it would not is told by cell, each cell once."""
        broken: dict[str, Violation] = {}
        for each in (*SCREENS[type(message)].violations(message), *violations_of(message)):
            broken.setdefault(each.field, each)
        wrong = [(column, broken[column.name]) for column in columns if column.name in broken]
        for column, each in wrong:
            self._refuse(row, column.heading, _told(column, each), each.reason)
        return not wrong

    def _refuse(self, row: SheetRow, heading: str, description: str, reason: str) -> None:
        self.wrong.append(Violation(row.cell(heading), description, reason))


def _as_printed(row: SheetRow) -> SheetRow:
    """The row with its titles as they are read anywhere: what nobody sees tells no two of them apart."""
    return replace(row, texts={**row.texts, **{each: printable(row.texts[each]) for each in TITLES}})


def _printed(position: Position) -> tuple[str, str]:
    """How section and title stand in a spreadsheet."""
    return printable(position.section), printable(position.title)


def _said(column: Column, text: str, before: Power | None) -> str | int:
    """What a cell says, in terms of the contract; zero for a word or a number that nobody knows."""
    if column.words is not None:
        return _number_of(column, text)
    if column.name == "importance":
        return int(text) if text in IMPORTANCES else 0
    old = getattr(before, column.name, "")
    return old if text == printable(old) else text


def _number_of(column: Column, text: str) -> int:
    return next((int(word) for word in column.words or () if word.label == text), 0)


def _told(column: Column, broken: Violation) -> str:
    if column.words is not None:
        return f"应为其中之一：{'、'.join(word.label for word in column.words)}。"
    return "应为 1、2 或 3。" if column.name == "importance" else broken.description
