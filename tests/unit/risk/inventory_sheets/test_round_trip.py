"""What is exported can be taken in again, and changes nothing; and what is changed in between is all that changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.characters import printable
from services.common.rpc.screening import screen_of
from services.common.sheet_reading import read_table
from services.risk.inventories.domain import Inventory
from services.risk.inventory_sheets.columns import MOST_ROWS, READ
from services.risk.inventory_sheets.domain import Change, changes
from services.risk.inventory_sheets.reading import read_lines
from services.risk.inventory_sheets.writing import InventoryTable, inventory_xlsx, ordered
from services.risk.positions.domain import Position, Standing
from services.risk.powers.domain import Content, Extent, Frequency, Kind, Power, new_power
from services.risk.powers.encoding import content_message, read_content

NOW = datetime(2026, 9, 1, tzinfo=UTC)
AREAS = ("资金", "= 审批")
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "007",
    "1.0",
    "_x0041_",
    "第一行\n第二行",
    "a  b",
    "e\u0301",
    "TRUE",
    "#REF!",
]


def written(longest: int, least: int = 1) -> st.SearchStrategy[str]:
    """What somebody may write down: at least a letter, without what the contract refuses."""
    usual = st.text(min_size=least, max_size=longest).map(str.strip)
    return st.one_of(st.sampled_from(HOSTILE).map(lambda text: text[:longest]), usual).filter(
        lambda text: len(text) >= least
    )


def taken(content: Content) -> bool:
    """Whether the contract takes it."""
    try:
        message = content_message(content)
    except UnicodeEncodeError:
        return False
    return not screen_of(message.DESCRIPTOR).violations(message) and read_content(message) == content


contents = st.builds(
    Content,
    title=written(60).map(printable).filter(bool),
    kind=st.sampled_from(Kind),
    extent=st.sampled_from(Extent),
    basis=written(80),
    boundary=written(80),
    responsibility=written(80),
    importance=st.integers(1, 3),
    frequency=st.sampled_from(Frequency),
    discretion=written(80, 0),
    key_area=st.sampled_from(("", *AREAS)),
).filter(taken)

plain = contents.filter(
    lambda each: all(printable(text) == text for text in (each.title, each.basis, each.boundary, each.responsibility))
)


@st.composite
def inventories(draw: st.DrawFn, contents: st.SearchStrategy[Content] = contents) -> tuple[list[Position], list[Power]]:
    """Positions with different titles, and their powers with different ones."""
    number = count(1)
    titles = draw(st.lists(st.sampled_from(["所长", "会计", "出纳", "=1+1", "002"]), unique=True, max_size=4))
    positions, powers = [], []
    for title in titles:
        position = Position(
            id=f"{next(number):032x}",
            unit="x",
            section=draw(st.sampled_from(["", "财务股"])),
            title=title,
            standing=draw(st.sampled_from(Standing)),
        )
        positions.append(position)
        chosen = draw(st.lists(contents, max_size=4, unique_by=lambda each: each.title))
        powers += [new_power(f"{next(number):032x}", "x", position.id, each, position.standing, NOW) for each in chosen]
    return positions, powers


def imported(file: bytes, positions: list[Position], powers: list[Power]) -> list[Change]:
    inventory = Inventory(id="x", key_areas=AREAS, open_time=NOW, moment=NOW)
    lines = read_lines(read_table("content", file, READ, MOST_ROWS), inventory, positions, powers)
    return changes(lines, positions, powers, retire_missing=True)


def exported(positions: list[Position], powers: list[Power]) -> bytes:
    rows = [*ordered(positions, powers)]
    return inventory_xlsx(InventoryTable(place="景村镇财政所", printed=NOW.date(), rows=rows))


@settings(max_examples=60, deadline=None)
@given(inventories())
def test_what_was_exported_changes_nothing_when_it_is_imported(there: tuple[list[Position], list[Power]]) -> None:
    assert imported(exported(*there), *there) == []


@settings(max_examples=60, deadline=None)
@given(inventories(), st.data())
def test_exactly_what_was_changed_in_the_file_is_changed(
    there: tuple[list[Position], list[Power]], data: st.DataObject
) -> None:
    positions, powers = there
    corrected = [
        replace(each, title=f"新{place}", importance=4 - each.importance) if data.draw(st.booleans()) else each
        for place, each in enumerate(powers)
    ]

    found = imported(exported(positions, corrected), positions, powers)

    assert {each.power.id for each in found if each.power} == {
        after.id for before, after in zip(powers, corrected, strict=True) if before != after
    }
    assert len(found) == sum(before != after for before, after in zip(powers, corrected, strict=True))


@settings(max_examples=30, deadline=None)
@given(inventories(plain))
def test_what_was_exported_fills_an_empty_inventory_with_all_of_it(there: tuple[list[Position], list[Power]]) -> None:
    positions, powers = there
    numberless = [replace(each, id="") for each in powers]

    found = imported(exported(positions, numberless), [], [])

    assert len(found) == len(positions) + len(powers)
