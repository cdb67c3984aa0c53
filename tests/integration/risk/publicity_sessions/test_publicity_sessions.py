"""Publicity that leading groups held for the control of risks."""

from __future__ import annotations

from typing import Any

from minshao.risk import v1 as pb

from services.common.errors import Denied, Invalid, Refused
from tests.integration.risk.groups.steps import group
from tests.integration.risk.house import House

Kind = pb.PublicitySession.Kind
NOTE = "王磊讲解防控要求。"


def held(group: str, **facts: Any) -> pb.RecordPublicitySessionRequest:
    facts = {
        "kind": pb.PublicitySession.KIND_MEETING,
        "date": "2026-09-01",
        "reach_count": 120,
        "note": NOTE,
        **facts,
    }
    return pb.RecordPublicitySessionRequest(risk_group=group, **facts)


async def dates(house: House, **wanted: Any) -> list[str]:
    request = pb.ListPublicitySessionsRequest(parent=f"tenants/{house.town}", **wanted)
    return [each.date for each in (await house("village-officer", request)).publicity_sessions]


async def test_a_session_is_recorded_with_its_kind_its_day_and_whom_it_reached(house: House) -> None:
    recorded = (await house("party", held((await group(house)).name))).publicity_session

    seen = (await house("village-officer", pb.GetPublicitySessionRequest(name=recorded.name))).publicity_session

    assert seen == recorded
    assert (seen.kind, seen.date, seen.reach_count, seen.note) == (1, "2026-09-01", 120, NOTE)
    [told] = await house.events(pb.PublicitySessionHeld)
    assert (told.kind, told.reach_count, len(told.note.mac)) == (1, 120, 32)


async def test_the_county_has_a_towns_sessions_without_their_notes(house: House) -> None:
    name = (await house("party", held((await group(house)).name))).publicity_session.name

    seen = (await house("commission", pb.GetPublicitySessionRequest(name=name))).publicity_session

    assert (seen.reach_count, seen.note) == (120, "")


async def test_sessions_are_listed_the_latest_first_and_by_kind(house: House) -> None:
    made = (await group(house)).name
    await house("party", held(made, date="2026-08-01", note=""))
    await house("party", held(made, kind=pb.PublicitySession.KIND_COLUMN))

    assert await dates(house) == ["2026-09-01", "2026-08-01"]
    assert await dates(house, kind=pb.PublicitySession.KIND_COLUMN, risk_group=made) == ["2026-09-01"]


async def test_what_was_not_held_yet_or_by_others_is_refused(house: House) -> None:
    made = (await group(house)).name

    async with house.refused(Invalid, "date"):
        await house("party", held(made, date="2026-09-02"))
    async with house.refused(Invalid, "reach_count"):
        await house("party", held(made, reach_count=0))
    for login in ("commission", "leader"):
        async with house.refused(Denied):
            await house(login, held(made))
    await house("party", pb.RetireRiskGroupRequest(name=made))
    async with house.refused(Refused, "GROUP_RETIRED"):
        await house("party", held(made))

    assert await dates(house) == []
