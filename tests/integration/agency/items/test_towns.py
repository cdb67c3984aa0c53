"""What a town makes of the county's catalogue: shorter promises, withdrawn items, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.agency.items.use_cases import offered
from services.agency.points.domain import Tier
from services.common.errors import Denied, NotFound, Refused
from tests.integration.agency.house import House
from tests.integration.agency.items.catalogue import (
    days_of,
    listed,
    named,
    publication,
    publish,
    publish_all,
    shown,
    terms,
    with_days,
    wrong,
)


async def test_a_town_promises_less_at_its_own_tiers_and_the_county_and_other_towns_as_before(hall: House) -> None:
    await publish(hall, "SH-01")

    answer = await hall("party", terms(hall, "SH-01", village=1, town=3))

    assert (days_of(answer.item), answer.item.total_days) == ([1, 3, 10], 14)
    assert answer.item == await shown(hall, "SH-01")
    assert days_of(await shown(hall, "SH-01", hall.county)) == [2, 5, 10]
    [event] = await hall.events(pb.ItemTermsSet)
    assert (event.item, event.terms) == (named(hall, "SH-01"), answer.item.terms)
    assert [each.days for each in event.terms.days] == [1, 3]


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ({"village": 3}, "LENGTHENED"),
        ({"town": 4}, "LENGTHENED"),
        ({"town": 0}, "LENGTHENED"),
        ({"town": -1}, "LENGTHENED"),
        ({"town": 10_000}, "LENGTHENED"),
        ({"county": 1}, "NOT_OWN_STEP"),
        ({"village": 1, "county": 5}, "NOT_OWN_STEP"),
    ],
)
async def test_a_town_neither_lengthens_a_promise_nor_touches_the_countys(
    hall: House, days: dict[str, Any], reason: str
) -> None:
    await publish(hall, "ZW-03")

    found = await wrong(hall, "party", terms(hall, "ZW-03", **days))

    assert {field: each[0] for field, each in found.items()} == {"terms.days": reason}
    assert days_of(await shown(hall, "ZW-03")) == [2, 3, 5]
    assert await hall.events(pb.ItemTermsSet) == []


async def test_what_is_done_at_once_cannot_be_promised_sooner(hall: House) -> None:
    await publish(hall, "QT-01")

    assert [each[0] for each in (await wrong(hall, "party", terms(hall, "QT-01", village=1))).values()] == [
        "NOT_OWN_STEP"
    ]


async def test_a_tier_is_set_once(hall: House) -> None:
    await publish(hall, "SH-01")
    request = terms(hall, "SH-01", town=3)
    request.terms.days.add(tier=pb.Point.TIER_TOWN, days=2)

    assert [each[0] for each in (await wrong(hall, "party", request)).values()] == ["TIER_TWICE"]


async def test_what_is_set_takes_the_place_of_what_was_set_and_the_same_again_changes_nothing(hall: House) -> None:
    await publish(hall, "SH-01")
    await hall("party", terms(hall, "SH-01"))
    assert await hall.events(pb.ItemTermsSet) == []
    await hall("party", terms(hall, "SH-01", village=1))
    await hall("party", terms(hall, "SH-01", town=4))

    await hall("party", terms(hall, "SH-01", town=4))

    assert days_of(await shown(hall, "SH-01")) == [2, 4, 10]
    assert len(await hall.events(pb.ItemTermsSet)) == 2


async def test_a_withdrawn_item_is_listed_only_on_request_and_can_be_offered_again(hall: House) -> None:
    await publish(hall, "SH-01")
    await publish(hall, "SH-02")

    await hall("party", terms(hall, "SH-01", withdrawn=True))

    assert await listed(hall) == ["SH-02"]
    assert await listed(hall, show_withdrawn=True) == ["SH-01", "SH-02"] == await listed(hall, hall.county)
    assert (await shown(hall, "SH-01")).terms.withdrawn
    with pytest.raises(Refused) as refusal:
        await hall("citizen", pb.GetItemGuideRequest(name=named(hall, "SH-01")))
    assert refusal.value.reason == "ITEM_WITHDRAWN"

    await hall("party", terms(hall, "SH-01"))

    assert await listed(hall) == ["SH-01", "SH-02"]
    assert len(await hall.events(pb.ItemTermsSet)) == 2


async def test_a_later_version_that_promises_less_than_the_town_does_counts(hall: House) -> None:
    await publish(hall, "SH-02")
    await hall("party", terms(hall, "SH-02", town=4))

    await hall("operator", with_days(publication(hall, "SH-02"), 1, 2))

    assert days_of(await shown(hall, "SH-02")) == [2, 2, 10]

    await hall("operator", with_days(publication(hall, "SH-02"), 1, 5))

    assert days_of(await shown(hall, "SH-02")) == [2, 4, 10]


async def test_nobody_sets_terms_for_an_item_that_is_unknown_or_retired(hall: House) -> None:
    with pytest.raises(NotFound):
        await hall("party", terms(hall, "SH-01", town=3))
    await publish(hall, "SH-01")
    await hall("operator", pb.RetireItemRequest(name=named(hall, "SH-01", hall.county)))

    with pytest.raises(Refused) as refusal:
        await hall("party", terms(hall, "SH-01", town=3))

    assert refusal.value.reason == "ITEM_RETIRED"
    assert await hall.events(pb.ItemTermsSet) == []


async def test_only_the_party_committee_of_the_town_itself_sets_its_terms(hall: House) -> None:
    await publish(hall, "SH-01")
    for login in ("citizen", "operator", "party next door"):
        with pytest.raises(Denied):
            await hall(login, terms(hall, "SH-01", town=3))
    of_county = terms(hall, "SH-01", town=3)
    of_county.name = named(hall, "SH-01", hall.county)
    with pytest.raises(Denied):
        await hall("party", of_county)


async def test_a_case_begins_at_its_point_with_the_towns_promises_and_the_countys_version(hall: House) -> None:
    await publish(hall, "SH-02")
    await hall("operator", with_days(publication(hall, "SH-02"), 2, 7))
    await hall("party", terms(hall, "SH-02", town=3))

    async with hall.database.transaction(hall.town) as tx:
        item, version, route = await offered(tx, "SH-02", Tier.TOWN)

    assert (item.name, version, item.days) == ("救济补助申领", 2, 2 + 5 + 7)
    assert [(each.tier, each.days) for each in route] == [(Tier.TOWN, 3), (Tier.COUNTY, 7)]


async def test_no_case_begins_with_what_is_unknown_retired_withdrawn_or_decided_elsewhere(hall: House) -> None:
    await publish_all(hall)
    await hall("operator", pb.RetireItemRequest(name=named(hall, "SH-01", hall.county)))
    await hall("party", terms(hall, "SH-02", withdrawn=True))
    refusals = {
        ("SH-01", Tier.VILLAGE): "ITEM_RETIRED",
        ("SH-02", Tier.VILLAGE): "ITEM_WITHDRAWN",
        ("SH-04", Tier.COUNTY): "ITEM_NOT_HERE",
        ("QT-01", Tier.TOWN): "ITEM_NOT_HERE",
    }
    for (code, point), reason in refusals.items():
        with pytest.raises(Refused) as refusal:
            async with hall.database.transaction(hall.town) as tx:
                await offered(tx, code, point)
        assert refusal.value.reason == reason
    with pytest.raises(NotFound):
        async with hall.database.transaction(hall.town) as tx:
            await offered(tx, "SH-99", Tier.VILLAGE)
