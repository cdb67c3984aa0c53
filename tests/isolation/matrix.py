"""The matrix of admissions as a file that people read, and what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.common.errors import DomainError, Kind
from tests.isolation.county import County, Place
from tests.isolation.people import (
    CITIZEN,
    COUNTY,
    FAR_TOWN,
    FINANCE,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    Credentials,
    Person,
    person,
)

ADMITTED = frozenset({Kind.REFUSED, Kind.ALREADY_EXISTS, Kind.CONFLICT, Kind.OUT_OF_RANGE})
"""What is answered only to those who were let in, beside success."""

UNAUTHENTICATED = frozenset({"UNAUTHENTICATED", "TOKEN_EXPIRED", "TOKEN_INVALID"})
"""Reasons that the chain gives. A wrong password is UNAUTHENTICATED too, but whoever tried one was let in."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A role, with the places at which its cell says what happens, one letter for each."""

    title: str
    who: Person
    places: tuple[Callable[[County], Place], ...]


def _unit(tenant: str, slug: str) -> Callable[[County], Place]:
    return lambda county: county.units[tenant, slug]


def _town(tenant: str) -> Callable[[County], Place]:
    return lambda county: county.towns[tenant]


def _county(tenant: str) -> Callable[[County], Place]:
    return lambda county: county.county[tenant]


OF_UNIT = (_unit(TOWN, VILLAGE), _unit(TOWN, FINANCE), _unit(OTHER_TOWN, VILLAGE), _county(COUNTY))
OF_TOWN = (_town(TOWN), _town(OTHER_TOWN), _county(COUNTY))
OF_COUNTY = (_county(TOWN), _county(COUNTY), _county(FAR_TOWN))
ANYWHERE = (_unit(TOWN, VILLAGE), _county(COUNTY))

COLUMNS = (
    Column("群众", CITIZEN, ANYWHERE),
    Column("监督员", person(TOWN, f"{VILLAGE}-supervisor"), OF_UNIT),
    Column("登记员", person(TOWN, f"{VILLAGE}-registrar"), OF_UNIT),
    Column("单位经办", person(TOWN, f"{VILLAGE}-officer"), OF_UNIT),
    Column("支部书记", person(TOWN, f"{VILLAGE}-secretary"), OF_UNIT),
    Column("单位领导", person(TOWN, f"{VILLAGE}-leader"), OF_UNIT),
    Column("代办员", person(TOWN, f"{VILLAGE}-agent"), OF_UNIT),
    Column("义监督", person(TOWN, f"{VILLAGE}-volunteer"), OF_UNIT),
    Column("风险专干", person(TOWN, f"{VILLAGE}-risk"), OF_UNIT),
    Column("镇党委", person(TOWN, "party"), OF_TOWN),
    Column("镇纪委", person(TOWN, "discipline-2"), OF_TOWN),
    Column("镇窗口", person(TOWN, "clerk"), OF_TOWN),
    Column("县纪委", person(COUNTY, "discipline-2"), OF_COUNTY),
    Column("县查看", person(COUNTY, "viewer"), OF_COUNTY),
    Column("县窗口", person(COUNTY, "window"), OF_COUNTY),
    Column("运维", person(COUNTY, "operator"), ANYWHERE),
)

BARRED: tuple[tuple[str, Callable[[County], Credentials]], ...] = (
    ("无令牌", lambda county: county.tokens.nothing),
    ("已过期", lambda county: county.tokens.expired),
    ("他受众", lambda county: county.tokens.for_others),
)
"""Credentials that hold for nobody. The cell says what they come to with every role at the role's own place."""

TITLES = (*(column.title for column in COLUMNS), *(title for title, _ in BARRED))


def letter(outcome: DomainError | None, *, empty: bool) -> str:
    """The letter for what became of a call. Raises the error where it says nothing about admission."""
    if outcome is None:
        return "空" if empty else "准"
    if outcome.kind is Kind.UNAUTHENTICATED and outcome.reason not in UNAUTHENTICATED:
        return "准"
    if outcome.kind in ADMITTED:
        return "准"
    letters = {Kind.DENIED: "拒", Kind.NOT_FOUND: "无", Kind.UNAUTHENTICATED: "验", Kind.INVALID: "误"}
    if outcome.kind not in letters:
        raise outcome
    return letters[outcome.kind]


def read(path: Path) -> dict[str, Row]:
    """The cells of each row, by `Service/Rpc` and, behind a blank, the name of the sample in brackets."""
    service, rows = "", {}
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            service = line.strip()
            continue
        name, _, cells = line.strip().partition("  ")
        row = f"{service}/{name}"
        assert row not in rows, f"{path.name} has two rows for {row}"
        rows[row] = tuple(cells.split())
    return rows


def row_name(rpc: str, sample: str) -> str:
    return f"{rpc} ({sample})" if sample else rpc


def differences(row: str, expected: Row, found: Row, titles: Sequence[str] = TITLES) -> Iterator[str]:
    """What is otherwise than expected, cell by cell, in words."""
    if len(expected) != len(titles):
        yield f"{row} has {len(expected)} cells, and there are {len(titles)} columns"
        return
    for title, wanted, came in zip(titles, expected, found, strict=True):
        if wanted != came:
            yield f"{row}, {title}: {wanted} is expected, {came} came"


def line(row: str, cells: Row, titles: Sequence[str] = TITLES) -> str:
    """A row as it stands in the file: each letter is as wide as two blanks."""
    widest = [max(len(title), len(cell)) for title, cell in zip(titles, cells, strict=True)]
    padded = [cell + "  " * (width - len(cell)) for cell, width in zip(cells, widest, strict=True)]
    return f"  {row.partition('/')[2]:<41}{'  '.join(padded)}".rstrip()
