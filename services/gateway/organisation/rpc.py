"""The organisation service of the contract: decodes, opens the transaction, calls the use case, encodes."""

from __future__ import annotations

from dataclasses import replace

from minshao.gateway import v1 as gateway

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.keys import Hashing
from services.common.rpc.call import Call
from services.gateway.accounts import use_cases as accounts
from services.gateway.accounts.messages import account_of
from services.gateway.listing import order_of
from services.gateway.masks import merged
from services.gateway.names import account_name, cadre_name, id_in, optional_id_in, unit_name
from services.gateway.organisation import store, use_cases
from services.gateway.organisation.domain import Cadre, Unit, UnitKind
from services.gateway.organisation.file import Organisation, check_each_once
from services.gateway.organisation.messages import (
    cadre_message,
    cadre_of,
    tenant_message,
    tenant_of,
    unit_message,
    unit_of,
)
from services.gateway.organisation.provisioning import File, Provisioned, provision

UPDATABLE_OF_UNIT = ("display_name", "kind", "window")
UPDATABLE_OF_CADRE = (
    "display_name",
    "unit",
    "position",
    "leads_unit",
    "leads_town",
    "party_committee",
    "discipline_committee",
)


class OrganisationService:
    """Implements `minshao.gateway.v1.OrganisationService`."""

    def __init__(self, hashing: Hashing) -> None:
        self._hashing = hashing

    async def provision_tenant(
        self, call: Call, request: gateway.ProvisionTenantRequest
    ) -> gateway.ProvisionTenantResponse:
        file = _file(call.tenant, request)
        async with call.transaction() as tx:
            provisioned = await provision(tx, call.actor, self._hashing, file, call.now)
        return _provisioned_message(provisioned)

    async def get_tenant(self, call: Call, request: gateway.GetTenantRequest) -> gateway.GetTenantResponse:
        async with call.transaction() as tx:
            tenant = await use_cases.tenant_in(tx)
        return gateway.GetTenantResponse(tenant=tenant_message(tenant))

    async def list_tenants(self, call: Call, request: gateway.ListTenantsRequest) -> gateway.ListTenantsResponse:
        page = paging.page(request, tuple[str])
        async with call.platform() as tx:
            found = await store.tenants(tx, page.after, page.limit)
        tenants, token = page.cut(found, lambda tenant: (tenant.code,))
        return gateway.ListTenantsResponse(tenants=map(tenant_message, tenants), next_page_token=token)

    async def list_units(self, call: Call, request: gateway.ListUnitsRequest) -> gateway.ListUnitsResponse:
        order = order_of(request.order_by, "code", store.UNIT_ORDERS)
        wanted = store.UnitFilter(UnitKind(request.kind) if request.kind else None, request.show_retired)
        page = paging.page(request, tuple[str, ...])
        async with call.transaction() as tx:
            await use_cases.tenant_in(tx)
            found = await store.list_units(tx, wanted, order, page.after, page.limit)
        units, token = page.cut(found, order.position)
        return gateway.ListUnitsResponse(
            units=[unit_message(call.tenant, unit) for unit in units], next_page_token=token
        )

    async def update_unit(self, call: Call, request: gateway.UpdateUnitRequest) -> gateway.UpdateUnitResponse:
        code = id_in(call.tenant, request.unit.name, "unit.name")

        def change(unit: Unit) -> Unit:
            current = unit_message(call.tenant, unit)
            wanted = merged(current, request.unit, request.update_mask, UPDATABLE_OF_UNIT, "unit")
            return replace(unit_of(call.tenant, wanted, "unit"), revision=unit.revision)

        async with call.transaction() as tx:
            unit = await use_cases.update_unit(tx, call.actor, code, change, call.now)
        return gateway.UpdateUnitResponse(unit=unit_message(call.tenant, unit))

    async def retire_unit(self, call: Call, request: gateway.RetireUnitRequest) -> gateway.RetireUnitResponse:
        code = id_in(call.tenant, request.name, "name")
        async with call.transaction() as tx:
            unit = await use_cases.retire_unit(tx, call.actor, code, call.now)
        return gateway.RetireUnitResponse(unit=unit_message(call.tenant, unit))

    async def list_cadres(self, call: Call, request: gateway.ListCadresRequest) -> gateway.ListCadresResponse:
        order = order_of(request.order_by, "unit", store.CADRE_ORDERS)
        wanted = store.CadreFilter(optional_id_in(call.tenant, request.unit, "unit"), request.show_retired)
        page = paging.page(request, tuple[str, ...])
        async with call.transaction() as tx:
            await use_cases.tenant_in(tx)
            found = await store.list_cadres(tx, wanted, order, page.after, page.limit)
        cadres, token = page.cut(found, order.position)
        return gateway.ListCadresResponse(
            cadres=[cadre_message(call.tenant, cadre) for cadre in cadres], next_page_token=token
        )

    async def create_cadre(self, call: Call, request: gateway.CreateCadreRequest) -> gateway.CreateCadreResponse:
        wanted = cadre_of(call.tenant, request.cadre, "cadre", "")

        async def create(tx: Tx) -> gateway.CreateCadreResponse:
            cadre = await use_cases.create_cadre(tx, call.actor, wanted, call.now)
            return gateway.CreateCadreResponse(cadre=cadre_message(call.tenant, cadre))

        return await once(call, request, gateway.CreateCadreResponse, create)

    async def update_cadre(self, call: Call, request: gateway.UpdateCadreRequest) -> gateway.UpdateCadreResponse:
        id = id_in(call.tenant, request.cadre.name, "cadre.name")

        def change(cadre: Cadre) -> Cadre:
            current = cadre_message(call.tenant, cadre)
            wanted = merged(current, request.cadre, request.update_mask, UPDATABLE_OF_CADRE, "cadre")
            changed = cadre_of(call.tenant, wanted, "cadre", id)
            return replace(changed, account=cadre.account, revision=cadre.revision)

        async with call.transaction() as tx:
            cadre = await use_cases.update_cadre(tx, call.actor, id, change, call.now)
        return gateway.UpdateCadreResponse(cadre=cadre_message(call.tenant, cadre))

    async def retire_cadre(self, call: Call, request: gateway.RetireCadreRequest) -> gateway.RetireCadreResponse:
        id = id_in(call.tenant, request.name, "name")
        async with call.transaction() as tx:
            cadre = await use_cases.retire_cadre(tx, call.actor, id, call.now)
            await accounts.disable_account_of(tx, call.actor, id, call.now)
        return gateway.RetireCadreResponse(cadre=cadre_message(call.tenant, cadre))


