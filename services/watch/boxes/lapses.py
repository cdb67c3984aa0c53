"""The lapse of a box: fourteen days without an opening (domain: watch, Boxes).

It runs from the post's own opening, then from each opening of the box. Each box has its deadline; an opening moves it.
"""

from __future__ import annotations

from datetime import date, datetime

from services.common import deadlines
from services.common.database import Tx
from services.common.periods import local_date, overdue_from
from services.watch.boxes import store
from services.watch.boxes.domain import Box, last_day_to_open

BOX_FORGOTTEN = "post.box_forgotten"


def start_lapses(tx: Tx, unit: str, now: datetime) -> None:
    """Sets up the boxes of a post that is opened now."""
    for box in Box:
        store.insert_box(tx, unit, box)
        run_lapse(tx, unit, box, local_date(now))


def run_lapse(tx: Tx, unit: str, box: Box, since: date) -> None:
    """Starts the fourteen days of a box anew, from the day after `since` on."""
    deadlines.schedule(tx, BOX_FORGOTTEN, _owner(unit, box), overdue_from(last_day_to_open(since)))


def end_lapses(tx: Tx, unit: str) -> None:
    """Nobody waits for the boxes of a post that was retired."""
    for box in Box:
        deadlines.cancel(tx, _owner(unit, box), BOX_FORGOTTEN)


def box_of(owner: str) -> tuple[str, Box]:
    """The unit and the box whose deadline it is."""
    unit, _, name = owner.rpartition("/")
    return unit, Box[name]


def _owner(unit: str, box: Box) -> str:
    return f"{unit}/{box.name}"
