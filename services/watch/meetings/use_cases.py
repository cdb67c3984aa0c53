"""Recording a meeting, and turning what was raised into reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from minshao.common.v1 import LEVEL_UNIT
from minshao.watch.v1 import MeetingHeld

from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.errors import NotFound, Refused
from services.common.sealing import DataKey, Sealer
from services.common.sight import check_in_sight
from services.watch.forgetting import FORGETTING
from services.watch.meetings import store, texts
from services.watch.meetings.domain import Item, Meeting
from services.watch.posts.use_cases import lock_open_post
from services.watch.reports.domain.recusal import Viewer
from services.watch.reports.listing import read_among


async def record_meeting(tx: Tx, sealer: Sealer, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Records a meeting that was held. Raises NotFound or Refused where the unit has no post that is open."""
    key = await sealer.new_key(tx, meeting.id)
    await lock_open_post(tx, meeting.unit)
    items = [texts.sealed(item, key, meeting.id, position) for position, item in enumerate(meeting.items, start=1)]
    store.insert(tx, replace(meeting, items=tuple(items)))
    event = MeetingHeld(
        meeting=meeting_name(tx, meeting.id),
        unit=meeting.unit,
        date=str(meeting.date),
        item_count=len(meeting.items),
        items=texts.evidence(key, meeting),
        visible_to=LEVEL_UNIT,
    )
    ledger.append(tx, actor, "meeting", meeting.id, 1, event, now)
    await FORGETTING.keep(tx, "meetings", meeting.id, now)
    return meeting


async def find_meeting(tx: Tx, actor: Actor, id: str) -> Meeting:
    """The meeting with this id. Raises NotFound, also where it is out of the actor's sight."""
    if (meeting := await store.load(tx, id)) is None:
        raise NotFound("座谈会", meeting_name(tx, id))
    check_in_sight(actor, meeting.unit, "座谈会")
    return meeting


async def as_seen(tx: Tx, sealer: Sealer, actor: Actor, meetings: Sequence[Meeting]) -> list[Meeting]:
    """The meetings as the actor may see them. Of what became a report, only who reads its text is shown the words, and
    which one it is."""
    became = {item.report for meeting in meetings for item in meeting.items if item.report is not None}
    read = await read_among(tx, Viewer.of(actor, tx.tenant), became)
    shown = [replace(meeting, items=tuple(_as_read(item, read) for item in meeting.items)) for meeting in meetings]
    return await texts.all_opened(tx, sealer, shown)


def _as_read(item: Item, read: set[str]) -> Item:
    return item if item.report is None or item.report in read else Item(text="")


async def attach_report(tx: Tx, sealer: Sealer, key: DataKey, meeting: str, unit: str, position: int = 0) -> None:
    """Notes that something raised at a meeting has become a report: the item at `position`, counted from 1, which is
    sealed under `key` from here on, the report's.

    With 0 it is the first that has become none yet. Raises NotFound where the unit held no such meeting, or nothing
    was raised at that place; Refused where the item, or every item, is a report already.
    """
    known = await store.load(tx, meeting)
    if known is None or known.unit != unit:
        raise NotFound("座谈会", meeting_name(tx, meeting))
    items = await store.lock_items(tx, meeting)
    if not items or position > len(items):
        raise NotFound("座谈会事项", meeting_name(tx, meeting))
    wanted = [position] if position else range(1, len(items) + 1)
    if not (free := [place for place in wanted if items[place - 1].report is None]):
        raise Refused("NO_ITEM_LEFT", "座谈会上提出的事项都已登记为反映。", meeting=meeting_name(tx, meeting))
    place = free[0]
    item = (await texts.opened(tx, sealer, meeting, items))[place - 1]
    store.set_report(tx, meeting, place, texts.sealed(replace(item, report=key.owner), key, meeting, place))


def meeting_name(tx: Tx, id: str) -> str:
    return f"tenants/{tx.tenant}/meetings/{id}"
