"""Meetings of a unit's leadership, recorded through the contract."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.risk import v1 as pb

from services.common.errors import DomainError, Invalid, NotFound, Refused
from tests.integration.risk.house import House, put_to

FOR, AGAINST = pb.LeadershipMeeting.VOTE_FOR, pb.LeadershipMeeting.VOTE_AGAINST


async def test_a_meeting_keeps_who_was_there_and_how_each_voted(house: House) -> None:
    power = (await house.power((await house.position()).name)).name

    held = await house.meeting(power, against=1)

    shown = (await house("leader", pb.GetLeadershipMeetingRequest(name=held.name))).leadership_meeting
    assert shown == held
    assert (shown.minutes, len(shown.attendees)) == ("研究风险点。", 3)
    [item] = shown.agenda
    assert [ballot.vote for ballot in item.ballots] == [AGAINST, FOR, FOR]
    assert (item.subject, item.passed) == (power, True)
    [told] = await house.events(pb.LeadershipMeetingHeld)
    [counted] = told.agenda
    assert (told.attendee_count, counted.for_count, counted.against_count) == (3, 2, 1)


async def test_half_of_those_who_were_there_are_not_enough(house: House) -> None:
    power = (await house.power((await house.position()).name)).name
    there = (await house.leadership())[:2]

    held = await house.meeting(attendees=there, agenda=[put_to(power, there, against=1)])

    assert not held.agenda[0].passed


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"date": "2026-09-02"}, "date"),
        ({"minutes": " "}, "minutes"),
        ({"ballots": ((0, FOR), (1, FOR))}, "agenda[0].ballots"),
        ({"ballots": ((0, FOR), (1, FOR), (1, FOR))}, "agenda[0].ballots[2].cadre"),
        ({"absentee": True}, "agenda[0].ballots[3].cadre"),
        ({"twice": True}, "agenda[1].subject"),
    ],
)
async def test_a_record_that_cannot_be_is_told_with_its_field_and_leaves_nothing(
    house: House, facts: dict[str, Any], field: str
) -> None:
    power = (await house.power((await house.position()).name)).name
    there = await house.leadership()
    absentee = await house.cadre("absentee")
    item = put_to(power, there)
    if ballots := facts.pop("ballots", ()):
        item = pb.RecordLeadershipMeetingRequest.Item(
            subject=power, ballots=[pb.Ballot(cadre=there[who], vote=vote) for who, vote in ballots]
        )
    if facts.pop("absentee", False):
        item.ballots.add(cadre=absentee, vote=FOR)
    agenda = [item, item] if facts.pop("twice", False) else [item]
    size = await house.ledger_size()

    with pytest.raises(Invalid) as refused:
        await house.meeting(attendees=there, agenda=agenda, **facts)

    assert refused.value.violations[0].field == field
    assert await house.ledger_size() == size


async def test_what_is_not_there_or_of_another_unit_is_not_put_to_a_meeting(house: House) -> None:
    villages = await house.risk_point("village-officer", "village")
    unknown = f"tenants/{house.town}/powers/{'0' * 32}"

    for subject in (villages.name, unknown):
        async with house.refused(NotFound):
            await house.meeting(subject)


async def test_whoever_does_not_belong_to_the_unit_is_not_of_its_leadership(house: House) -> None:
    power = (await house.power((await house.position()).name)).name
    head = await house.cadre("head")
    villager = await house.cadre("villager", "village")
    chief = await house.cadre("chief", "village", leads_unit=f"tenants/{house.town}/units/{house.unit('finance')}")
    nobody = f"tenants/{house.town}/cadres/nobody"
    size = await house.ledger_size()

    async def held(there: list[str]) -> None:
        await house.meeting(attendees=there, agenda=[put_to(power, there)])

    error: type[DomainError]
    for stranger, error in ((villager, Refused), (nobody, NotFound)):
        with pytest.raises(error):
            await held([head, stranger])
    assert await house.ledger_size() == size
    await held([head, chief])


async def test_a_meeting_of_another_unit_does_not_exist_and_the_county_reads_no_minutes_of_a_town(house: House) -> None:
    held = await house.meeting((await house.power((await house.position()).name)).name)
    get = pb.GetLeadershipMeetingRequest(name=held.name)

    with pytest.raises(NotFound):
        await house("village-officer", get)

    assert (await house("discipline", get)).leadership_meeting.minutes == "研究风险点。"
    assert (await house("commission", get)).leadership_meeting.minutes == ""


async def test_meetings_are_listed_by_page_for_the_units_in_sight(house: House) -> None:
    power = (await house.power((await house.position()).name)).name
    dates = ["2026-08-03", "2026-08-01", "2026-08-02"]
    for date in dates:
        await house.meeting(power, date=date)
    parent = f"tenants/{house.town}"

    first = await house("party", pb.ListLeadershipMeetingsRequest(parent=parent, page_size=2))
    again = pb.ListLeadershipMeetingsRequest(parent=parent, page_size=2, page_token=first.next_page_token)
    rest = await house("party", again)
    elsewhere = await house("village-officer", pb.ListLeadershipMeetingsRequest(parent=parent))

    assert [each.date for each in [*first.leadership_meetings, *rest.leadership_meetings]] == sorted(dates)[::-1]
    assert all(not each.minutes and not each.agenda for each in first.leadership_meetings)
    assert list(elsewhere.leadership_meetings) == []
