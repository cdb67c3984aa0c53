"""The deadlines that were counted by hand in docs/working-days.md are the ones that are computed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from services.common.workdays import Ground, Kind, Level, Pause, SetDay, calendar_of, deadline, explain, used

TABLE = Path(__file__).parents[4] / "docs" / "working-days.md"

PAUSE = re.compile(r"(?P<ground>\S+) (?P<start>\d{4}-\d\d-\d\d)(?: to (?P<end>\d{4}-\d\d-\d\d))?")
SET_DAY = re.compile(r"(?P<level>county|town) (?P<kind>off|work) (?P<day>\d{4}-\d\d-\d\d) (?P<reason>\S+)")


@dataclass
class Row:
    """A row of the table."""

    start: str
    days: int
    counted: list[str]
    last_day: str
    why: str
    pauses: list[Pause] = field(default_factory=list)
    set_days: list[SetDay] = field(default_factory=list)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.start.split()[0])


def read(line: str) -> Row:
    start, days, also, counted, last_day, why = (cell.strip() for cell in line.strip("|\n ").split("|"))
    row = Row(start, int(days), counted.split(), last_day, why)
    for each in filter(None, also.split("; ")):
        if found := SET_DAY.fullmatch(each):
            kind = Kind.OFF if found["kind"] == "off" else Kind.WORKING
            day = date.fromisoformat(found["day"])
            row.set_days.append(SetDay(day, kind, found["reason"], Level[found["level"].upper()]))
        else:
            found = PAUSE.fullmatch(each)
            assert found, each
            end = date.fromisoformat(found["end"]) if found["end"] else None
            row.pauses.append(Pause(Ground(found["ground"]), date.fromisoformat(found["start"]), end))
    return row


ROWS = [read(line) for line in TABLE.read_text().splitlines() if re.match(r"\| \d{4}-\d\d-\d\d ", line)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.start}, {row.days}")
def test_a_deadline_counted_by_hand_is_the_one_that_is_computed(row: Row) -> None:
    calendar = calendar_of(own=row.set_days)

    due = deadline(row.day, row.days, calendar, row.pauses)
    explanation = explain(row.day, row.days, calendar, row.pauses)

    shown = f"{due.last_day}{' provisional' if due.provisional else ''}" if due else "none"
    assert f"{row.day:%a}" == row.start.split()[1]
    assert [f"{each.day:%m-%d}" for each in explanation.days if each.counted] == row.counted
    assert shown == row.last_day
    assert used(row.day, due.last_day if due else date(2099, 1, 1), calendar, row.pauses) == len(row.counted)


def test_the_table_has_what_it_promises() -> None:
    holidays = ("Spring Festival", "Qingming", "Labour Day", "Dragon Boat", "Mid-Autumn", "National Day")

    assert len(ROWS) >= 40
    assert {row.day.year for row in ROWS} >= {2023, 2024, 2025, 2026}
    assert all(any(holiday in row.why for row in ROWS) for holiday in holidays)
    assert sum(bool(row.pauses) for row in ROWS) >= 5
    assert sum(bool(row.set_days) for row in ROWS) >= 5
    assert all(row.why for row in ROWS)
