"""Finding what must be there."""

from __future__ import annotations

from services.common.database import Tx
from services.common.errors import NotFound
from services.watch.organisation import store
from services.watch.organisation.domain import Tenant


async def this_tenant(tx: Tx) -> Tenant:
    """The tenant of the transaction. Raises NotFound until the event that provisioned it has come."""
    if (tenant := await store.tenant(tx)) is None:
        raise NotFound("镇（街道）", f"tenants/{tx.tenant}", reason="NO_TENANT")
    return tenant
