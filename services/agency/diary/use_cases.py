"""Writing the people's diary, and correcting it by a new entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from minshao.agency.v1 import DiaryEntryWritten
from minshao.common.v1 import LEVEL_UNIT

from services.agency.acting import Acting, evidence, sealed
from services.agency.diary import store
from services.agency.diary.domain import Entry
from services.agency.forgetting import keep
from services.common.errors import NotFound, Refused
from services.common.organisation import store as organisation


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it is written."""

    point: str
    date: date
    visited: str
    text: str
    follow_up: str
    corrects: str | None


async def write(acting: Acting, draft: Draft) -> Entry:
    """Raises NotFound, Denied, Refused. Of two corrections at once the second is told to read again."""
    tx = acting.tx
    await acting.own_point(draft.point)
    if await organisation.unit(tx, draft.visited) is None:
        raise NotFound("单位", f"tenants/{tx.tenant}/units/{draft.visited}", reason="NO_UNIT")
    if draft.corrects is not None:
        await _check_corrects(acting, draft.corrects)
    id = uuid4().hex
    key = await acting.agency.sealer.new_key(tx, id)
    entry = Entry(
        id=id,
        point=draft.point,
        author=acting.actor.name,
        date=draft.date,
        visited=draft.visited,
        corrects=draft.corrects,
        write_time=acting.now,
        sealed_text=sealed(key, store.ENTRIES.c.sealed_text, draft.text),
        sealed_follow_up=sealed(key, store.ENTRIES.c.sealed_follow_up, draft.follow_up),
    )
    store.ROWS.insert(tx, entry)
    event = DiaryEntryWritten(
        diary_entry=entry_name(tx.tenant, id),
        unit=entry.point,
        date=str(entry.date),
        visited=entry.visited,
        corrects=entry_name(tx.tenant, entry.corrects) if entry.corrects else "",
        text=evidence(key, draft.text),
        follow_up=evidence(key, draft.follow_up),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("diary_entry", id, 1, event)
    await keep(tx, "diaryEntries", id, acting.now)
    return entry


async def _check_corrects(acting: Acting, id: str) -> None:
    """Each corrects what they wrote themselves, and the last word on it."""
    if (await store.ROWS.load(acting.tx, id)).author != acting.actor.name:
        raise NotFound(store.ROWS.called)
    if await store.corrections(acting.tx, [id]):
        raise Refused("CORRECTED", "该日志已经更正过，请更正最后一条。")


def entry_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/diaryEntries/{id}"
