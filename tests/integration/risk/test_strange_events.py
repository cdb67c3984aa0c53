"""What the gateway tells that is of a later version, of another tenant or without payload is put aside whole."""

from __future__ import annotations

from tests.integration.risk.house import House
from tests.strange import assert_refused, of_the_organisation


async def test_what_is_not_understood_of_the_organisation_is_refused_by_name_and_nothing_of_it_is_done(
    house: House,
) -> None:
    size = await house.ledger_size()

    for told in of_the_organisation(house.town):
        await assert_refused(house, house.subscriptions.values(), house.town, told)

    assert await house.ledger_size() == size
