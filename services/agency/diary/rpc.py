"""DiaryService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.acting import acting_in, acting_on
from services.agency.agency import Agency
from services.agency.diary import store
from services.agency.diary.domain import Entry
from services.agency.diary.use_cases import Draft, entry_name, write
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_past_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.common.sight import check_in_sight, narrowed


class DiaryService:
    """Diaries of the officers of a town's points; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def write_diary_entry(self, call: Call, request: pb.WriteDiaryEntryRequest) -> pb.WriteDiaryEntryResponse:
        draft = Draft(
            point=local_id("point", request.point, call.tenant),
            date=read_past_day("date", request.date, call.now),
            visited=local_id("visited", request.visited, call.tenant),
            text=read_text("text", request.text),
            follow_up=request.follow_up.strip(),
            corrects=local_id("corrects", request.corrects, call.tenant) or None,
        )

        async def put_down(tx: Tx) -> pb.WriteDiaryEntryResponse:
            shown = _encode(call, await write(acting_on(self._agency, tx, call), draft))
            shown.text, shown.follow_up = draft.text, draft.follow_up
            return pb.WriteDiaryEntryResponse(diary_entry=shown)

        return await once(call, request, pb.WriteDiaryEntryResponse, put_down)

    async def get_diary_entry(self, call: Call, request: pb.GetDiaryEntryRequest) -> pb.GetDiaryEntryResponse:
        columns = store.ENTRIES.c
        async with acting_in(self._agency, call) as acting:
            entry = await store.ROWS.load(acting.tx, local_id("name", request.name, call.tenant))
            check_in_sight(call.actor, entry.point, store.ROWS.called)
            shown = _encode(call, entry, (await store.corrections(acting.tx, [entry.id])).get(entry.id))
            if acting.reads_sealed:
                shown.text, shown.follow_up = await acting.opened(
                    entry.id,
                    (columns.sealed_text, entry.sealed_text),
                    (columns.sealed_follow_up, entry.sealed_follow_up),
                )
        return pb.GetDiaryEntryResponse(diary_entry=shown)

    async def list_diary_entries(self, call: Call, request: pb.ListDiaryEntriesRequest) -> pb.ListDiaryEntriesResponse:
        page = paging.page(request, store.Position)
        wanted = store.Wanted(
            narrowed(call.actor, local_id("point", request.point, call.tenant)),
            request.author,
            read_day("first_day", request.first_day) if request.first_day else None,
            read_day("last_day", request.last_day) if request.last_day else None,
        )
        async with call.transaction() as tx:
            found = await store.page(tx, wanted, request.order_by != "date", page.after, page.limit)
            shown, more = page.cut(found, lambda entry: (entry.date, entry.id))
            corrected = await store.corrections(tx, [entry.id for entry in shown])
        entries = [_encode(call, entry, corrected.get(entry.id)) for entry in shown]
        return pb.ListDiaryEntriesResponse(diary_entries=entries, next_page_token=more)


def _encode(call: Call, entry: Entry, correction: str | None = None) -> pb.DiaryEntry:
    return pb.DiaryEntry(
        name=entry_name(call.tenant, entry.id),
        point=f"tenants/{call.tenant}/points/{entry.point}",
        author=entry.author,
        date=str(entry.date),
        visited=f"tenants/{call.tenant}/units/{entry.visited}",
        corrects=entry_name(call.tenant, entry.corrects) if entry.corrects else "",
        corrected_by=entry_name(call.tenant, correction) if correction else "",
        write_time=stamp(entry.write_time),
    )
