"""What must hold of cases in the end, whatever was killed: all that was received is there once and whole."""

from __future__ import annotations

from typing import cast

from google.protobuf.json_format import ParseDict
from minshao.agency import v1 as pb

from tests.faults.county.casework import ROOMS, Application, Clerks, clerk_of
from tests.faults.county.counting import assert_gapless, assert_healthy, assert_ledgers_are_told, each
from tests.faults.county.luonan import TOWNS, Luonan, Record

RECEIVED, ACCEPTED = "agency.case.received", "agency.case.accepted"


async def assert_cases_are_there_once(luonan: Luonan, clerks: Clerks) -> None:
    """Answered = in the lists of towns and rooms, without gaps = in the county's feed; and every case is whole."""
    await assert_healthy(luonan)
    await luonan.settled()
    await assert_received_once(luonan, clerks)
    for application, answer in clerks.received.items():
        await assert_whole(luonan, application, answer.case.name, answer.receipt_code)
    await assert_repeating_changes_nothing(luonan, clerks)
    await assert_ledgers_are_told(luonan)


async def assert_received_once(luonan: Luonan, clerks: Clerks) -> None:
    """What was answered stands in the lists, received and accepted once, and nothing else does."""
    everything = {answer.case.name for answer in clerks.received.values()}
    assert len(everything) == len(clerks.received)
    listed = [case for town in TOWNS for case in await luonan.cases(town)]
    assert sorted(str(case["name"]) for case in listed) == sorted(everything)
    assert {case["state"] for case in listed} == {"STATE_HANDLING"}
    for room in ROOMS:
        assert_gapless(case for case in listed if case["point"] == f"{room.town}/points/{room.code}")
        mine = await _cases_of(luonan, clerk_of(room), room.town, mine="true")
        assert {str(case["number"]) for case in mine} == {
            answer.case.number for application, answer in clerks.received.items() if application.room == room
        }
    for town in (f"tenants/{code}" for code in TOWNS):
        assert await _cases_of(luonan, f"{town}/accounts/service-centre-registrar", town, unowned="true") == []
    for kind in (RECEIVED, ACCEPTED):
        assert await luonan.told(kind) == each(everything)


async def assert_whole(luonan: Luonan, application: Application, name: str, code: str) -> None:
    """Its people see who applied and every desk of the way, with the first at work; its applicant finds it by the code
    of the slip, and by number and telephone number."""
    shown = await luonan.people.get(application.clerk, f"/v1/{name}")
    case = ParseDict(cast(dict[str, object], shown["case"]), pb.Case())
    assert case.applicant == application.request.applicant
    assert [bool(part.due_date) for part in case.parts] == [True, False, False]
    assert case.promised_date
    town, citizen = application.room.town, application.address
    followed = await luonan.people.post(citizen, f"/v1/{town}/cases:follow", {"code": code})
    assert cast(Record, followed["view"])["number"] == case.number
    slip = {"number": case.number, "phone": case.applicant.phone}
    assert (await luonan.people.post(citizen, f"/v1/{town}/cases:lookUp", slip))["state"] == "STATE_HANDLING"


async def assert_repeating_changes_nothing(luonan: Luonan, clerks: Clerks) -> None:
    """Whoever sends the same once more is answered as before, receipt code included, and nothing is added."""
    before = {town: len(await luonan.cases(town)) for town in TOWNS}
    for application, answer in clerks.received.items():
        assert await clerks.repeat(application) == answer
    assert {town: len(await luonan.cases(town)) for town in TOWNS} == before


async def _cases_of(luonan: Luonan, who: str, town: str, **choice: str) -> list[Record]:
    """What of the town's cases somebody is shown on one page."""
    wanted = {f"filter.{name}": value for name, value in choice.items()}
    page = await luonan.people.get(who, f"/v1/{town}/cases", page_size=200, **wanted)
    return cast(list[Record], page.get("cases", []))
