"""Tenants, units and cadres as messages of the contract, and back."""

from __future__ import annotations

from minshao.gateway import v1 as gateway

from services.common.instants import stamp
from services.gateway.names import account_name, cadre_name, id_in, optional_id_in, tenant_name, unit_name
from services.gateway.organisation.domain import Cadre, Tenant, TenantKind, Unit, UnitKind


def tenant_message(tenant: Tenant) -> gateway.Tenant:
    return gateway.Tenant(
        name=tenant_name(tenant.code),
        display_name=tenant.display_name,
        short_name=tenant.short_name,
        kind=gateway.Tenant.Kind.ValueType(tenant.kind.value),
        county=tenant_name(tenant.county),
        revision=tenant.revision,
        create_time=stamp(tenant.create_time),
    )


def tenant_of(message: gateway.Tenant) -> Tenant:
    """Without what only the system sets."""
    code = message.name.removeprefix("tenants/")
    return Tenant(code, message.display_name, message.short_name, TenantKind(message.kind))


def unit_message(tenant: str, unit: Unit) -> gateway.Unit:
    return gateway.Unit(
        name=unit_name(tenant, unit.code),
        display_name=unit.display_name,
        kind=gateway.Unit.Kind.ValueType(unit.kind.value),
        window=unit.window,
        retire_time=stamp(unit.retire_time),
        revision=unit.revision,
    )


def unit_of(tenant: str, message: gateway.Unit, field: str) -> Unit:
    """Without what only the system sets. `field` is the path of the message in its request."""
    code = id_in(tenant, message.name, f"{field}.name")
    return Unit(code, message.display_name, UnitKind(message.kind), message.window)


def cadre_message(tenant: str, cadre: Cadre) -> gateway.Cadre:
    return gateway.Cadre(
        name=cadre_name(tenant, cadre.id),
        display_name=cadre.display_name,
        unit=unit_name(tenant, cadre.unit),
        position=cadre.position,
        leads_unit=unit_name(tenant, cadre.leads_unit) if cadre.leads_unit else "",
        leads_town=cadre.leads_town,
        party_committee=cadre.party_committee,
        discipline_committee=cadre.discipline_committee,
        account=account_name(tenant, cadre.account) if cadre.account else "",
        retire_time=stamp(cadre.retire_time),
        revision=cadre.revision,
    )


def cadre_of(tenant: str, message: gateway.Cadre, field: str, id: str) -> Cadre:
    """Without what only the system sets. `field` is the path of the message in its request."""
    return Cadre(
        id=id,
        display_name=message.display_name,
        unit=id_in(tenant, message.unit, f"{field}.unit"),
        position=message.position,
        leads_unit=optional_id_in(tenant, message.leads_unit, f"{field}.leads_unit"),
        leads_town=message.leads_town,
        party_committee=message.party_committee,
        discipline_committee=message.discipline_committee,
    )
