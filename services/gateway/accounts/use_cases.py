"""What is done to accounts, one function each. Every change is told to the other services; no secret ever is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common import ledger
from services.common.access import ANYWHERE, SYSTEM, Actor, Grant, Role
from services.common.database import Tx, UniqueViolation
from services.common.errors import AlreadyExists, NotFound, Refused, Unauthenticated
from services.common.keys import Hashing
from services.gateway.accounts import store
from services.gateway.accounts.domain import (
    DISCIPLINE,
    Account,
    check_enabled,
    check_over,
    check_remaining,
    check_scope,
    check_together,
    keyholders,
    made_up,
    refuse_discipline,
    reset,
)
from services.gateway.accounts.messages import account_message
from services.gateway.accounts.passwords import first_password_hash, new_first_password
from services.gateway.accounts.store import Secret
from services.gateway.names import account_in, account_name
from services.gateway.organisation import use_cases as organisation

Change = gateway.AccountChanged.Change


async def create_account(tx: Tx, actor: Actor, hashing: Hashing, wanted: Account, now: datetime) -> tuple[Account, str]:
    """Adds an account of the tenant, and its first password."""
    await organisation.tenant_in(tx)
    refuse_discipline(wanted.grants)
    await check_grants(tx, wanted.grants, "account.roles")
    if wanted.cadre is not None:
        await organisation.link_account(tx, actor, wanted.cadre, wanted.login, now)
    if await store.account(tx, wanted.login) is not None:
        raise login_taken()
    first = made_up(replace(wanted, revision=1), await keyholders_of(tx, actor, now), now)
    [(account, password)] = await add_accounts(tx, hashing, [first], now)
    tell(tx, actor, account, gateway.AccountChanged.CHANGE_CREATED, now)
    return account, password


async def add_accounts(tx: Tx, hashing: Hashing, wanted: Iterable[Account], now: datetime) -> list[tuple[Account, str]]:
    """Writes new accounts, each with a first password, and tells nobody. Their rules have been checked."""
    added = [(replace(each, create_time=now), new_first_password()) for each in wanted]
    for account, password in added:
        store.add(tx, account, _first_secret(tx, hashing, account, password))
    try:
        await tx.flush()
    except UniqueViolation as violation:
        raise login_taken() from violation
    for account, _ in added:
        store.add_grants(tx, account)
    return added


async def check_grants(tx: Tx, grants: Collection[Grant], field: str) -> None:
    """Raises where one of the roles does not belong into the tenant, or two of them not together."""
    units = await organisation.existing_units(tx, [grant.scope for grant in grants])
    for index, grant in enumerate(grants):
        check_scope(tx.tenant, grant, units, f"{field}[{index}]")
    check_together(grants)


async def revoke_role(tx: Tx, actor: Actor, login: str, grant: Grant, now: datetime) -> Account:
    """Takes a role from an account; what is signed in with it has to sign in again."""
    account = await locked(tx, login)
    check_over(actor, tx.tenant, account, discipline=grant.role in DISCIPLINE)
    if grant not in account.grants:
        raise Refused("ROLE_NOT_HELD", "这个账号没有这个角色。")
    if grant.role is Role.COUNTY_DISCIPLINE:
        await _check_spared(tx, account)
    store.revoke_role(tx, login, grant)
    left = tuple(held for held in account.grants if held != grant)
    return _save_ended(tx, actor, replace(account, grants=left), gateway.AccountChanged.CHANGE_ROLE_REVOKED, now)


async def reset_password(tx: Tx, actor: Actor, hashing: Hashing, login: str, now: datetime) -> tuple[Account, str]:
    """Replaces the password by a new first one. Before its first use even a discipline officer's is an operator's to
    reset: whoever provisioned the account knew it all along."""
    account = await locked(tx, login)
    check_over(actor, tx.tenant, account, discipline=account.is_discipline and account.taken_into_use)
    return _give_first_password(tx, actor, hashing, reset(account, await keyholders_of(tx, actor, now), now), now)


async def open_operator(tx: Tx, hashing: Hashing, login: str, now: datetime) -> str:
    """A first password for an operator of the platform, whose account is made if there is none.

    For whoever runs the platform, on its machine: nobody is asked who they are. Raises Refused where the login is
    somebody else's.
    """
    account, _ = await store.lock(tx, login)
    if account is not None:
        if Role.OPERATOR not in account.roles:
            raise Refused("NOT_AN_OPERATOR", "这个登录名不是运维人员的。")
        return _renew(tx, hashing, account, now)
    wanted = Account(login, (Grant(Role.OPERATOR, ANYWHERE),), revision=1)
    check_scope(tx.tenant, wanted.grants[0], (), "role")
    [(made, password)] = await add_accounts(tx, hashing, [wanted], now)
    tell(tx, SYSTEM("gateway"), made, gateway.AccountChanged.CHANGE_CREATED, now)
    return password


async def renew_officer(tx: Tx, hashing: Hashing, login: str, now: datetime) -> str:
    """A first password for a discipline officer of the county that no other account has any part in.

    For whoever runs the platform, on its machine, where the officers left could not consent with each other any more.
    Raises NotFound, and Refused where the login is no discipline officer's.
    """
    account = await locked(tx, login)
    if Role.COUNTY_DISCIPLINE not in account.roles:
        raise Refused("NOT_AN_OFFICER", "这个登录名不是县纪检人员的。")
    return _renew(tx, hashing, account, now)


async def disable_account(tx: Tx, actor: Actor, login: str, now: datetime) -> Account:
    """Closes an account until it is enabled again. The county keeps the discipline officers without whom nobody could
    consent to another's role: it appoints a successor first."""
    account = await locked(tx, login)
    check_enabled(account)
    await _check_spared(tx, account)
    return _save_ended(tx, actor, replace(account, disable_time=now), gateway.AccountChanged.CHANGE_DISABLED, now)


