"""Proving to be the holder of an account, by login and password, under the guards against guessing.

The try is counted and committed before the password is looked at, and the password is looked at outside of any
transaction: it takes tens of milliseconds. What follows from it happens in a second transaction, which looks again.
Unknown logins go the same way as known ones, with a hash that nobody knows the password of.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from services.common.access import Actor
from services.common.database import Tx
from services.common.errors import TooMany, Unauthenticated
from services.common.keys import Hashing
from services.gateway.accounts import credentials
from services.gateway.accounts.credentials import Lock
from services.gateway.accounts.domain import Account
from services.gateway.accounts.passwords import Passwords, is_first_password
from services.gateway.accounts.store import Secret
from services.gateway.names import account_name
from services.gateway.sessions import guards, store
from services.gateway.sessions.guards import Counter, Guards
from services.gateway.sessions.use_cases import Moment


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody who says to be the holder of a login."""

    begin: Callable[[], AbstractAsyncContextManager[Tx]]
    """Opens a transaction in the tenant of the login."""
    actor: Actor
    """Who calls, before anything is proved; the client mark is in it."""
    login: str
    mark: str
    """What the guards know the login by: no table keeps what people type there, which now and then is a password."""
    password: str = field(repr=False)
    moment: Moment

    @property
    def keys(self) -> dict[Counter, str]:
        return guards.keys(self.mark, self.actor.client)


async def prove(attempt: Try, hashing: Hashing, passwords: Passwords) -> tuple[Account, Secret]:
    """The account whose password it is, and the secret that proved it.

    Raises Unauthenticated, the same for an unknown login, a wrong password and a disabled account; TooMany without
    looking at the password while the guards are closed.
    """
    async with attempt.begin() as tx:
        await _count(tx, attempt)
        account, secret = await credentials.look_up(tx, attempt.login)
        tenant = tx.tenant
    # Also for a first password, whose hash is cheap: else its speed would tell that nobody has used the account yet.
    right = await passwords.is_right(attempt.password, secret.password_hash)
    if secret.first_hash is not None:
        right = is_first_password(hashing, account_name(tenant, attempt.login), attempt.password, secret.first_hash)
    if not right or account is None or account.disable_time is not None:
        raise refused()
    return account, secret


async def forgive(tx: Tx, attempt: Try) -> None:
    """Has the guards forget a try that has succeeded. Once per try: the client's counter is lowered by one."""
    kept = await store.lock_guards(tx, attempt.keys, attempt.moment.real)
    store.save_guards(tx, attempt.keys, guards.after_success(kept), attempt.moment.real)


async def confirmed(tx: Tx, attempt: Try, secret: Secret) -> Account:
    """The account, locked, in the transaction that acts on the proof.

    Raises Unauthenticated when the password was changed, or the account disabled, since it was looked at.
    """
    account, secret_now = await credentials.lock(tx, attempt.login)
    if account is None or account.disable_time is not None or secret_now != secret:
        raise refused()
    return account


def refused() -> Unauthenticated:
    return Unauthenticated("登录名或者密码不正确。", "SIGN_IN_REFUSED")


async def _count(tx: Tx, attempt: Try) -> None:
    now = attempt.moment.real
    before = await store.lock_guards(tx, attempt.keys, now)
    if wait := guards.wait(before, now):
        raise TooMany(wait, "尝试次数过多，请稍后再试。", "TOO_MANY_TRIES")
    after = guards.after_try(before, now)
    store.save_guards(tx, attempt.keys, after, now)
    store.forget_guards(tx, now)
    if guards.has_locked(before, after):
        await credentials.tell_of_lock(tx, attempt.actor, attempt.login, _lock(after), attempt.moment.domain)


def _lock(after: Guards) -> Lock:
    """The longest of the doors that this try has closed at the account."""
    closed = {guard.closed_until: guard for counter, guard in after.items() if counter is not Counter.CLIENT}
    until = max(instant for instant in closed if instant is not None)
    return Lock(closed[until].failures, until)
