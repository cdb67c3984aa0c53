"""What a town sets for itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from minshao.watch import v1 as pb

from services.common.errors import Conflict, Denied, Invalid
from tests.integration.watch.house import House


async def settings(house: House, login: str = "discipline-1") -> pb.TownSettings:
    response = await house(login, pb.GetTownSettingsRequest(name=f"{house.town.name}/settings"))
    found: pb.TownSettings = response.settings
    return found


def a_change(house: House, *paths: str, **values: Any) -> pb.UpdateTownSettingsRequest:
    changed = pb.TownSettings(name=f"{house.town.name}/settings", **values)
    return pb.UpdateTownSettingsRequest(settings=changed, update_mask=FieldMask(paths=paths))


async def test_a_town_that_set_nothing_keeps_receipts_a_year_and_sealed_content_five(house: House) -> None:
    found = await settings(house)

    assert (found.receipt_days, found.retention_years) == (365, 5)
    assert found.name == f"{house.town.name}/settings"


async def test_one_setting_is_changed_and_the_other_stays(house: House) -> None:
    response = await house("discipline-1", a_change(house, "retention_years", retention_years=10))

    assert response.settings == await settings(house, "county-1")
    assert (response.settings.receipt_days, response.settings.retention_years) == (365, 10)
    [event] = await house.events(pb.TownSettingsChanged)
    assert (event.receipt_days, event.retention_years) == (365, 10)


async def test_what_is_as_it_was_leaves_no_entry(house: House) -> None:
    change = a_change(house, "receipt_days", "retention_years", receipt_days=100, retention_years=2)
    await house("discipline-1", change)

    await house("discipline-2", change)

    assert len(await house.events(pb.TownSettingsChanged)) == 1


@pytest.mark.parametrize(
    ("paths", "values", "field"),
    [
        ([], {"receipt_days": 100}, "update_mask"),
        (["name"], {"receipt_days": 100}, "update_mask"),
        (["receipt_days"], {}, "settings.receipt_days"),
        (["receipt_days"], {"receipt_days": 14}, "settings.receipt_days"),
        (["receipt_days"], {"receipt_days": 3651}, "settings.receipt_days"),
        (["retention_years"], {"retention_years": -1}, "settings.retention_years"),
        (["retention_years"], {"retention_years": 31}, "settings.retention_years"),
    ],
)
async def test_a_setting_beyond_its_limits_is_refused(
    house: House, paths: list[str], values: dict[str, int], field: str
) -> None:
    before = await house.ledger_size()

    with pytest.raises(Invalid) as refusal:
        await house("discipline-1", a_change(house, *paths, **values))

    assert refusal.value.violations[0].field == field
    assert await house.ledger_size() == before


async def test_of_changes_at_once_none_is_lost_unseen(house: House) -> None:
    changes = [a_change(house, "receipt_days", receipt_days=days) for days in range(20, 26)]

    outcomes = await asyncio.gather(*(house("discipline-1", change) for change in changes), return_exceptions=True)

    made = sum(isinstance(outcome, pb.UpdateTownSettingsResponse) for outcome in outcomes)
    assert len(await house.events(pb.TownSettingsChanged)) == made >= 1
    assert all(isinstance(outcome, pb.UpdateTownSettingsResponse | Conflict) for outcome in outcomes)


async def test_the_town_sets_for_itself(house: House) -> None:
    for login in ("county-1", "village-secretary", "party"):
        with pytest.raises(Denied):
            await house(login, a_change(house, "receipt_days", receipt_days=100))