def _file(tenant: str, request: gateway.ProvisionTenantRequest) -> File:
    units = [unit_of(tenant, unit, f"units[{index}]") for index, unit in enumerate(request.units)]
    cadres = [
        cadre_of(tenant, cadre, f"cadres[{index}]", id_in(tenant, cadre.name, f"cadres[{index}].name"))
        for index, cadre in enumerate(request.cadres)
    ]
    accounts = [account_of(tenant, account, f"accounts[{index}]") for index, account in enumerate(request.accounts)]
    check_each_once([unit.code for unit in units], "units")
    check_each_once([cadre.id for cadre in cadres], "cadres")
    check_each_once([account.login for account in accounts], "accounts")
    organisation = Organisation(
        tenant_of(request.tenant), {unit.code: unit for unit in units}, {cadre.id: cadre for cadre in cadres}
    )
    return File(organisation, {account.login: account for account in accounts})


def _provisioned_message(provisioned: Provisioned) -> gateway.ProvisionTenantResponse:
    tenant, added = provisioned.tenant, provisioned.added
    differing = [
        *([f"tenants/{tenant.code}"] if added.tenant_differs else []),
        *(unit_name(tenant.code, code) for code in added.differing_units),
        *(cadre_name(tenant.code, id) for id in added.differing_cadres),
        *(account_name(tenant.code, login) for login in provisioned.differing_accounts),
    ]
    return gateway.ProvisionTenantResponse(
        tenant=tenant_message(tenant),
        added_units=[unit_name(tenant.code, unit.code) for unit in added.units],
        missing_units=[unit_name(tenant.code, code) for code in added.missing_units],
        differing=differing,
        added_cadre_count=len(added.cadres),
        added_accounts=[
            gateway.FirstPassword(account=account_name(tenant.code, login), password=password)
            for login, password in provisioned.first_passwords.items()
        ],
    )
