"""The account service of the contract: decodes, opens the transaction, calls the use case, encodes."""

from __future__ import annotations

from datetime import datetime

from minshao.gateway import v1 as gateway

from services.common import paging
from services.common.access import Role
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.idempotency import once
from services.common.keys import Hashing
from services.common.rpc.call import Call
from services.gateway.accounts import proposal_store, roles, store, use_cases
from services.gateway.accounts.domain import Proposal, ProposalState
from services.gateway.accounts.messages import account_message, account_of, grant_of, proposal_message
from services.gateway.listing import order_of
from services.gateway.names import id_in


class AccountService:
    """Implements `minshao.gateway.v1.AccountService`."""

    def __init__(self, hashing: Hashing) -> None:
        self._hashing = hashing

    async def create_account(self, call: Call, request: gateway.CreateAccountRequest) -> gateway.CreateAccountResponse:
        wanted = account_of(call.tenant, request.account, "account")

        async def create(tx: Tx) -> gateway.CreateAccountResponse:
            account, password = await use_cases.create_account(tx, call.actor, self._hashing, wanted, call.now)
            return gateway.CreateAccountResponse(account=account_message(call.tenant, account), first_password=password)

        return await once(call, request, gateway.CreateAccountResponse, create)

    async def get_account(self, call: Call, request: gateway.GetAccountRequest) -> gateway.GetAccountResponse:
        async with call.transaction() as tx:
            account = await store.account(tx, id_in(call.tenant, request.name, "name"))
        if account is None:
            raise NotFound("账号", request.name)
        return gateway.GetAccountResponse(account=account_message(call.tenant, account))

    async def list_accounts(self, call: Call, request: gateway.ListAccountsRequest) -> gateway.ListAccountsResponse:
        order = order_of(request.order_by, "login", store.ACCOUNT_ORDERS)
        role = Role(request.role) if request.role else None
        page = paging.page(request, tuple[str, ...])
        async with call.transaction() as tx:
            found = await store.list_accounts(tx, role, order, page.after, page.limit)
        accounts, token = page.cut(found, order.position)
        return gateway.ListAccountsResponse(
            accounts=[account_message(call.tenant, account) for account in accounts], next_page_token=token
        )

    async def grant_role(self, call: Call, request: gateway.GrantRoleRequest) -> gateway.GrantRoleResponse:
        login = id_in(call.tenant, request.name, "name")
        async with call.transaction() as tx:
            account, proposal = await roles.grant_role(tx, call.actor, login, grant_of(request.grant), call.now)
        return gateway.GrantRoleResponse(
            account=account_message(call.tenant, account),
            proposal=proposal_message(call.tenant, proposal, call.now) if proposal else None,
        )

    async def consent_role(self, call: Call, request: gateway.ConsentRoleRequest) -> gateway.ConsentRoleResponse:
        id = id_in(call.tenant, request.name, "name")
        async with call.transaction() as tx:
            proposal, account = await roles.consent_role(tx, call.actor, id, call.now)
        return gateway.ConsentRoleResponse(
            proposal=proposal_message(call.tenant, proposal, call.now),
            account=account_message(call.tenant, account),
        )

    async def revoke_role(self, call: Call, request: gateway.RevokeRoleRequest) -> gateway.RevokeRoleResponse:
        login = id_in(call.tenant, request.name, "name")
        async with call.transaction() as tx:
            account = await use_cases.revoke_role(tx, call.actor, login, grant_of(request.grant), call.now)
        return gateway.RevokeRoleResponse(account=account_message(call.tenant, account))

    async def list_role_proposals(
        self, call: Call, request: gateway.ListRoleProposalsRequest
    ) -> gateway.ListRoleProposalsResponse:
        state = ProposalState(request.state) if request.state else None
        page = paging.page(request, tuple[datetime, str])
        async with call.transaction() as tx:
            found = await proposal_store.list_proposals(tx, state, call.now, page.after, page.limit)
        proposals, token = page.cut(found, _position)
        return gateway.ListRoleProposalsResponse(
            proposals=[proposal_message(call.tenant, proposal, call.now) for proposal in proposals],
            next_page_token=token,
        )

    async def reset_password(self, call: Call, request: gateway.ResetPasswordRequest) -> gateway.ResetPasswordResponse:
        login = id_in(call.tenant, request.name, "name")
        async with call.transaction() as tx:
            account, password = await use_cases.reset_password(tx, call.actor, self._hashing, login, call.now)
        return gateway.ResetPasswordResponse(account=account_message(call.tenant, account), first_password=password)

    async def disable_account(
        self, call: Call, request: gateway.DisableAccountRequest
    ) -> gateway.DisableAccountResponse:
        login = id_in(call.tenant, request.name, "name")
        async with call.transaction() as tx:
            account = await use_cases.disable_account(tx, call.actor, login, call.now)
        return gateway.DisableAccountResponse(account=account_message(call.tenant, account))

    async def enable_account(self, call: Call, request: gateway.EnableAccountRequest) -> gateway.EnableAccountResponse:
        login = id_in(call.tenant, request.name, "name")
        async with call.transaction() as tx:
            account = await use_cases.enable_account(tx, call.actor, login, call.now)
        return gateway.EnableAccountResponse(account=account_message(call.tenant, account))


def _position(proposal: Proposal) -> tuple[datetime, str]:
    return proposal.create_time, proposal.id
