"""What becomes of a finding: mended by the people of the point, confirmed or sent back, reminded of, overdue."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.errors import Denied, IllegalMove, Invalid, NotFound
from services.common.periods import overdue_from
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.house import LONG_AGO, House
from tests.integration.agency.inspections.steps import confirmed, found, inspected, mended, sent_back
from tests.integration.agency.volunteers.steps import appointed
from tests.unit.watch.reports.builders import local


async def shown(house: House, finding: pb.Finding, login: str = "agent") -> pb.Finding:
    found: pb.Finding = (await house(login, pb.GetFindingRequest(name=finding.name))).finding
    return found


async def listed(house: House, **query: Any) -> list[str]:
    request = pb.ListFindingsRequest(parent=f"tenants/{house.town}", **query)
    return [each.name for each in (await house("discipline", request)).findings]


async def test_a_finding_is_mended_sent_back_mended_again_and_confirmed(supervised: House) -> None:
    finding = await found(supervised)

    await mended(supervised, finding, text="换了新的。")
    back = await sent_back(supervised, finding)
    assert (back.state, back.mend_by, back.objection) == (pb.Finding.STATE_OPEN, "2026-09-18", "仍是旧版。")
    supervised.clock.set(local(2026, 9, 2))
    await mended(supervised, finding, text="全部换新。")
    end = await confirmed(supervised, finding)

    assert end == await shown(supervised, finding)
    assert (end.state, end.mending, end.late) == (pb.Finding.STATE_CONFIRMED, "全部换新。", False)
    assert (end.mender, end.confirmer) == (supervised.claims["agent"].subject, supervised.claims["discipline"].subject)
    told = [len(await supervised.events(kind)) for kind in (pb.FindingMended, pb.FindingSentBack, pb.FindingConfirmed)]
    assert told == [2, 1, 1]
    [event] = await supervised.events(pb.FindingSentBack)
    assert (event.unit, event.finding.mend_by) == (supervised.unit("village"), "2026-09-18")
    assert "旧版" not in str(event)


async def test_only_the_people_of_the_point_say_that_it_is_mended(supervised: House) -> None:
    finding, size = await found(supervised), await supervised.ledger_size() + 2

    with pytest.raises(NotFound, match="NO_FINDING"):
        await mended(supervised, finding, "neighbour")
    for login in ("clerk", "discipline", "commission", "party"):
        with pytest.raises(Denied):
            await mended(supervised, finding, login)

    assert (await shown(supervised, finding)).state == pb.Finding.STATE_OPEN
    assert await supervised.ledger_size() + 2 == size


async def test_the_volunteer_who_found_it_confirms_it_and_no_other(supervised: House) -> None:
    await appointed(supervised)
    own, of_the_town = await found(supervised, "deputy"), await found(supervised)
    await mended(supervised, own)
    await mended(supervised, of_the_town)

    assert (await confirmed(supervised, own, "deputy")).state == pb.Finding.STATE_CONFIRMED
    size = await supervised.ledger_size()
    with pytest.raises(Denied, match="NOT_ITS_INSPECTOR"):
        await confirmed(supervised, of_the_town, "deputy")
    with pytest.raises(Denied, match="NOT_ITS_INSPECTOR"):
        await sent_back(supervised, of_the_town, "deputy")
    assert (await confirmed(supervised, of_the_town, "commission")).state == pb.Finding.STATE_CONFIRMED
    assert await supervised.ledger_size() == size + 1


async def test_a_volunteer_whose_term_has_ended_confirms_nothing(supervised: House) -> None:
    volunteer = await appointed(supervised)
    finding = await mended(supervised, await found(supervised, "deputy"))
    await supervised("party", pb.DismissVolunteerRequest(name=volunteer.name, reason="因病辞任。"))

    with pytest.raises(Denied, match="NOT_IN_TERM"):
        await confirmed(supervised, finding, "deputy")

    assert (await shown(supervised, finding)).state == pb.Finding.STATE_MENDED


async def test_nobody_confirms_what_they_mended_themselves(supervised: House) -> None:
    finding = await mended(supervised, await found(supervised))
    supervised.claims["discipline"], agent = supervised.claims["agent"], supervised.claims["discipline"]
    both = supervised.claims["discipline"].__class__(
        supervised.claims["discipline"].subject, agent.grants, agent.expires
    )
    supervised.claims["both"] = both

    with pytest.raises(Denied, match="OWN_MENDING"):
        await confirmed(supervised, finding, "both")


async def test_moves_that_are_not_in_the_table_are_refused_and_change_nothing(supervised: House) -> None:
    finding = await found(supervised)
    size = await supervised.ledger_size()

    for move in (confirmed, sent_back):
        with pytest.raises(IllegalMove):
            await move(supervised, finding)
    await confirmed(supervised, await mended(supervised, finding))
    for move in (mended, confirmed, sent_back):
        with pytest.raises(IllegalMove):
            await move(supervised, finding)

    assert await supervised.ledger_size() == size + 2


@pytest.mark.parametrize("mend_by", ["2026-08-31", "2026-12-01", "2026-02-30"])
async def test_a_new_date_that_cannot_be_is_refused(supervised: House, mend_by: str) -> None:
    finding = await mended(supervised, await found(supervised))
    size = await supervised.ledger_size()

    with pytest.raises(Invalid, match="mend_by"):
        await sent_back(supervised, finding, mend_by=mend_by)

    assert ((await shown(supervised, finding)).state, await supervised.ledger_size()) == (finding.state, size)


async def test_the_reminder_comes_on_the_working_day_before_also_where_that_is_a_shifted_sunday(
    supervised: House,
) -> None:
    monday = await found(supervised, mend_by="2026-09-21")
    # Sunday the 20th is worked, in exchange for a day of the National Day holiday.
    await sweep_at(supervised, local(2026, 9, 19, 23, 59))
    assert await supervised.events(pb.FindingDueSoon) == []

    await sweep_at(supervised, local(2026, 9, 20, 0))
    await sweep_at(supervised, local(2026, 9, 21))

    assert [each.finding.finding for each in await supervised.events(pb.FindingDueSoon)] == [monday.name]


async def test_a_reminder_that_is_still_to_come_follows_the_calendar(supervised: House) -> None:
    await found(supervised, mend_by="2026-09-11")
    snow = gateway.CalendarDaySetting(date="2026-09-10", kind=gateway.CalendarDay.KIND_OFF, reason="雪灾放假")
    level = gateway.CalendarDay.LEVEL_TOWN
    await supervised.hear_in(supervised.town, gateway.CalendarDaysSet(level=level, days=[snow], revision=1))

    await sweep_at(supervised, local(2026, 9, 9, 0))

    assert len(await supervised.events(pb.FindingDueSoon)) == 1
    await sweep_at(supervised, local(2026, 9, 10, 12))
    assert len(await supervised.events(pb.FindingDueSoon)) == 1


async def test_overdue_is_announced_once_from_the_midnight_that_ends_the_last_day(supervised: House) -> None:
    finding = await found(supervised)
    await sweep_at(supervised, local(2026, 9, 11, 23, 59))
    assert await supervised.events(pb.FindingOverdue) == []
    assert not (await shown(supervised, finding)).overdue

    await sweep_at(supervised, overdue_from(date(2026, 9, 11)))
    await sweep_at(supervised, local(2026, 9, 30))

    [event] = await supervised.events(pb.FindingOverdue)
    assert (event.finding.finding, event.finding.late) == (finding.name, True)
    after = await shown(supervised, finding)
    assert (after.overdue, after.late) == (True, True)


async def test_what_was_mended_in_time_is_neither_reminded_of_nor_overdue(supervised: House) -> None:
    finding = await mended(supervised, await found(supervised))

    await sweep_at(supervised, local(2026, 9, 30))

    assert await supervised.events(pb.FindingDueSoon) == await supervised.events(pb.FindingOverdue) == []
    assert not (await shown(supervised, finding)).late


async def test_late_stays_late_when_it_is_sent_back_with_a_new_date_which_has_its_own_clock(supervised: House) -> None:
    finding = await found(supervised)
    await sweep_at(supervised, local(2026, 9, 12))
    await mended(supervised, finding)

    back = await sent_back(supervised, finding)
    assert (back.late, back.overdue) == (True, False)
    await sweep_at(supervised, local(2026, 9, 30))

    assert [each.finding.mend_by for each in await supervised.events(pb.FindingOverdue)] == ["2026-09-11", "2026-09-18"]
    assert len(await supervised.events(pb.FindingDueSoon)) == 2


async def test_findings_are_listed_by_their_last_day_without_texts(supervised: House) -> None:
    later = await found(supervised, mend_by="2026-10-12")
    soon = await found(supervised, mend_by="2026-09-02")
    await mended(supervised, later)
    supervised.clock.set(local(2026, 9, 3))

    assert await listed(supervised) == [soon.name, later.name]
    assert await listed(supervised, order_by="mend_by desc") == [later.name, soon.name]
    assert await listed(supervised, overdue=True) == [soon.name]
    assert await listed(supervised, state=pb.Finding.STATE_MENDED) == [later.name]
    assert await listed(supervised, inspection=soon.inspection) == [soon.name]
    assert await listed(supervised, point=supervised.point("community")) == []
    page = await supervised("discipline", pb.ListFindingsRequest(parent=f"tenants/{supervised.town}", page_size=1))
    assert await listed(supervised, page_size=1, page_token=page.next_page_token) == [later.name]
    assert not page.findings[0].text


async def test_an_inspection_without_findings_has_nothing_to_mend(supervised: House) -> None:
    await inspected(supervised)

    await sweep_at(supervised, local(2026, 12, 31))

    assert await listed(supervised) == []


async def test_what_is_to_be_mended_ends_with_its_point_and_nothing_of_it_falls_due(supervised: House) -> None:
    finding = await found(supervised)
    village = supervised.unit_message("village", revision=2, retire_time=LONG_AGO)

    await supervised.hear_in(supervised.town, gateway.UnitRetired(unit=village))
    await sweep_at(supervised, overdue_from(date(2026, 9, 11)))

    assert (await shown(supervised, finding)).state == pb.Finding.STATE_ENDED
    assert len(await supervised.events(pb.FindingEnded)) == 1
    assert await supervised.events(pb.FindingDueSoon) == await supervised.events(pb.FindingOverdue) == []
