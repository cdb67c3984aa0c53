"""AgencySettingsService: decodes, opens the one transaction, encodes."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.settings.store import AGENCY_SETTINGS
from services.common.retention import Retention, changes_of
from services.common.rpc.call import Call


class AgencySettingsService:
    """What a town sets for its cases; see the contract for what each call does and raises."""

    async def get_agency_settings(
        self, call: Call, request: pb.GetAgencySettingsRequest
    ) -> pb.GetAgencySettingsResponse:
        async with call.transaction() as tx:
            settings = await AGENCY_SETTINGS.load(tx)
        return pb.GetAgencySettingsResponse(settings=encode(request.name, settings))

    async def update_agency_settings(
        self, call: Call, request: pb.UpdateAgencySettingsRequest
    ) -> pb.UpdateAgencySettingsResponse:
        changes = changes_of(request.settings, request.update_mask)
        async with call.transaction() as tx:
            settings = await AGENCY_SETTINGS.change(tx, call.actor, changes, pb.AgencySettingsChanged, call.now)
        return pb.UpdateAgencySettingsResponse(settings=encode(request.settings.name, settings))


def encode(name: str, settings: Retention) -> pb.AgencySettings:
    """The settings as the contract shows them."""
    return pb.AgencySettings(name=name, receipt_days=settings.receipt_days, retention_years=settings.retention_years)
