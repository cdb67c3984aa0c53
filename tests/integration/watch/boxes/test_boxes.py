"""The boxes: opened by two, forgotten with notice, each letter one report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.errors import AlreadyExists, Denied, Invalid, NotFound, Refused
from services.common.instants import stamp
from services.watch.boxes.domain import Box
from services.watch.boxes.use_cases import count_letter
from tests.integration.watch.house import House
from tests.unit.watch.reports.builders import local

REGISTRAR = "village-registrar"


def an_opening(house: House, **facts: Any) -> pb.LogBoxOpeningRequest:
    fields: dict[str, Any] = {
        "parent": house.town.name,
        "unit": house.town.unit_name("village"),
        "box": pb.BoxOpening.BOX_COMPLAINT,
        "openers": ["王磊", "张三"],
        "letter_count": 2,
        **facts,
    }
    return pb.LogBoxOpeningRequest(**fields)


async def opened(house: House, when: datetime | None = None, **facts: Any) -> pb.BoxOpening:
    response = await house(REGISTRAR, an_opening(house, open_time=stamp(when), **facts))
    opening: pb.BoxOpening = response.box_opening
    return opening


async def listed(house: House, login: str = REGISTRAR, **query: Any) -> Sequence[pb.BoxOpening]:
    response = await house(login, pb.ListBoxOpeningsRequest(parent=house.town.name, **query))
    openings: Sequence[pb.BoxOpening] = response.box_openings
    return openings


async def forgotten(house: House, box: Box = Box.COMPLAINT) -> list[str]:
    """Since when the box of the village was not opened, announcement by announcement."""
    of_village = [event for event in await house.events(pb.BoxForgotten) if event.unit == house.town.unit("village")]
    return [event.since for event in of_village if event.box == box]


async def register_letter(
    house: House, opening: pb.BoxOpening, box: Box = Box.COMPLAINT, slug: str = "village"
) -> None:
    async with house.town.database.transaction(house.town.code) as tx:
        await count_letter(tx, opening.name.rpartition("/")[2], house.town.unit(slug), box)


async def test_an_opening_is_logged_with_who_opened_and_how_many_letters(house: House) -> None:
    opening = await opened(house)

    assert list(opening.openers) == ["王磊", "张三"]
    assert (opening.letter_count, opening.registered_count) == (2, 0)
    assert opening.open_time == stamp(house.town.clock.now())
    assert opening.recorder == house.town.account(REGISTRAR)
    [event] = await house.events(pb.BoxOpened)
    assert (event.box_opening, event.letter_count) == (opening.name, 2)


async def test_the_post_shows_when_each_box_was_opened_last(house: House) -> None:
    house.town.clock.set(local(2026, 9, 10))
    await opened(house, local(2026, 9, 9))
    await opened(house, local(2026, 9, 3))

    name = f"{house.town.name}/posts/{house.town.unit('village')}"
    post = (await house(REGISTRAR, pb.GetPostRequest(name=name))).post
    assert post.complaint_box_open_time == stamp(local(2026, 9, 9))
    assert not post.HasField("opinion_box_open_time")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"openers": ["王磊"]}, "openers"),
        ({"openers": ["王磊", "王磊"]}, "openers"),
        ({"openers": ["王磊", "王　磊"]}, "openers"),
        ({"openers": ["王磊", "张三", "李四"]}, "openers"),
        ({"openers": ["王磊", "张\u202e三"]}, "openers[1]"),
        ({"openers": ["王磊", "·"]}, "openers[1]"),
        ({"letter_count": -1}, "letter_count"),
        ({"letter_count": 1001}, "letter_count"),
        ({"box": pb.BoxOpening.BOX_UNSPECIFIED}, "box"),
        ({"box": 9}, "box"),
        ({"open_time": stamp(local(2026, 9, 1, 9, 1))}, "open_time"),
        ({"open_time": Timestamp(seconds=10**15)}, "open_time"),
        ({"unit": "tenants/999999999/units/999999999.finance"}, "unit"),
    ],
)
async def test_a_malformed_opening_is_refused_with_its_field_and_changes_nothing(
    house: House, facts: dict[str, Any], field: str
) -> None:
    before = await house.ledger_size()

    with pytest.raises(Invalid) as refusal:
        await house(REGISTRAR, an_opening(house, **facts))

    assert refusal.value.violations[0].field == field
    assert await house.ledger_size() == before


async def test_the_registrar_of_another_unit_opens_no_box_here(house: House) -> None:
    await house.person("finance-registrar", (Role.REGISTRAR, house.town.unit("finance")))

    with pytest.raises(Denied):
        await house("finance-registrar", an_opening(house))
    assert not await listed(house, "finance-registrar")


async def test_the_same_request_again_returns_the_first_opening(house: House) -> None:
    request = an_opening(house, request_id=str(uuid4()))

    assert await house(REGISTRAR, request) == await house(REGISTRAR, request)

    assert len(await house.events(pb.BoxOpened)) == 1
    with pytest.raises(AlreadyExists):
        await house(REGISTRAR, an_opening(house, letter_count=3, request_id=request.request_id))


async def test_openings_are_listed_newest_first_page_by_page_by_box_and_letters_left(house: House) -> None:
    house.town.clock.set(local(2026, 9, 20))
    days = [19, 10, 5, 2]
    for day in (5, 19, 2, 10):
        box = pb.BoxOpening.BOX_OPINION if day == 10 else pb.BoxOpening.BOX_COMPLAINT
        await opened(house, local(2026, 9, day), box=box, letter_count=0 if day == 19 else 1)
    times = [stamp(local(2026, 9, day)) for day in days]

    first = await house(REGISTRAR, pb.ListBoxOpeningsRequest(parent=house.town.name, page_size=3))
    rest = await listed(house, page_size=3, page_token=first.next_page_token)

    assert [each.open_time for each in (*first.box_openings, *rest)] == times
    assert [each.open_time for each in await listed(house, box=pb.BoxOpening.BOX_OPINION)] == times[1:2]
    assert [each.open_time for each in await listed(house, letters_left=True)] == times[1:]


async def test_a_box_that_nobody_opens_is_announced_once_with_the_end_of_the_fourteenth_day(house: House) -> None:
    await house.sweep_at(local(2026, 9, 15, 23, 59))
    assert await forgotten(house) == []

    await house.sweep_at(local(2026, 9, 16, 0))
    await house.sweep_at(local(2026, 12, 31))
    assert await forgotten(house) == ["2026-09-01"]
    assert await forgotten(house, Box.OPINION) == ["2026-09-01"]


async def test_an_opening_starts_the_fourteen_days_of_its_box_anew(house: House) -> None:
    house.town.clock.set(local(2026, 9, 15, 20))
    await opened(house)

    await house.sweep_at(local(2026, 9, 29, 23, 59))
    assert await forgotten(house) == []
    assert await forgotten(house, Box.OPINION) == ["2026-09-01"]

    await house.sweep_at(local(2026, 9, 30, 0))
    assert await forgotten(house) == ["2026-09-15"]


async def test_each_lapse_is_announced_by_itself(house: House) -> None:
    await house.sweep_at(local(2026, 9, 16, 0))
    house.town.clock.set(local(2026, 9, 20))
    await opened(house)

    await house.sweep_at(local(2026, 10, 31))

    assert await forgotten(house) == ["2026-09-01", "2026-09-20"]


async def test_an_opening_that_is_logged_late_moves_no_deadline_back(house: House) -> None:
    house.town.clock.set(local(2026, 9, 12))
    await opened(house, local(2026, 9, 12))
    await opened(house, local(2026, 9, 3))

    await house.sweep_at(local(2026, 9, 26, 23, 59))

    assert await forgotten(house) == []


async def test_each_letter_becomes_one_report_and_no_more(house: House) -> None:
    opening = await opened(house, letter_count=2)

    for _ in range(2):
        await register_letter(house, opening)
    with pytest.raises(Refused, match="NO_LETTER_LEFT"):
        await register_letter(house, opening)

    [shown] = await listed(house)
    assert shown.registered_count == 2


async def test_of_ten_registrations_at_once_as_many_count_as_there_were_letters(house: House) -> None:
    opening = await opened(house, letter_count=3)

    outcomes = await asyncio.gather(*(register_letter(house, opening) for _ in range(10)), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 3
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 7
    assert (await listed(house))[0].registered_count == 3


async def test_a_letter_is_of_the_units_own_box_and_of_the_right_one(house: House) -> None:
    opening = await opened(house)

    for box, slug in ((Box.OPINION, "village"), (Box.COMPLAINT, "finance")):
        with pytest.raises(NotFound):
            await register_letter(house, opening, box, slug)
    with pytest.raises(NotFound):
        await register_letter(house, pb.BoxOpening(name=f"{house.town.name}/boxOpenings/{uuid4().hex}"))


async def test_letters_become_reports_through_the_register(house: House) -> None:
    opening = await opened(house, letter_count=1)
    letter = pb.CreateReportRequest(
        parent=house.town.name,
        unit=house.town.unit_name("village"),
        kind=pb.Report.KIND_OPINION,
        channel=pb.Report.CHANNEL_COMPLAINT_BOX,
        reporter_mode=pb.Report.REPORTER_MODE_ANONYMOUS,
        subject=pb.Subject(about="村委会"),
        text="路灯坏了。",
        box_opening=opening.name,
    )

    report = (await house(REGISTRAR, letter)).report

    assert report.box_opening == opening.name
    with pytest.raises(Refused, match="NO_LETTER_LEFT"):
        await house(REGISTRAR, letter)
    assert len(await house.events(pb.ReportRegistered)) == 1


async def test_an_opening_before_the_last_announcement_is_a_lapse_of_its_own(house: House) -> None:
    await house.sweep_at(local(2026, 9, 16, 0))
    house.town.clock.set(local(2026, 9, 16, 0) + timedelta(hours=9))
    await opened(house, local(2026, 9, 10))

    await house.sweep_at(local(2026, 9, 25, 0))

    assert await forgotten(house) == ["2026-09-01", "2026-09-10"]
