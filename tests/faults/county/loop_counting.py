"""What must have come of all that went round between the services, whatever was killed: each effect, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

from deploy.local.demo.month import Unit
from tests.faults.county.casework import ROOMS
from tests.faults.county.counting import each
from tests.faults.county.looping import COMMISSION, Loop
from tests.faults.county.luonan import TOWNS, VIEWER, Record
from tests.faults.county.times import names
from tests.faults.county.writing import UNITS

CORRECTED = "有关单位已被责令纠错（2026年9月5日）。"
DISPOSED = {"REPORTER_MODE_NAMED": 2, "REPORTER_MODE_ANONYMOUS": 1}
"""How often something was done because of a report. Of those that a unit handles it is warned itself; and of all about
it the town is."""

TOO_MANY = 3
"""So many late cases in thirty days bring a point under oversight."""
OPENED = {"posts": "watch.post.opened", "points": "agency.point.opened", "inventories": "risk.inventory.opened"}
"""What each village has, and what tells that it got it."""


async def assert_each_effect_is_there_once(loop: Loop) -> None:
    await assert_information_is_collected_once(loop)
    await assert_units_are_overseen_once_for_red_warnings(loop)
    await assert_people_are_told_once_what_was_done(loop)
    await assert_orders_of_the_county_are_there_once(loop)
    await assert_points_are_overseen_once_for_late_cases(loop)
    await assert_escalated_reports_are_told_once_and_wait_where_they_came_to(loop)
    await assert_escalated_cases_are_told_once_and_wait_in_the_towns(loop)
    await assert_bad_ratings_are_opinions_once_and_answered_once(loop)
    await assert_new_villages_are_furnished_once(loop)
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


async def assert_points_are_overseen_once_for_late_cases(loop: Loop) -> None:
    """Each room from its third late case on, with all of them behind the one oversight."""
    found = await loop.in_towns("oversights")
    overseen = [one for one in found if one["origin"] == "ORIGIN_EVENT" and not one["warning"]]
    behind = [
        (str(oversight["post"]), str(late["case"]))
        for oversight in overseen
        for late in cast(Iterable[Record], oversight["lateCases"])
    ]
    assert Counter(str(oversight["post"]) for oversight in overseen) == each(map(_post, ROOMS))
    assert Counter(behind) == each((_post(room), case) for room in ROOMS for case in loop.late_in(room))
    assert _of(names(overseen), await loop.luonan.told("watch.oversight.ordered")) == each(names(overseen))
    attached = await loop.luonan.told("watch.oversight.attached")
    assert attached.total() == len(loop.late_cases) - TOO_MANY * len(ROOMS)
    assert attached.keys() <= names(overseen)


async def assert_escalated_reports_are_told_once_and_wait_where_they_came_to(loop: Loop) -> None:
    """What a unit is late with comes before its town, and a week later before the county; what a town is late with,
    before the county at once. A week has passed for those of which the county ordered oversight."""
    twice = loop.late_at_units & loop.overseen
    assert await loop.luonan.told("watch.report.escalated") == each(loop.late_reports) + each(twice)
    in_towns = [await _waiting(loop, town, f"tenants/{town}/accounts/discipline-secretary") for town in TOWNS]
    in_county = [await _waiting(loop, town, COMMISSION) for town in TOWNS]
    assert set().union(*in_towns) & loop.late_at_units == loop.late_at_units - twice
    assert set().union(*in_county) == loop.late_reports - loop.late_at_units | twice


async def assert_escalated_cases_are_told_once_and_wait_in_the_towns(loop: Loop) -> None:
    assert await loop.luonan.told("agency.case.escalated") == each(loop.late_cases)
    waiting = list[str]()
    for town in TOWNS:
        clerk, path = f"tenants/{town}/accounts/service-centre-registrar", f"/v1/tenants/{town}/cases/-/oversights"
        wanted = {"kind": "KIND_OVERSIGHT", "level": "LEVEL_TOWN", "open": "true"}
        overseen = await loop.luonan.listed(clerk, path, "caseOversights", **wanted)
        waiting += [str(oversight["name"]).partition("/oversights/")[0] for oversight in overseen]
    assert Counter(waiting) == each(loop.late_cases)


async def assert_bad_ratings_are_opinions_once_and_answered_once(loop: Loop) -> None:
    """Each about the room that was rated, and over by now, since nobody contests the answer of the room."""
    told = loop.luonan.told
    opinions = [report for report in await loop.in_towns("reports") if report["origin"]]
    made = Counter((str(opinion["origin"]), str(opinion["unit"])) for opinion in opinions)
    assert made == each((rating, room.name) for rating, room in loop.ratings.items())
    assert {opinion["state"] for opinion in opinions} == {"STATE_CLOSED"}
    assert await told("agency.rating.bad") == each(loop.ratings)
    assert await told("agency.rating.follow_up_answered") == each(loop.ratings)
    answered = names(opinions) | loop.substantiated.keys()
    assert await told("watch.report.registered") == each(answered | loop.late_reports)
    assert await told("watch.report.answered") == each(answered)


async def assert_new_villages_are_furnished_once(loop: Loop) -> None:
    for collection, opened in OPENED.items():
        new = {f"tenants/{code[:9]}/{collection}/{code}" for code in loop.founded}
        there = Counter(str(thing["name"]) for thing in await loop.in_towns(collection))
        assert _of(new, there) == each(new)
        assert _of(new, await loop.luonan.told(opened)) == each(new)


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


def _of(things: Iterable[str], counted: Counter[str]) -> Counter[str]:
    """What was counted of these things."""
    return Counter({thing: counted[thing] for thing in things})


async def _waiting(loop: Loop, town: str, who: str) -> set[str]:
    """The reports of the town that wait for the level of somebody."""
    path = f"/v1/tenants/{town}/reports"
    return names(await loop.luonan.listed(who, path, "reports", waitingForMyLevel="true"))


def _post(room: Unit) -> str:
    return f"{room.town}/posts/{room.code}"


def _answered(things: Iterable[Record]) -> set[str]:
    return names(thing for thing in things if thing["state"] == "STATE_ANSWERED")
