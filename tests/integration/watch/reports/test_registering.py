"""What is told is written down as it came: what about, by which way, when, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from minshao.watch import v1 as pb

from services.common.errors import Invalid
from services.common.instants import stamp
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import answered, filed, shown, told

ORAL, TELEPHONE = pb.Report.CHANNEL_ORAL, pb.Report.CHANNEL_TELEPHONE
SLIPS = {
    "an accusation without its matter": ({"matter": pb.Report.MATTER_UNSPECIFIED, "channel": TELEPHONE}, "matter"),
    "an oral one that nobody heard": ({"channel": ORAL}, "oral_to"),
    "one by telephone that somebody heard in person": ({"channel": TELEPHONE, "oral_to": "村支书"}, "oral_to"),
    "a letter of no opening": ({"channel": pb.Report.CHANNEL_COMPLAINT_BOX}, "box_opening"),
}


@pytest.mark.parametrize(("facts", "field"), SLIPS.values(), ids=SLIPS.keys())
async def test_what_is_not_written_down_as_it_came_is_refused_with_its_field_and_changes_nothing(
    house: House, facts: dict[str, Any], field: str
) -> None:
    before = await house.ledger_size()

    with pytest.raises(Invalid) as refusal:
        await told(house, by="village-registrar", **facts)

    assert refusal.value.violations[0].field == field
    assert await house.ledger_size() == before


async def test_an_oral_report_says_who_heard_it(house: House) -> None:
    name = await filed(house, by="village-registrar", channel=ORAL, oral_to="镇党委书记")

    assert (await shown(house, name)).oral_to == "镇党委书记"


async def test_the_clock_starts_with_the_registration_whenever_it_was_received(house: House) -> None:
    received = house.town.clock.now() - timedelta(days=20)
    at_once = await filed(house)

    name = await filed(house, by="village-registrar", channel=TELEPHONE, receive_time=stamp(received))

    late, report = await shown(house, at_once), await shown(house, name)
    assert report.receive_time == stamp(received)
    assert (report.register_time, report.due_time) == (late.register_time, late.due_time)


@pytest.mark.parametrize(
    ("finding", "times"), [("SUBSTANTIATED", 1), ("PARTLY", 1), ("UNSUBSTANTIATED", 0), ("UNVERIFIABLE", 0)]
)
async def test_a_report_that_is_true_at_least_in_part_is_told_as_substantiated(
    house: House, finding: str, times: int
) -> None:
    await answered(house, await filed(house), finding=finding)

    assert len(await house.events(pb.ReportSubstantiated)) == times
