"""Resource names of the gateway, and the bare ids in them. Inside the gateway ids are bare; names are for the edge."""

from __future__ import annotations

from services.common.errors import Invalid


def tenant_name(tenant: str) -> str:
    return f"tenants/{tenant}"


def unit_name(tenant: str, unit: str) -> str:
    return f"tenants/{tenant}/units/{unit}"


def cadre_name(tenant: str, cadre: str) -> str:
    return f"tenants/{tenant}/cadres/{cadre}"


def account_name(tenant: str, login: str) -> str:
    return f"tenants/{tenant}/accounts/{login}"


def account_in(name: str) -> tuple[str, str]:
    """Tenant and login of an account's name, which has been checked."""
    _, tenant, _, login = name.split("/")
    return tenant, login


def proposal_name(tenant: str, proposal: str) -> str:
    return f"tenants/{tenant}/roleProposals/{proposal}"


def id_in(tenant: str, name: str, field: str) -> str:
    """The id in a name `tenants/{tenant}/{collection}/{id}`. Raises Invalid for any other, or one of another tenant."""
    parts = name.split("/")
    if len(parts) != len(("tenants", "{tenant}", "{collection}", "{id}")):
        raise Invalid(field, "应当是资源名称，形如 tenants/{代码}/…/…。", reason="RESOURCE_NAME")
    if parts[1] != tenant:
        raise Invalid(field, f"应当属于 tenants/{tenant}。", reason="OTHER_TENANT")
    return parts[3]


def optional_id_in(tenant: str, name: str, field: str) -> str | None:
    """As `id_in`; None for an empty name."""
    return id_in(tenant, name, field) if name else None
