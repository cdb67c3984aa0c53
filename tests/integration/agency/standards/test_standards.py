"""The standards of agency points: published by the county in versions that never change, inherited by each town."""

from __future__ import annotations

import asyncio

import pytest
from minshao.agency import v1 as pb

from deploy.local.standards import publication
from services.common.errors import Conflict, Denied, InvalidFields, NotFound
from tests.integration.agency.house import House


def changed(house: House, title: str) -> pb.PublishStandardsRequest:
    """The default standards with another first check."""
    request = publication(house.county)
    request.content.six_haves[0].title = title
    return request


async def shown(house: House, tenant: str, version: str = "current") -> pb.Standards:
    name = f"tenants/{tenant}/standards/{version}"
    found: pb.Standards = (await house("citizen", pb.GetStandardsRequest(name=name))).standards
    return found


async def test_the_county_begins_with_six_that_a_point_has_and_ten_ones(supervised: House) -> None:
    standards = await shown(supervised, supervised.county)

    assert (standards.version, len(standards.content.six_haves), len(standards.content.ten_ones)) == (1, 6, 10)
    [event] = await supervised.events(pb.StandardsPublished, supervised.county)
    assert (event.standards, event.version) == (standards.name, 1)


async def test_each_town_reads_what_its_county_published(supervised: House) -> None:
    own, inherited = await shown(supervised, supervised.county), await shown(supervised, supervised.town)

    assert inherited.content == own.content
    assert inherited.name == f"tenants/{supervised.town}/standards/1"


async def test_a_new_version_leaves_the_one_before_as_it_was(supervised: House) -> None:
    before = await shown(supervised, supervised.county)

    await supervised("operator", changed(supervised, "有宽敞场所"))

    assert (await shown(supervised, supervised.town)).content.six_haves[0].title == "有宽敞场所"
    assert await shown(supervised, supervised.county, "1") == before
    listed = await supervised("citizen", pb.ListStandardsRequest(parent=f"tenants/{supervised.town}", page_size=1))
    assert [each.version for each in listed.standards] == [2]
    rest = await supervised(
        "citizen",
        pb.ListStandardsRequest(parent=f"tenants/{supervised.town}", page_size=1, page_token=listed.next_page_token),
    )
    assert ([each.version for each in rest.standards], rest.next_page_token) == ([1], "")


async def test_published_again_the_same_nothing_changes(supervised: House) -> None:
    size = await supervised.ledger_size()

    again = (await supervised("operator", publication(supervised.county))).standards

    assert (again.version, await supervised.ledger_size()) == (1, size)


async def test_of_two_who_publish_at_once_one_is_told_to_read_again(supervised: House) -> None:
    both = [supervised("operator", changed(supervised, title)) for title in ("有宽敞场所", "有明亮场所")]

    outcomes = await asyncio.gather(*both, return_exceptions=True)

    refused = [each for each in outcomes if isinstance(each, BaseException)]
    assert all(isinstance(each, Conflict) for each in refused)
    assert (await shown(supervised, supervised.county)).version == 3 - len(refused)


async def test_lists_that_are_not_six_and_ten_are_refused_with_each_field(supervised: House) -> None:
    request, size = publication(supervised.county), await supervised.ledger_size()
    del request.content.ten_ones[9]
    request.content.six_haves[1].code = "LY-01"

    with pytest.raises(InvalidFields) as refusal:
        await supervised("operator", request)

    assert {each.field: each.reason for each in refusal.value.violations} == {
        "content.ten_ones": "CHECK_COUNT",
        "content.six_haves[0].code": "CODE_TWICE",
        "content.six_haves[1].code": "CODE_TWICE",
    }
    assert "应当正好10项，现有9项" in refusal.value.message
    assert ((await shown(supervised, supervised.county)).version, await supervised.ledger_size()) == (1, size)


async def test_only_the_operator_writes_them_down(supervised: House) -> None:
    for login in ("commission", "discipline", "party", "agent"):
        with pytest.raises(Denied):
            await supervised(login, changed(supervised, "有宽敞场所"))


async def test_before_the_county_has_published_any_there_are_none(house: House) -> None:
    for version in ("current", "1"):
        with pytest.raises(NotFound, match="NO_STANDARDS"):
            await shown(house, house.town, version)
