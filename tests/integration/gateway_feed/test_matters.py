"""A matter of many parts and many steps: told whole, page by page, with nothing left out in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.common.errors import Invalid, NotFound
from services.common.events import Event
from services.gateway.matters.use_cases import rebuild
from tests.gateway_feed.observatory import Observatory
from tests.gateway_feed.telling import START, Case, Report, Town

PIECES = 450
MOST_TOLD = 5_000
"""The risk service names no more pieces in an event."""


def name(town: Town, collection: str, id: object) -> str:
    return f"tenants/{town.code}/{collection}/{id}"


def collected(town: Town, n: int) -> Event:
    told = risk.RiskInformationCollected(
        risk_information=name(town, "riskInformation", n),
        unit=f"{town.code}.finance",
        origin=name(town, "reports", n),
        visible_to=common.LEVEL_UNIT,
    )
    return town.tell(told, "information", str(n), at=START + timedelta(minutes=n))


def raised(town: Town, named: int = PIECES, unnamed: int = 0, id: str = "w") -> Event:
    """A warning about so many pieces that are named, and so many that are not."""
    told = risk.WarningRaised(
        warning=name(town, "warnings", id),
        colour=risk.Warning.COLOUR_RED,
        information_count=named + unnamed,
        risk_information=[name(town, "riskInformation", n) for n in range(named)],
        unnamed_count=unnamed,
        visible_to=common.LEVEL_UNIT,
    )
    return town.tell(told, "warning", id, at=START + timedelta(days=1))


def joined(town: Town, n: int) -> Event:
    told = risk.WarningJoined(warning=name(town, "warnings", "w"), visible_to=common.LEVEL_UNIT)
    return town.tell(told, "warning", "w", n + 2, START + timedelta(days=2, minutes=n))


async def pages(observatory: Observatory, resource: str, size: int) -> list[list[gateway.MatterPart]]:
    """All pages of a matter, as the county's viewer reads them."""
    request = gateway.GetMatterRequest(parent=f"tenants/{observatory.county}", resource=resource, page_size=size)
    found = []
    while True:
        answer: gateway.GetMatterResponse = await observatory(request, observatory.viewer())
        found.append(list(answer.parts))
        if not answer.next_page_token:
            return found
        request.page_token = answer.next_page_token


async def test_a_warning_with_hundreds_of_pieces_is_told_with_all_of_them(observatory: Observatory) -> None:
    town = observatory.jingcun
    await observatory.take(*(collected(town, n) for n in range(PIECES)), raised(town))

    found = await pages(observatory, name(town, "warnings", "w"), 200)

    pieces = [name(town, "riskInformation", n) for n in range(PIECES)]
    assert [len(page) for page in found] == [200, 200, 51]
    parts = [part for page in found for part in page]
    assert [part.name for part in parts] == [*pieces, name(town, "warnings", "w")]
    assert set(parts[-1].follows_from) == set(pieces)
    assert [step.summary for step in parts[-1].steps] == ["红色"]


async def test_warnings_with_as_much_behind_them_as_is_told_of_come_together_and_are_made_anew(
    observatory: Observatory,
) -> None:
    ids = ("a", "b", "c")
    await observatory.take(*(raised(observatory.jingcun, MOST_TOLD, id=id) for id in ids))

    assert await rebuild(observatory.database, observatory.county) == len(ids) * MOST_TOLD


async def test_where_more_counted_for_a_warning_than_its_event_names_it_is_said_how_many_more(
    observatory: Observatory,
) -> None:
    await observatory.take(raised(observatory.jingcun, unnamed=5550))

    [[warning]] = await pages(observatory, name(observatory.jingcun, "warnings", "w"), 50)

    assert [step.summary for step in warning.steps] == ["红色，另有5550条依据信息未列出"]


@pytest.mark.parametrize(("more", "left_out"), [(99, 0), (100, 1), (299, 200)])
async def test_of_many_steps_the_first_and_the_last_are_told_and_how_many_lie_between(
    observatory: Observatory, more: int, left_out: int
) -> None:
    town = observatory.jingcun
    events = [raised(town), *(joined(town, n) for n in range(more))]
    await observatory.take(*events)

    [[warning]] = await pages(observatory, name(town, "warnings", "w"), 50)

    told = [str(event.id) for event in events]
    assert (len(warning.steps), warning.steps_left_out) == (100, left_out)
    assert [step.event for step in warning.steps] == [*told[:50], *told[-50:]]


async def test_a_page_of_one_matter_is_none_of_another(observatory: Observatory) -> None:
    town = observatory.jingcun
    await observatory.take(*(collected(town, n) for n in range(PIECES)), raised(town))
    request = gateway.GetMatterRequest(
        parent=f"tenants/{observatory.county}", resource=name(town, "warnings", "w"), page_size=10
    )
    token = (await observatory(request, observatory.viewer())).next_page_token

    with pytest.raises(Invalid, match="翻页标记"):
        other = gateway.GetMatterRequest(
            parent=request.parent, resource=name(town, "riskInformation", 1), page_size=10, page_token=token
        )
        await observatory(other, observatory.viewer())


