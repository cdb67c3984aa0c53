"""Granting roles: most hold at once; a discipline role is proposed by one and consented to by another."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from minshao.gateway import v1 as gateway

from services.common import ledger
from services.common.access import Actor, Grant
from services.common.database import Tx
from services.common.errors import AlreadyExists, NotFound
from services.gateway.accounts import proposal_store, store
from services.gateway.accounts.domain import (
    DISCIPLINE,
    Account,
    Proposal,
    check_enabled,
    check_granter,
    check_taken_into_use,
    check_together,
    consent,
)
from services.gateway.accounts.messages import proposal_message
from services.gateway.accounts.use_cases import check_grants, keyholders_of, locked, tell, visible_to
from services.gateway.names import proposal_name


async def grant_role(tx: Tx, actor: Actor, login: str, grant: Grant, now: datetime) -> tuple[Account, Proposal | None]:
    """Gives the role, or proposes it: then the account is as it was, and the proposal comes with it."""
    check_granter(actor, grant)
    account = await locked(tx, login)
    check_enabled(account)
    if grant in account.grants:
        raise AlreadyExists("ROLE_HELD", "这个账号已经有这个角色。")
    await check_grants(tx, [grant], "grant")
    check_together([*account.grants, grant])
    if grant.role in DISCIPLINE:
        return account, await _propose(tx, actor, login, grant, now)
    return _give(tx, actor, account, grant, now), None


async def consent_role(tx: Tx, actor: Actor, id: str, now: datetime) -> tuple[Proposal, Account]:
    """Gives a proposed role by the consent of a second discipline officer."""
    if (proposal := await proposal_store.lock(tx, id)) is None:
        raise NotFound("提请", proposal_name(tx.tenant, id))
    account = await locked(tx, proposal.login)
    consented = consent(proposal, actor, await keyholders_of(tx, actor, now), tx.tenant, account, now)
    # What was true when it was proposed may have changed since. And whoever made up the password must not know it any
    # more: else an operator could sign in as the new officer.
    check_enabled(account)
    check_taken_into_use(account)
    check_together([*account.grants, proposal.grant])
    proposal_store.save_consent(tx, consented)
    told = gateway.RoleConsented(proposal=proposal_message(tx.tenant, consented, now), visible_to=visible_to(tx.tenant))
    ledger.append(tx, actor, "role", id, 2, told, now)
    return consented, _give(tx, actor, account, proposal.grant, now)


async def _propose(tx: Tx, actor: Actor, login: str, grant: Grant, now: datetime) -> Proposal:
    """The account is locked, so two cannot propose the same at the same time."""
    if await proposal_store.has_open(tx, login, grant, now):
        raise AlreadyExists("ALREADY_PROPOSED", "这个角色已经提请，等待同意。")
    # Kept as it is now: another reset by then could hide from the consent who acted here.
    hands = await keyholders_of(tx, actor, now)
    proposal = Proposal(uuid4().hex, login, grant, actor.name, actor.cadre, now, hands)
    proposal_store.add(tx, proposal)
    told = gateway.RoleProposed(proposal=proposal_message(tx.tenant, proposal, now), visible_to=visible_to(tx.tenant))
    ledger.append(tx, actor, "role", proposal.id, 1, told, now)
    return proposal


def _give(tx: Tx, actor: Actor, account: Account, grant: Grant, now: datetime) -> Account:
    granted = replace(account, grants=(*account.grants, grant), revision=account.revision + 1)
    store.grant_role(tx, account.login, grant)
    store.save(tx, granted)
    tell(tx, actor, granted, gateway.AccountChanged.CHANGE_ROLE_GRANTED, now)
    return granted