async def disable_account_of(tx: Tx, actor: Actor, cadre: str, now: datetime) -> None:
    """Closes the account of a cadre who leaves office, if there is one that is open."""
    account = await store.lock_of_cadre(tx, cadre)
    if account is not None and account.disable_time is None:
        await _check_spared(tx, account)
        disabled = replace(account, disable_time=now)
        _save_ended(tx, actor, disabled, gateway.AccountChanged.CHANGE_DISABLED, now)


async def _check_spared(tx: Tx, account: Account) -> None:
    """Raises Refused for one of the last discipline officers of the county who can act."""
    if Role.COUNTY_DISCIPLINE in account.roles and account.disable_time is None:
        check_remaining(await store.count_holders(tx, Role.COUNTY_DISCIPLINE))


async def enable_account(tx: Tx, actor: Actor, login: str, now: datetime) -> Account:
    """Opens a disabled account again."""
    account = await locked(tx, login)
    if account.disable_time is None:
        raise Refused("ACCOUNT_ENABLED", "这个账号没有停用。")
    if account.cadre is not None:
        await organisation.check_cadre_in_office(tx, account.cadre)
    enabled = replace(account, disable_time=None, revision=account.revision + 1)
    store.save(tx, enabled)
    tell(tx, actor, enabled, gateway.AccountChanged.CHANGE_ENABLED, now)
    return enabled


async def all_accounts(tx: Tx) -> dict[str, Account]:
    """The accounts of the tenant, by login."""
    return await store.all_accounts(tx)


async def locked(tx: Tx, login: str) -> Account:
    """The account, which nobody else changes until the transaction ends. Raises NotFound."""
    account, _ = await store.lock(tx, login)
    if account is None:
        raise NotFound("账号", account_name(tx.tenant, login))
    return account


async def keyholders_of(tx: Tx, actor: Actor, now: datetime) -> frozenset[str]:
    """The keyholders of the account that the actor acts as, wherever it is.

    Raises Unauthenticated for a token of before the last change of its password: tokens that are out hold for minutes
    more, and by then whoever had it reset is no keyholder.
    """
    tenant, login = account_in(actor.name)
    async with tx.within(tenant):
        account = await store.account(tx, login)
    if account is None:
        return frozenset({actor.name})
    if actor.epoch not in (None, account.epoch):
        raise Unauthenticated("会话已经结束，请重新登录。", "SESSION_ENDED")
    return keyholders(tenant, account, now)


def tell(tx: Tx, actor: Actor, account: Account, change: Change.ValueType, now: datetime) -> None:
    """Appends the change that led to the account's present revision."""
    told = gateway.AccountChanged(
        account=account_message(tx.tenant, account), change=change, visible_to=visible_to(tx.tenant)
    )
    ledger.append(tx, actor, "account", account.login, account.revision, told, now)


def visible_to(tenant: str) -> common.Level.ValueType:
    """The level that sees what happens to accounts: the town's, or the county's for its own."""
    return common.LEVEL_COUNTY if len(tenant) == len("611021") else common.LEVEL_TOWN


def _save_ended(tx: Tx, actor: Actor, changed: Account, change: Change.ValueType, now: datetime) -> Account:
    """Saves an account whose sessions end with the change."""
    account = replace(changed, epoch=changed.epoch + 1, revision=changed.revision + 1)
    store.save(tx, account)
    tell(tx, actor, account, change, now)
    return account


def _give_first_password(
    tx: Tx, actor: Actor, hashing: Hashing, account: Account, now: datetime
) -> tuple[Account, str]:
    password = new_first_password()
    store.save_with_secret(tx, account, _first_secret(tx, hashing, account, password))
    tell(tx, actor, account, gateway.AccountChanged.CHANGE_PASSWORD_RESET, now)
    return account, password


def _renew(tx: Tx, hashing: Hashing, account: Account, now: datetime) -> str:
    """A first password that is seen by nobody but the platform's own machine, and its holder."""
    return _give_first_password(tx, SYSTEM("gateway"), hashing, reset(account, frozenset(), now), now)[1]


def _first_secret(tx: Tx, hashing: Hashing, account: Account, password: str) -> Secret:
    return Secret(first_hash=first_password_hash(hashing, account_name(tx.tenant, account.login), password))


def login_taken() -> AlreadyExists:
    return AlreadyExists("LOGIN_TAKEN", "这个登录名已经有人使用。")
