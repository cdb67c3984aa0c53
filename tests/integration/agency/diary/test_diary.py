"""The people's diary: written at the own point, read by those above it, corrected only by a new entry."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb
from sqlalchemy.exc import DBAPIError

from services.agency.diary.store import ENTRIES
from services.common.errors import Denied, Invalid, NotFound, Refused
from tests.integration.agency.house import House
from tests.integration.agency.records import account, pages, refused


def entry(house: House, slug: str = "village", **facts: Any) -> pb.WriteDiaryEntryRequest:
    given = {
        "date": "2026-08-31",
        "visited": f"tenants/{house.town}/units/{house.unit('community')}",
        "text": "张三家屋顶漏雨。",
        "follow_up": "已报民政办。",
        **facts,
    }
    return pb.WriteDiaryEntryRequest(parent=f"tenants/{house.town}", point=house.point(slug), **given)


async def written(house: House, login: str = "agent", slug: str = "village", **facts: Any) -> pb.DiaryEntry:
    found: pb.DiaryEntry = (await house(login, entry(house, slug, **facts))).diary_entry
    return found


async def read(house: House, login: str, name: str) -> pb.DiaryEntry:
    found: pb.DiaryEntry = (await house(login, pb.GetDiaryEntryRequest(name=name))).diary_entry
    return found


async def listed(house: House, login: str, **wanted: Any) -> list[str]:
    request = pb.ListDiaryEntriesRequest(parent=f"tenants/{house.town}", **wanted)
    return [each.name for each in await pages(house, login, request)]


async def test_an_officer_writes_whom_they_visited_what_they_learned_and_what_was_done(staff: House) -> None:
    new = await written(staff)

    assert (new.author, new.date) == (account(staff, "agent"), "2026-08-31")
    for login in ("agent", "secretary", "leader", "clerk", "party", "discipline"):
        seen = await read(staff, login, new.name)
        assert (seen.text, seen.follow_up) == ("张三家屋顶漏雨。", "已报民政办。")
    [event] = await staff.events(pb.DiaryEntryWritten)
    assert (event.unit, event.visited) == (staff.unit("village"), staff.unit("community"))
    assert len(event.text.mac) == len(event.follow_up.mac) == 32


async def test_the_county_has_it_without_words_and_another_point_not_at_all(staff: House) -> None:
    new = await written(staff)

    seen = await read(staff, "commission", new.name)

    assert (seen.date, seen.text, seen.follow_up) == ("2026-08-31", "", "")
    with pytest.raises(NotFound):
        await read(staff, "neighbour", new.name)


async def test_it_is_corrected_once_by_a_new_entry_of_its_author(staff: House) -> None:
    first = await written(staff)
    second = await written(staff, corrects=first.name, text="李四家屋顶漏雨。")

    old = await read(staff, "agent", first.name)

    assert (old.text, old.corrected_by, second.corrects) == ("张三家屋顶漏雨。", second.name, first.name)
    async with refused(staff, Refused, "CORRECTED"):
        await written(staff, corrects=first.name)
    await written(staff, corrects=second.name)


async def test_nobody_corrects_what_another_wrote(staff: House) -> None:
    first = await written(staff)

    async with refused(staff, NotFound):
        await written(staff, "neighbour", slug="community", corrects=first.name)


async def test_the_database_lets_the_service_change_no_entry(staff: House) -> None:
    await written(staff)

    with pytest.raises(DBAPIError, match="permission denied"):
        async with staff.database.transaction(staff.town) as tx:
            await tx.execute(sa.update(ENTRIES).where(ENTRIES.c.tenant == staff.town).values(visited="x"))


async def test_lists_are_of_a_point_an_officer_and_days_without_texts(staff: House) -> None:
    early = (await written(staff, date="2026-08-01")).name
    late = (await written(staff)).name
    other = (await written(staff, "neighbour", slug="community", date="2026-08-15")).name

    assert await listed(staff, "clerk") == [late, other, early]
    assert await listed(staff, "clerk", order_by="date", first_day="2026-08-02") == [other, late]
    assert await listed(staff, "clerk", last_day="2026-08-15") == [other, early]
    assert await listed(staff, "discipline", author=account(staff, "neighbour")) == [other]
    assert await listed(staff, "leader") == [late, early]
    assert await listed(staff, "leader", point=staff.point("community")) == []
    found = await staff("clerk", pb.ListDiaryEntriesRequest(parent=f"tenants/{staff.town}"))
    assert {each.text for each in found.diary_entries} == {""}


async def test_what_cannot_be_is_refused(staff: House) -> None:
    async with refused(staff, Invalid, "date"):
        await written(staff, date="2026-09-02")
    async with refused(staff, Invalid, "text"):
        await written(staff, text=" ")
    async with refused(staff, NotFound, "NO_UNIT"):
        await written(staff, visited=f"tenants/{staff.town}/units/{staff.town}.nowhere")
    async with refused(staff, Denied, "NOT_OWN_POINT"):
        await written(staff, slug="community")
