"""SettingsService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.watch.v1 as pb

from services.common.access import Role, is_county
from services.common.errors import Denied, Invalid
from services.common.rpc.call import Call
from services.watch.settings.domain import LIMITS, TownSettings
from services.watch.settings.store import town_settings
from services.watch.settings.use_cases import change


class SettingsService:
    """What a town sets for itself; see the contract for what each call does and raises."""

    async def get_town_settings(self, call: Call, request: pb.GetTownSettingsRequest) -> pb.GetTownSettingsResponse:
        async with call.transaction() as tx:
            settings = await town_settings(tx)
        return pb.GetTownSettingsResponse(settings=encode(call.tenant, settings))

    async def update_town_settings(
        self, call: Call, request: pb.UpdateTownSettingsRequest
    ) -> pb.UpdateTownSettingsResponse:
        if call.actor.has(Role.COUNTY_DISCIPLINE) and not is_county(call.tenant):
            raise Denied("镇（街道）的设置由镇纪委修改。", "NOT_OWN_SETTINGS")
        changes = changes_of(request)
        async with call.transaction() as tx:
            settings = await change(tx, call.actor, changes, call.now)
        return pb.UpdateTownSettingsResponse(settings=encode(call.tenant, settings))


def changes_of(request: pb.UpdateTownSettingsRequest) -> dict[str, int]:
    """The fields that the mask names, with their values. Raises Invalid."""
    paths = set(request.update_mask.paths)
    if not paths or paths - LIMITS.keys():
        raise Invalid("update_mask", f"只能修改 {'、'.join(LIMITS)}。")
    changes: dict[str, int] = {path: getattr(request.settings, path) for path in paths}
    for path, value in changes.items():
        if value not in LIMITS[path]:
            raise Invalid(f"settings.{path}", f"应在 {LIMITS[path].start} 到 {LIMITS[path].stop - 1} 之间。")
    return changes


def encode(tenant: str, settings: TownSettings) -> pb.TownSettings:
    """The settings as the contract shows them."""
    return pb.TownSettings(
        name=f"tenants/{tenant}/settings",
        receipt_days=settings.receipt_days,
        retention_years=settings.retention_years,
    )