async def test_an_oversight_of_a_report_is_told_with_the_matter_of_its_report(observatory: Observatory) -> None:
    report = observatory.jingcun.a_report()
    await observatory.take(report.tell(watch.ReportRegistered()))
    oversight = observatory.jingcun.oversight_of(report)
    await observatory.take(oversight)

    [parts] = await pages(observatory, name(observatory.jingcun, "oversights", oversight.aggregate_id), 50)

    told = [(part.name, [step.type for step in part.steps]) for part in parts]
    assert told == [(report.name, ["watch.report.registered", "watch.oversight.ordered"])]


async def test_an_oversight_of_a_report_that_moved_up_is_not_found_below(observatory: Observatory) -> None:
    report = observatory.jingcun.a_report()
    oversight = observatory.jingcun.oversight_of(report)
    await observatory.take(report.tell(watch.ReportRegistered()), oversight)
    asked = gateway.GetMatterRequest(
        parent=f"tenants/{observatory.jingcun.code}",
        resource=name(observatory.jingcun, "oversights", oversight.aggregate_id),
    )
    seen = await observatory(asked, observatory.town_officer())

    await observatory.take(report.tell(watch.ReportRerouted(), level=common.LEVEL_COUNTY))

    assert [part.name for part in seen.parts] == [report.name]
    with pytest.raises(NotFound):
        await observatory(asked, observatory.town_officer())


async def test_a_piece_is_told_with_the_unit_to_which_it_was_corrected_and_that_it_counts_no_more(
    observatory: Observatory,
) -> None:
    town = observatory.jingcun
    piece = name(town, "riskInformation", 1)
    corrections = [corrected(town, 2), corrected(town, 3, withdrawn=True)]
    await observatory.take(collected(town, 1), *corrections)

    [[part]] = await pages(observatory, piece, 50)

    assert part.unit == f"{town.code}203"
    assert [step.summary for step in part.steps] == ["", "", "不再计入"]


def corrected(town: Town, version: int, *, withdrawn: bool = False) -> Event:
    told = risk.RiskInformationCorrected(
        risk_information=name(town, "riskInformation", 1),
        unit=f"{town.code}203",
        withdrawn=withdrawn,
        visible_to=common.LEVEL_UNIT,
    )
    return town.tell(told, "information", "1", version, START + timedelta(minutes=version))


def badly_rated(town: Town) -> tuple[Case, Report, list[Event]]:
    """A case, the opinion that its bad rating became, and what tells of both, in no order."""
    case = town.a_case()
    bad = case.rated(agency.RatingBad(rating=name(town, "ratings", 1), stars=1))
    opinion = town.a_report(origin=name(town, "ratings", 1))
    told = opinion.tell(watch.ReportRegistered(), START + timedelta(hours=1))
    return case, opinion, [told, bad, case.tell(agency.CaseReceived(), START - timedelta(days=1))]


def warned_of(town: Town, *origins: str) -> list[Event]:
    """A piece of information about each of these, and a warning of all of them."""
    pieces, level = [name(town, "riskInformation", n) for n in range(len(origins))], common.LEVEL_TOWN
    collected = [
        risk.RiskInformationCollected(risk_information=piece, origin=origin, visible_to=level)
        for piece, origin in zip(pieces, origins, strict=True)
    ]
    raised = risk.WarningRaised(warning=name(town, "warnings", "w"), risk_information=pieces, visible_to=level)
    days = [START + timedelta(days=day) for day in (1, 2)]
    of_pieces = [town.tell(told, "information", str(n), at=days[0]) for n, told in enumerate(collected)]
    return [*of_pieces, town.tell(raised, "warning", "w", at=days[1])]


async def test_a_case_and_the_opinion_that_its_bad_rating_became_are_one_matter(observatory: Observatory) -> None:
    town = observatory.jingcun
    case, opinion, events = badly_rated(town)
    await observatory.take(*events, *warned_of(town, opinion.name))

    chain = [case.name, opinion.name, name(town, "riskInformation", 0), name(town, "warnings", "w")]
    for resource in chain:
        [parts] = await pages(observatory, resource, 50)
        assert [part.name for part in parts] == chain
        assert [list(part.follows_from) for part in parts] == [[], *([each] for each in chain[:-1])]


async def test_what_a_matter_shares_only_through_a_part_that_moved_up_is_not_shown_below_with_it(
    observatory: Observatory,
) -> None:
    town = observatory.jingcun
    case, opinion, events = badly_rated(town)
    other = town.a_report()
    told = [*events, other.tell(watch.ReportRegistered()), *warned_of(town, opinion.name, other.name)]
    await observatory.take(*told)
    piece, seen = (name(town, "riskInformation", n) for n in range(2))
    warning = name(town, "warnings", "w")
    restricted = risk.RiskInformationRestricted(risk_information=piece, visible_to=common.LEVEL_COUNTY)

    moved = [opinion.tell(watch.ReportRerouted(), level=common.LEVEL_COUNTY)]
    await observatory.take(*moved, town.tell(restricted, "information", "0", 2))

    for resource, below in ((case.name, [case.name]), (warning, [other.name, seen, warning])):
        asked = gateway.GetMatterRequest(parent=f"tenants/{town.code}", resource=resource)
        found: gateway.GetMatterResponse = await observatory(asked, observatory.town_officer())
        assert [part.name for part in found.parts] == below
    [above] = await pages(observatory, case.name, 50)
    assert [part.name for part in above] == [case.name, opinion.name, piece, warning]
