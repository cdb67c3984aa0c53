"""SettingsService: decodes, opens the one transaction, encodes."""

from __future__ import annotations

import minshao.watch.v1 as pb

from services.common.retention import Retention, changes_of
from services.common.rpc.call import Call
from services.watch.settings.store import TOWN_SETTINGS


class SettingsService:
    """What a town sets for itself; see the contract for what each call does and raises."""

    async def get_town_settings(self, call: Call, request: pb.GetTownSettingsRequest) -> pb.GetTownSettingsResponse:
        async with call.transaction() as tx:
            settings = await TOWN_SETTINGS.load(tx)
        return pb.GetTownSettingsResponse(settings=encode(request.name, settings))

    async def update_town_settings(
        self, call: Call, request: pb.UpdateTownSettingsRequest
    ) -> pb.UpdateTownSettingsResponse:
        changes = changes_of(request.settings, request.update_mask)
        async with call.transaction() as tx:
            settings = await TOWN_SETTINGS.change(tx, call.actor, changes, pb.TownSettingsChanged, call.now)
        return pb.UpdateTownSettingsResponse(settings=encode(request.settings.name, settings))


def encode(name: str, settings: Retention) -> pb.TownSettings:
    """The settings as the contract shows them."""
    return pb.TownSettings(name=name, receipt_days=settings.receipt_days, retention_years=settings.retention_years)
