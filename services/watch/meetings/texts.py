"""What was raised at meetings: sealed in its row, under a data key of the meeting.

What becomes a report is sealed anew under the report's data key, so that it is shredded with the report. What was
written in the clear, by the version before, is read as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from minshao.watch.v1 import TextReference

from services.common.database import Tx
from services.common.sealing import DataKey, Sealer
from services.watch.meetings.domain import Item, Meeting
from services.watch.meetings.store import MEETING_ITEMS


def sealed(item: Item, key: DataKey, meeting: str, position: int) -> Item:
    """The item at a position of the meeting, counted from 1, sealed under the key."""
    text = key.seal(MEETING_ITEMS.c.sealed, _row(meeting, position), item.text)
    return replace(item, sealed=text, key_owner=key.owner)


def evidence(key: DataKey, meeting: Meeting) -> list[TextReference]:
    """What the ledger may hold of what was raised."""
    return [
        TextReference(id=_row(meeting.id, position), mac=key.mac(item.text))
        for position, item in enumerate(meeting.items, start=1)
    ]


async def opened(tx: Tx, sealer: Sealer, meeting: str, items: Sequence[Item]) -> tuple[Item, ...]:
    """The items of one meeting with their texts, without what was shredded."""
    keys = await sealer.keys(tx, _owners(items))
    return _opened(keys, meeting, items)


async def all_opened(tx: Tx, sealer: Sealer, meetings: Sequence[Meeting]) -> list[Meeting]:
    """The meetings with the texts of their items; in one query."""
    keys = await sealer.keys(tx, {owner for meeting in meetings for owner in _owners(meeting.items)})
    return [replace(meeting, items=_opened(keys, meeting.id, meeting.items)) for meeting in meetings]


def _opened(keys: dict[str, DataKey], meeting: str, items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(_open(keys, _row(meeting, position), item) for position, item in enumerate(items, start=1))


def _open(keys: dict[str, DataKey], row: str, item: Item) -> Item:
    key = keys.get(item.key_owner or "")
    if key is None or item.sealed is None:
        return item
    return replace(item, text=key.open(MEETING_ITEMS.c.sealed, row, item.sealed))


def _owners(items: Sequence[Item]) -> set[str]:
    return {item.key_owner for item in items if item.key_owner is not None}


def _row(meeting: str, position: int) -> str:
    return f"{meeting}/{position}"
