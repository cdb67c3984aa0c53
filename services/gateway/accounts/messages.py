"""Accounts, grants and proposals as messages of the contract, and back."""

from __future__ import annotations

from datetime import datetime

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Grant, Role
from services.common.instants import stamp
from services.gateway.accounts.domain import Account, Proposal
from services.gateway.names import account_name, cadre_name, id_in, optional_id_in, proposal_name


def grant_message(grant: Grant) -> gateway.RoleGrant:
    return gateway.RoleGrant(role=common.Role.ValueType(grant.role.value), scope=grant.scope)


def grant_of(message: gateway.RoleGrant) -> Grant:
    return Grant(Role(message.role), message.scope)


def account_message(tenant: str, account: Account) -> gateway.Account:
    return gateway.Account(
        name=account_name(tenant, account.login),
        cadre=cadre_name(tenant, account.cadre) if account.cadre else "",
        roles=map(grant_message, account.grants),
        disable_time=stamp(account.disable_time),
        must_change_password=account.must_change_password,
        create_time=stamp(account.create_time),
        revision=account.revision,
    )


def account_of(tenant: str, message: gateway.Account, field: str) -> Account:
    """Without what only the system sets; a role that is named twice counts once. `field` is its path in the request."""
    return Account(
        login=id_in(tenant, message.name, f"{field}.name"),
        grants=tuple(dict.fromkeys(map(grant_of, message.roles))),
        cadre=optional_id_in(tenant, message.cadre, f"{field}.cadre"),
    )


def proposal_message(tenant: str, proposal: Proposal, now: datetime) -> gateway.RoleProposal:
    return gateway.RoleProposal(
        name=proposal_name(tenant, proposal.id),
        account=account_name(tenant, proposal.login),
        grant=grant_message(proposal.grant),
        proposer=proposal.proposer,
        consenter=proposal.consenter or "",
        state=gateway.RoleProposal.State.ValueType(proposal.state(now).value),
        create_time=stamp(proposal.create_time),
        expire_time=stamp(proposal.expire_time),
    )
