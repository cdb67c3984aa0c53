"""A town where cases are received, decided and assessed."""

from __future__ import annotations

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Grant, Role
from tests.integration.agency.house import NEVER, House
from tests.integration.agency.items.catalogue import publish

ITEMS = ("SH-01", "QT-01", "SH-04", "SH-02")


@pytest.fixture
async def office(staff: House) -> House:
    """Those who keep records, the window of finance, and four items: a joint one, one at once, one of village and town,
    and one that is reported up."""
    name, scope = f"tenants/{staff.county}/accounts/finance", staff.unit("finance", staff.county)
    staff.claims["finance"] = Claims(name, (Grant(Role.WINDOW_CLERK, scope),), NEVER)
    grant = gateway.RoleGrant(role=common.ROLE_WINDOW_CLERK, scope=scope)
    account = gateway.Account(name=name, roles=[grant], revision=1)
    await staff.hear_in(staff.county, gateway.AccountChanged(account=account))
    for code in ITEMS:
        await publish(staff, code)
    return staff
