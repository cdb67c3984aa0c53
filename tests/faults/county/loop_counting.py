"""What must have come of all that went round between the services, whatever was killed: each effect, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

from tests.faults.county.counting import each
from tests.faults.county.looping import Loop
from tests.faults.county.luonan import TOWNS, VIEWER, Record
from tests.faults.county.times import names
from tests.faults.county.writing import UNITS

CORRECTED = "有关单位已被责令纠错（2026年9月5日）。"
DISPOSED = {"REPORTER_MODE_NAMED": 2, "REPORTER_MODE_ANONYMOUS": 1}
"""How often something was done because of a report. Of those that a unit handles it is warned itself; and of all about
it the town is."""


async def assert_each_effect_is_there_once(loop: Loop) -> None:
    await assert_information_is_collected_once(loop)
    await assert_units_are_overseen_once_for_red_warnings(loop)
    await assert_people_are_told_once_what_was_done(loop)
    await assert_orders_of_the_county_are_there_once(loop)
    await assert_feeds_tell_once(loop)


async def assert_information_is_collected_once(loop: Loop) -> None:
    """A piece for each cause, and none for anything else."""
    causes = {
        "KIND_REPORT_SUBSTANTIATED": loop.substantiated.keys(),
        "KIND_REPORT_OVERDUE": loop.late_reports,
        "KIND_CASE_OVERDUE": loop.late_cases,
        "KIND_NOTICE_REPEATED": loop.noticed,
    }
    pieces = await loop.in_towns("riskInformation")
    found = Counter((str(cast(Record, piece["current"])["kind"]), str(piece["origin"])) for piece in pieces)
    assert found == each((kind, thing) for kind, things in causes.items() for thing in things)
    assert await loop.luonan.told("risk.information.collected") == each(names(pieces))


async def assert_units_are_overseen_once_for_red_warnings(loop: Loop) -> None:
    """Until they are answered, and for no others."""
    warnings = [warning for warning in await loop.in_towns("warnings") if warning["colour"] == "COLOUR_RED"]
    special = [oversight for oversight in await loop.in_towns("oversights") if oversight["warning"]]
    answered = _answered(warnings)
    assert len(answered) == len(TOWNS) * len(UNITS)
    assert Counter(str(oversight["warning"]) for oversight in special) == each(names(warnings))
    assert {str(oversight["warning"]) for oversight in special if oversight["state"] == "STATE_ANSWERED"} == answered
    assert await loop.luonan.told("watch.oversight.answered") == each(_answered(special))


async def assert_people_are_told_once_what_was_done(loop: Loop) -> None:
    """Who reported and who applied, each disposition once."""
    told = loop.luonan.people.post
    for filing in loop.substantiated.values():
        slip = {"code": loop.registered[filing].code}
        shown = await told(filing.address, f"/v1/tenants/{filing.town}/receipts:lookUp", slip)
        times = DISPOSED[str(filing.body["reporterMode"])]
        assert cast(Record, shown["view"])["effects"] == [f"因您的反映，{CORRECTED}"] * times
    for application, answer in loop.clerks.received.items():
        slip = {"code": answer.receipt_code}
        shown = await told(application.address, f"/v1/{application.room.town}/cases:follow", slip)
        times = int(answer.case.name in loop.noticed)
        assert cast(Record, shown["view"])["effects"] == [f"因您办理的事项，{CORRECTED}"] * times


async def assert_orders_of_the_county_are_there_once(loop: Loop) -> None:
    """Where the matter is, for the unit too; and their clocks have run out."""
    orders = [order for order in await loop.in_towns("oversights") if order["origin"] == "ORIGIN_ORDER"]
    assert Counter(str(order["name"]) for order in orders) == each(loop.ordered)
    assert all(order["late"] for order in orders)
    for town in TOWNS:
        for unit in UNITS:
            page = await loop.luonan.people.get(
                f"tenants/{town}/accounts/{unit}-leader", f"/v1/tenants/{town}/oversights", page_size=200
            )
            shown = names(cast(Iterable[Record], page["oversights"]))
            assert len(shown & loop.ordered) == 1
    told = loop.luonan.told
    assert loop.ordered <= (await told("watch.oversight.ordered")).keys()
    assert loop.ordered <= (await told("watch.oversight.overdue")).keys()
    assert await told("agency.case.oversight_ordered") == each(loop.noticed) + each(loop.late_cases)
    assert await told("agency.case.oversight_overdue") == each(loop.noticed)


async def assert_feeds_tell_once(loop: Loop) -> None:
    """The county of every cause, of positions without risk points, and of warnings and what was done; and nobody of
    anything twice."""
    told = loop.luonan.told
    assert await told("watch.report.substantiated") == each(loop.substantiated)
    assert await told("watch.report.overdue") == each(loop.late_reports)
    assert await told("agency.case.overdue") == each(loop.late_cases)
    assert await told("risk.position.unprotected") == each(loop.positions)
    warnings, dispositions = await loop.in_towns("warnings"), await loop.in_towns("dispositions")
    assert (await told("risk.warning.raised")).keys() == names(warnings)
    assert await told("risk.warning.answered") == each(_answered(warnings))
    assert await told("risk.disposition.recorded") == each(names(dispositions))
    for reader in (VIEWER, *(f"tenants/{town}/accounts/discipline-secretary" for town in TOWNS)):
        events = [entry["event"] for entry in await loop.luonan.feed(reader=reader)]
        assert len(set(events)) == len(events)


def _answered(things: Iterable[Record]) -> set[str]:
    return names(thing for thing in things if thing["state"] == "STATE_ANSWERED")
