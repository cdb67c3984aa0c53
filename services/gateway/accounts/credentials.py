"""What signing in needs of accounts, and what it does to them. Nobody here looks at a password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from google.protobuf.message import Message
from minshao.gateway import v1 as gateway

from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.instants import stamp
from services.gateway.accounts import store
from services.gateway.accounts.domain import Account
from services.gateway.accounts.store import Secret
from services.gateway.accounts.use_cases import visible_to
from services.gateway.names import account_name


@dataclass(frozen=True, slots=True)
class Lock:
    """Why and how long an account is closed to those who have failed."""

    failures: int
    until: datetime


async def look_up(tx: Tx, login: str) -> tuple[Account | None, Secret]:
    """The account and what is kept of its password; an empty secret where there is no account."""
    return await store.with_secret(tx, login)


async def lock(tx: Tx, login: str) -> tuple[Account | None, Secret]:
    """As `look_up`; nobody else changes the account until the transaction ends."""
    return await store.lock(tx, login)


async def tell_of_lock(tx: Tx, actor: Actor, login: str, lock: Lock, now: datetime) -> None:
    """Records that an account was closed for a time; nothing where there is no such account."""
    account, _ = await store.lock(tx, login)
    if account is None:
        return
    told = gateway.AccountLocked(
        account=account_name(tx.tenant, login),
        failure_count=lock.failures,
        until_time=stamp(lock.until),
        visible_to=visible_to(tx.tenant),
    )
    store.save(tx, _next_revision(tx, actor, account, told, now))


def choose_password(tx: Tx, account: Account, password_hash: str, now: datetime) -> Account:
    """Gives the account a password of its holder's choice, and ends its sessions."""
    told = gateway.PasswordChanged(
        account=account_name(tx.tenant, account.login),
        taken_into_use=not account.taken_into_use,
        visible_to=visible_to(tx.tenant),
    )
    changed = replace(account, must_change_password=False, taken_into_use=True, epoch=account.epoch + 1)
    saved = _next_revision(tx, holder(tx, account), changed, told, now)
    store.save_with_secret(tx, saved, Secret(password_hash=password_hash))
    return saved


def end_sessions(tx: Tx, account: Account, sessions: int, now: datetime) -> None:
    """Ends all sessions of the account, so many, as its holder wishes."""
    told = gateway.SessionsEnded(
        account=account_name(tx.tenant, account.login), session_count=sessions, visible_to=visible_to(tx.tenant)
    )
    ended = replace(account, epoch=account.epoch + 1)
    store.save(tx, _next_revision(tx, holder(tx, account), ended, told, now))


def holder(tx: Tx, account: Account) -> Actor:
    """The person whose account it is, who has proved it."""
    return Actor(account_name(tx.tenant, account.login))


def _next_revision(tx: Tx, actor: Actor, changed: Account, told: Message, now: datetime) -> Account:
    account = replace(changed, revision=changed.revision + 1)
    ledger.append(tx, actor, "account", account.login, account.revision, told, now)
    return account
