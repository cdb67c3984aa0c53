"""Tables and queries of accounts, their roles and their passwords."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.access import Grant, Role
from services.common.database import Tx
from services.common.schema import Row, instant, references, tenant_table
from services.gateway.accounts.domain import Account
from services.gateway.listing import Order
from services.gateway.tables import metadata

ACCOUNTS = tenant_table(
    "accounts",
    metadata,
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("cadre", sa.Text),
    sa.Column("first_hash", sa.LargeBinary),
    sa.Column("password_hash", sa.Text),
    sa.Column("disable_time", instant()),
    sa.Column("create_time", instant(), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("taken_into_use", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("made_up_by", postgresql.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'::text[]")),
    sa.Column("made_up_time", instant()),
    references("cadres", "cadre=id"),
    sa.UniqueConstraint("tenant", "cadre"),
    sa.CheckConstraint("(first_hash IS NULL) <> (password_hash IS NULL)", name="one_password"),
    key=("login",),
    app=("select", "insert", "update"),
)
"""`first_hash` is the keyed hash of a password that was given, `password_hash` the argon2id of one that was chosen."""

ACCOUNT_ROLES = tenant_table(
    "account_roles",
    metadata,
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("role", sa.SmallInteger, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    references("accounts", "login"),
    key=("login", "role", "scope"),
    app=("select", "insert", "delete"),
)

sa.Index("account_roles_role_idx", ACCOUNT_ROLES.c.tenant, ACCOUNT_ROLES.c.role)

ACCOUNT_ORDERS = {"login": (ACCOUNTS.c.login,)}


@dataclass(frozen=True, slots=True)
class Secret:
    """What is kept of an account's password: of one that was given, or of one that was chosen."""

    first_hash: bytes | None = field(default=None, repr=False)
    password_hash: str | None = field(default=None, repr=False)


async def account(tx: Tx, login: str) -> Account | None:
    return (await with_secret(tx, login))[0]


async def with_secret(tx: Tx, login: str) -> tuple[Account | None, Secret]:
    """The account and its password; an empty secret where there is no account."""
    return await _one(tx, _chosen(tx).where(ACCOUNTS.c.login == login))


async def lock(tx: Tx, login: str) -> tuple[Account | None, Secret]:
    """As `with_secret`; nobody else changes the account until the transaction ends."""
    return await _one(tx, _chosen(tx).where(ACCOUNTS.c.login == login).with_for_update())


async def lock_of_cadre(tx: Tx, cadre: str) -> Account | None:
    return (await _one(tx, _chosen(tx).where(ACCOUNTS.c.cadre == cadre).with_for_update()))[0]


async def all_accounts(tx: Tx) -> dict[str, Account]:
    """The accounts of the tenant, by login."""
    return {account.login: account for account in await _accounts(tx, await tx.rows(_chosen(tx)))}


async def list_accounts(
    tx: Tx, role: Role | None, order: Order, after: Sequence[object] | None, limit: int
) -> list[Account]:
    chosen = _chosen(tx)
    if role is not None:
        chosen = chosen.where(ACCOUNTS.c.login.in_(_holders(tx, role)))
    return await _accounts(tx, await tx.rows(order.following(chosen, after, limit)))


async def count_holders(tx: Tx, role: Role) -> int:
    """How many accounts that can be used hold the role. Locks them: two revocations cannot count each other's."""
    chosen = _chosen(tx).where(ACCOUNTS.c.login.in_(_holders(tx, role)), ACCOUNTS.c.disable_time.is_(None))
    return len(await tx.rows(chosen.order_by(ACCOUNTS.c.login).with_for_update()))


def add(tx: Tx, account: Account, secret: Secret) -> None:
    """PENDING: a new account, without its roles."""
    tx.insert(
        ACCOUNTS,
        login=account.login,
        cadre=account.cadre,
        first_hash=secret.first_hash,
        password_hash=secret.password_hash,
        create_time=account.create_time,
        epoch=account.epoch,
        revision=account.revision,
        made_up_by=sorted(account.made_up_by),
        made_up_time=account.made_up_time,
    )


def add_grants(tx: Tx, account: Account) -> None:
    """PENDING: all roles of a new account, which is there already."""
    for grant in account.grants:
        grant_role(tx, account.login, grant)


def save(tx: Tx, account: Account) -> None:
    """PENDING: the account as it is now, without roles and password."""
    tx.write(_update(tx, account))


def save_with_secret(tx: Tx, account: Account, secret: Secret) -> None:
    """PENDING: the account as it is now, and its new password."""
    tx.write(_update(tx, account).values(first_hash=secret.first_hash, password_hash=secret.password_hash))


def grant_role(tx: Tx, login: str, grant: Grant) -> None:
    """PENDING."""
    tx.insert(ACCOUNT_ROLES, login=login, role=grant.role.value, scope=grant.scope)


def revoke_role(tx: Tx, login: str, grant: Grant) -> None:
    """PENDING."""
    role = ACCOUNT_ROLES.c
    this = (role.tenant == tx.tenant, role.login == login, role.role == grant.role.value, role.scope == grant.scope)
    tx.write(sa.delete(ACCOUNT_ROLES).where(*this))


def _chosen(tx: Tx) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(ACCOUNTS).where(ACCOUNTS.c.tenant == tx.tenant)


def _holders(tx: Tx, role: Role) -> sa.Select[str]:
    held = ACCOUNT_ROLES.c
    return sa.select(held.login).where(held.tenant == tx.tenant, held.role == role.value)


def _update(tx: Tx, account: Account) -> sa.Update:
    this = (ACCOUNTS.c.tenant == tx.tenant, ACCOUNTS.c.login == account.login)
    return (
        sa.update(ACCOUNTS)
        .where(*this)
        .values(
            cadre=account.cadre,
            disable_time=account.disable_time,
            epoch=account.epoch,
            revision=account.revision,
            taken_into_use=account.taken_into_use,
            made_up_by=sorted(account.made_up_by),
            made_up_time=account.made_up_time,
        )
    )


async def _one(tx: Tx, chosen: sa.Select[*tuple[Any, ...]]) -> tuple[Account | None, Secret]:
    if not (rows := await tx.rows(chosen)):
        return None, Secret()
    [found] = await _accounts(tx, rows)
    return found, Secret(rows[0].first_hash, rows[0].password_hash)


async def _accounts(tx: Tx, rows: Sequence[Row]) -> list[Account]:
    grants = await _grants(tx, [row.login for row in rows])
    return [_account(row, grants[row.login]) for row in rows]


async def _grants(tx: Tx, logins: Iterable[str]) -> dict[str, list[Grant]]:
    held = ACCOUNT_ROLES.c
    chosen = sa.select(ACCOUNT_ROLES).where(held.tenant == tx.tenant, held.login.in_(list(logins)))
    grants: dict[str, list[Grant]] = defaultdict(list)
    for row in await tx.rows(chosen.order_by(held.login, held.role, held.scope)):
        grants[row.login].append(Grant(Role(row.role), row.scope))
    return grants


def _account(row: Row, grants: Iterable[Grant]) -> Account:
    return Account(
        login=row.login,
        grants=tuple(grants),
        cadre=row.cadre,
        must_change_password=row.first_hash is not None,
        taken_into_use=row.taken_into_use,
        made_up_by=frozenset(row.made_up_by),
        made_up_time=row.made_up_time,
        disable_time=row.disable_time,
        create_time=row.create_time,
        epoch=row.epoch,
        revision=row.revision,
    )
