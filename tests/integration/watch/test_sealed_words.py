"""Free text beside reports: what oversights say, what meetings raised, who told an answer. Sealed, and shredded."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from minshao.watch import v1 as pb

from services.common.instants import stamp
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import answered, filed, shown

NOTE, ANSWER = "查清那张收据。", "收据已经找到。"
RAISED, REPORTED = "路灯不亮。", "会计拿了回扣。"

EVERY_ROW = "SELECT string_agg(t::text, '|') FROM {table} AS t WHERE tenant = :tenant"


async def kept(house: House, table: str) -> str:
    """Every row of the town in a table, as PostgreSQL shows it."""
    async with house.town.database.transaction(house.town.code) as tx:
        rows = sa.text(EVERY_ROW.format(table=table))
        return str(await tx.scalar(rows, {"tenant": house.town.code}))


async def shredded(house: House, report: str) -> None:
    async with house.town.database.transaction(house.town.code) as tx:
        await house.town.watch.sealer.shred(tx, report.rpartition("/")[2], house.town.clock.now())


async def overseen(house: House, **target: str) -> str:
    """The name of an oversight that was ordered and answered."""
    order = pb.OrderOversightRequest(parent=house.town.name, note=NOTE, last_day="2026-09-04", **target)
    name: str = (await house("discipline-1", order)).oversight.name
    reply = (await house("village-secretary", pb.AnswerOversightRequest(name=name, answer=ANSWER))).oversight
    assert (reply.note, reply.answer) == (NOTE, ANSWER)
    return name


async def held(house: House) -> str:
    meeting = pb.CreateMeetingRequest(
        parent=house.town.name,
        unit=house.town.unit_name("village"),
        date="2026-09-01",
        attendees=["王磊"],
        items=[pb.Meeting.Item(text=RAISED), pb.Meeting.Item(text=REPORTED)],
    )
    name: str = (await house("village-secretary", meeting)).meeting.name
    return name


async def raised(house: House, meeting: str) -> list[str]:
    found = (await house("village-secretary", pb.GetMeetingRequest(name=meeting))).meeting
    [listed] = (await house("village-secretary", pb.ListMeetingsRequest(parent=house.town.name))).meetings
    assert listed == found
    return [item.text for item in found.items]


async def says(house: House, oversight: str) -> tuple[str, str]:
    found = (await house("discipline-1", pb.GetOversightRequest(name=oversight))).oversight
    [listed] = (await house("discipline-1", pb.ListOversightsRequest(parent=house.town.name))).oversights
    assert listed == found
    return found.note, found.answer


@pytest.mark.parametrize("about", ["report", "unit"])
async def test_what_an_oversight_says_is_read_by_who_sees_it_and_lies_sealed(house: House, about: str) -> None:
    target = await filed(house) if about == "report" else house.town.unit_name("village")

    oversight = await overseen(house, **{about: target})

    assert await says(house, oversight) == (NOTE, ANSWER)
    rows = await kept(house, "oversights")
    assert (NOTE in rows, ANSWER in rows) == (False, False)
    [ordered], [reply] = await house.events(pb.OversightOrdered), await house.events(pb.OversightAnswered)
    assert (len(ordered.note.mac), len(reply.answer.mac)) == (32, 32)


async def test_the_oversight_of_a_report_is_shredded_with_it(house: House) -> None:
    report = await filed(house)
    oversight = await overseen(house, report=report)

    await shredded(house, report)

    assert await says(house, oversight) == ("", "")


async def test_what_was_raised_at_a_meeting_lies_sealed(house: House) -> None:
    meeting = await held(house)

    assert await raised(house, meeting) == [RAISED, REPORTED]
    rows = await kept(house, "meeting_items")
    assert (RAISED in rows, REPORTED in rows) == (False, False)
    [event] = await house.events(pb.MeetingHeld)
    assert [len(item.mac) for item in event.items] == [32, 32]


async def test_what_was_raised_and_became_a_report_is_shredded_with_it_and_nothing_else_is(house: House) -> None:
    meeting = await held(house)
    by_telephone: dict[str, Any] = {"by": "village-registrar", "channel": pb.Report.CHANNEL_TELEPHONE}
    report = await filed(house, **by_telephone, meeting=meeting, meeting_item=2)
    before = await raised(house, meeting)

    await shredded(house, report)

    assert (before, await raised(house, meeting)) == ([RAISED, REPORTED], [RAISED, ""])


async def test_who_told_an_answer_is_read_by_who_handles_it_and_by_who_wrote_it_down(house: House) -> None:
    report = await filed(house)
    await answered(house, report)
    telling = pb.Telling(teller="包村干部", manner="在她姐姐家", tell_time=stamp(house.town.clock.now()))

    told = await house("village-registrar", pb.TellAnswerRequest(name=report, telling=telling))

    assert told.report.telling == telling
    assert (await shown(house, report, "village-secretary")).telling == telling
    for login in ("discipline-1", "county-1"):
        assert (await shown(house, report, login)).telling == pb.Telling(tell_time=telling.tell_time)
    rows = await kept(house, "reports") + await kept(house, "report_texts")
    assert ("包村干部" in rows, "在她姐姐家" in rows) == (False, False)
    [event] = await house.events(pb.ReportAnswerTold)
    assert (len(event.teller.mac), len(event.manner.mac)) == (32, 32)


async def test_what_the_version_before_wrote_in_the_clear_is_read_as_it_stands(house: House) -> None:
    unit = house.town.unit_name("village")
    order = pb.OrderOversightRequest(parent=house.town.name, note=NOTE, last_day="2026-09-04", unit=unit)
    oversight = (await house("discipline-1", order)).oversight.name
    meeting = await held(house)
    town = house.town
    async with town.database.transaction(town.code) as tx:
        await tx.execute(sa.text("UPDATE oversights SET note = '查清。', sealed_note = NULL"))
        await tx.execute(sa.text("UPDATE meeting_items SET text = '路灯。', sealed = NULL, key_owner = NULL"))

    report = await filed(house, by="village-registrar", channel=pb.Report.CHANNEL_TELEPHONE, meeting=meeting)

    assert await says(house, oversight) == ("查清。", "")
    assert await raised(house, meeting) == ["路灯。", "路灯。"]
    await shredded(house, report)
    assert await raised(house, meeting) == ["", "路灯。"]
