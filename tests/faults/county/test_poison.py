"""Events that nobody can take are put aside where people find them, and hold up nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from deploy.local.stack import SERVICES
from services.common.broker import jetstream
from services.common.events import Event, event_type, headers, subject
from tests.faults.county.counting import assert_healthy, assert_registered_once, proven, streamed
from tests.faults.county.luonan import OPERATOR, TOWNS, Luonan, living, village
from tests.faults.county.writing import Writer
from tests.messaging import as_user

pytestmark = pytest.mark.timeout(300)

TOWN = TOWNS[0]
UNIT_CHANGED = event_type(gateway.UnitChanged)
NEW_VILLAGE = f"{TOWN}299"
FINANCE = f"{TOWN}.finance"
OF_A_LATER_VERSION = 99
FOLLOWERS = ("watch", "agency", "risk")
"""The services that copy the organisation."""


@pytest.fixture
async def luonan() -> AsyncIterator[Luonan]:
    """A county whose services are impatient."""
    impatient = {service: f"tests.faults.county.impatient.{service}" for service in FOLLOWERS}
    async with living(modules=impatient) as luonan:
        yield luonan


def impossible() -> Event:
    """A change that reads well and that no service can make: of a unit to a kind that it does not know."""
    unit = gateway.Unit(name=f"tenants/{TOWN}/units/{FINANCE}", display_name="财政所", revision=1)
    unit.kind = OF_A_LATER_VERSION
    message = gateway.UnitChanged(unit=unit, visible_to=common.LEVEL_TOWN)
    return Event(
        id=uuid4(),
        type=UNIT_CHANGED,
        tenant=TOWN,
        aggregate="unit",
        aggregate_id=FINANCE,
        version=1,
        time=datetime(2026, 9, 1, tzinfo=UTC),
        actor=OPERATOR,
        trace="",
        number=1_000_000,
        hash=bytes(32),
        payload=message.SerializeToString(),
        message=message,
    )


async def poison(luonan: Luonan) -> UUID:
    """Publishes, as the gateway may, what is no event, an event with a broken body, and one that is impossible.

    Returns the id of the last.
    """
    event = impossible()
    async with as_user(luonan.nats, "gateway") as publisher:
        js = jetstream(publisher)
        await js.publish(subject(TOWN, UNIT_CHANGED), b"no event")
        broken = headers(event) | {"ce-id": "broken", "Nats-Msg-Id": "broken"}
        await js.publish(subject(TOWN, UNIT_CHANGED), b"\xff\xff", headers=broken)
        await js.publish(event.subject, event.payload, headers=headers(event))
    return event.id


async def change_for_real(luonan: Luonan) -> None:
    """The operator renames the unit that the poison is about, and adds a village to the town."""
    name = f"tenants/{TOWN}/units/{FINANCE}"
    await luonan.people.patch(
        OPERATOR, f"/v1/{name}?updateMask=displayName", {"name": name, "displayName": "景村镇财经所"}
    )
    await luonan.people.post(OPERATOR, f"/v1/tenants/{TOWN}:provision", village(TOWN, NEW_VILLAGE))


async def dead_letters(luonan: Luonan) -> set[str]:
    """What `minshao dead-letters list` says: without times, and of errors only what they are called."""
    lines = (await luonan.command("dead-letters", "list")).stdout.splitlines()
    told = {re.sub(r"\S+Z ", "", line).partition(":")[0] for line in lines}
    assert len(told) == len(lines), lines
    return told


async def test_poison_is_put_aside_and_everything_behind_it_goes_on(luonan: Luonan, people: Writer) -> None:
    event = await poison(luonan)

    await change_for_real(luonan)
    await people.write(10)
    await luonan.settled()

    titles = {post["name"]: post["title"] for post in await luonan.posts(TOWN)}
    assert titles[f"tenants/{TOWN}/posts/{FINANCE}"] == "景村镇财经所监督哨"
    assert f"tenants/{TOWN}/posts/{NEW_VILLAGE}" in titles
    await assert_healthy(luonan)
    await assert_registered_once(luonan, people)
    await luonan.settled()
    assert await streamed(luonan) == Counter(await proven(luonan)) + Counter({("gateway", TOWN): 3})
    unreadable = f"undecodable {subject(TOWN, UNIT_CHANGED)}"
    assert await dead_letters(luonan) == {
        *(f"{service} {TOWN} {event} {UNIT_CHANGED} NotUnderstood" for service in FOLLOWERS),
        *(f"{service} {unreadable} {error}" for service in SERVICES for error in ("KeyError", "DecodeError")),
    }
    assert "after 5 tries" in (await luonan.command("dead-letters", "show", str(event))).stdout
