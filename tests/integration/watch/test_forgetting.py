"""What is sealed of meetings, and of oversights without a report: kept for the years that a town sets, then gone."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
import sqlalchemy as sa
from minshao.watch import v1 as pb

from services.common.foundation import DEADLINES
from services.watch.receipts.store import RECEIPTS
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import closed, told
from tests.integration.watch.reports.test_keeping import set_for_the_town
from tests.integration.watch.test_sealed_words import ANSWER, NOTE, RAISED, REPORTED, held, overseen, raised, says
from tests.unit.watch.reports.builders import local

FIVE_YEARS_LATER = local(2031, 9, 1, 0)
A_SECOND = timedelta(seconds=1)


async def shredded(house: House) -> list[str]:
    return [event.record for event in await house.events(pb.RecordShredded)]


async def test_what_was_raised_at_a_meeting_is_gone_five_years_after_it_was_recorded(house: House) -> None:
    meeting = await held(house)

    await house.sweep_at(FIVE_YEARS_LATER - A_SECOND)
    assert await raised(house, meeting) == [RAISED, REPORTED]
    for _ in range(2):
        await house.sweep_at(FIVE_YEARS_LATER)

    assert await raised(house, meeting) == ["", ""]
    found = (await house("village-secretary", pb.GetMeetingRequest(name=meeting))).meeting
    assert (found.date, list(found.attendees)) == ("2026-09-01", ["王磊"])
    assert await shredded(house) == [meeting]


@pytest.mark.parametrize("target", ["unit", "post"])
async def test_what_an_oversight_without_a_report_says_is_gone_five_years_after_its_answer(
    house: House, target: str
) -> None:
    unit = house.town.unit_name("village")
    about = unit if target == "unit" else unit.replace("/units/", "/posts/")
    oversight = await overseen(house, **{target: about})

    await house.sweep_at(FIVE_YEARS_LATER - A_SECOND)
    assert await says(house, oversight) == (NOTE, ANSWER)
    await house.sweep_at(FIVE_YEARS_LATER)

    assert await says(house, oversight) == ("", "")
    kept = (await house("discipline-1", pb.GetOversightRequest(name=oversight))).oversight
    assert (kept.state, kept.unit or kept.post, kept.last_day) == (pb.Oversight.STATE_ANSWERED, about, "2026-09-04")
    assert await shredded(house) == [oversight]


async def test_an_oversight_is_not_forgotten_while_it_is_open(house: House) -> None:
    order = pb.OrderOversightRequest(
        parent=house.town.name, note=NOTE, last_day="2026-09-04", unit=house.town.unit_name("village")
    )
    oversight = (await house("discipline-1", order)).oversight.name

    await house.sweep_at(local(2040, 1, 1))

    assert await says(house, oversight) == (NOTE, "")
    assert await shredded(house) == []


async def test_the_years_that_a_town_has_set_count_for_meetings_too(house: House) -> None:
    await set_for_the_town(house, retention_years=1)
    meeting = await held(house)

    await house.sweep_at(local(2027, 9, 1, 0))

    assert await shredded(house) == [meeting]


async def test_of_a_receipt_that_has_expired_nothing_is_left_to_find_it_by(house: House) -> None:
    report = (await told(house)).report.name
    await closed(house, report)
    assert await receipts(house) == 1

    await house.sweep_at(local(2027, 9, 1, 0))

    assert await receipts(house) == 0


async def test_what_ended_before_the_upgrade_is_forgotten_too(house: House) -> None:
    step = import_module("services.watch.migrations.versions.0006_forgetting")
    ended = {await held(house), await overseen(house, unit=house.town.unit_name("village"))}
    async with house.town.database.transaction(house.town.code) as tx:
        await tx.execute(sa.delete(DEADLINES).where(DEADLINES.c.tenant == tx.tenant))
        await tx.execute(sa.text(step.KEEP_WHAT_ENDED))

    await house.sweep_at(FIVE_YEARS_LATER + timedelta(days=1))

    assert set(await shredded(house)) == ended


async def receipts(house: House) -> int:
    """How many codes the town can find."""
    table = RECEIPTS.table
    async with house.town.database.transaction(house.town.code) as tx:
        return await tx.scalar(sa.select(sa.func.count()).where(table.c.tenant == tx.tenant)) or 0
