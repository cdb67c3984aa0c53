"""RiskSettingsService: decodes, opens the one transaction, encodes."""

from __future__ import annotations

import minshao.risk.v1 as pb

from services.common.retention import Retention, changes_of
from services.common.rpc.call import Call
from services.risk.settings.store import RISK_SETTINGS


class RiskSettingsService:
    """What a town sets for its risk service; see the contract for what each call does and raises."""

    async def get_risk_settings(self, call: Call, request: pb.GetRiskSettingsRequest) -> pb.GetRiskSettingsResponse:
        async with call.transaction() as tx:
            settings = await RISK_SETTINGS.load(tx)
        return pb.GetRiskSettingsResponse(settings=encode(request.name, settings))

    async def update_risk_settings(
        self, call: Call, request: pb.UpdateRiskSettingsRequest
    ) -> pb.UpdateRiskSettingsResponse:
        changes = changes_of(request.settings, request.update_mask)
        async with call.transaction() as tx:
            settings = await RISK_SETTINGS.change(tx, call.actor, changes, pb.RiskSettingsChanged, call.now)
        return pb.UpdateRiskSettingsResponse(settings=encode(request.settings.name, settings))


def encode(name: str, settings: Retention) -> pb.RiskSettings:
    """The settings as the contract shows them."""
    return pb.RiskSettings(name=name, receipt_days=settings.receipt_days, retention_years=settings.retention_years)
