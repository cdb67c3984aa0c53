"""Who owes the disposition of a warning by name: an account of the level that owes it, and nobody from whom the warning
is kept (domain §1.7, §5: recusal)."""

from __future__ import annotations

from collections.abc import Iterable

from minshao.risk import v1 as pb

from services.common.access import Role, county_of, tenant_of_unit
from services.common.database import Tx
from services.common.errors import NotFound, Refused
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account
from services.risk.acting import Acting
from services.risk.inventories import store as inventories
from services.risk.levels import Level
from services.risk.warnings import store
from services.risk.warnings.domain import Owner, State, Warning
from services.risk.warnings.telling import tell

OWNERS = {
    Level.UNIT: (Role.UNIT_LEADER, Role.RISK_OFFICER),
    Level.TOWN: (Role.TOWN_DISCIPLINE,),
    Level.COUNTY: (Role.COUNTY_DISCIPLINE,),
}
"""The roles that act for each level that owes a disposition."""

ACCOUNTS_CHANGED = "warning.accounts_changed"
"""The kind of the deadline, at once, at which owners are looked at anew; its owner is the tenant."""


async def check_can_own(tx: Tx, owner: str, warning: Warning) -> None:
    """Raises NotFound for an account that is unknown; Refused for one that does not act for the level that owes it, or
    from which it is kept, and does not tell which."""
    async with tx.within(_home(tx, warning)):
        account = await organisation.hold_account(tx, owner)
    if account is None:
        raise NotFound("账号", owner)
    if not _can_own(tx, account, warning):
        raise Refused("NOT_OF_OWNER", f"该账号不在{warning.owner_level.label}任职，或者应当回避。")


async def drop_owners(acting: Acting) -> None:
    """Who could not be named by now, since their account is another, owes no open warning of the tenant by name."""
    owned = await store.open_owned(acting.tx, acting.tx.tenant)
    await inventories.lock_those(acting.tx, {each.unit for each in owned})
    there = await store.lock_those(acting.tx, [each.id for each in owned])
    known = await organisation.accounts(acting.tx, {each.owner for each in there if each.owner})
    for before in there:
        account = known.get(before.owner or "")
        if before.state is State.OPEN and account and not _can_own(acting.tx, account, before):
            after = before.assigned(None)
            store.ROWS.save(acting.tx, before, after)
            tell(acting, after, pb.WarningOwnerAssigned())


def _can_own(tx: Tx, account: Account, warning: Warning) -> bool:
    """Whether somebody acts for the level that owes a warning, and it is not kept from them."""
    acts = any(account.holds(role, _scope(tx, warning)) for role in OWNERS[warning.owner_level])
    cadre = account.cadre if _home(tx, warning) == tx.tenant else None
    return acts and not warning.is_kept_from(Owner(account.name, cadre, account.belongs_to))


def _scope(tx: Tx, warning: Warning) -> str:
    """Of the roles of the level that owes a warning."""
    return {Level.UNIT: warning.unit, Level.TOWN: tx.tenant, Level.COUNTY: county_of(tx.tenant)}[warning.owner_level]


def _home(tx: Tx, warning: Warning) -> str:
    """The tenant of that level."""
    return tenant_of_unit(_scope(tx, warning)) or _scope(tx, warning)


async def owners_of(tx: Tx, warnings: Iterable[Warning]) -> dict[str | None, Owner]:
    """The owners of warnings, by account; of an account of another tenant no more than that."""
    named = {each.owner for each in warnings if each.owner}
    known = await organisation.accounts(tx, named) if named else {}
    return {name: _owner(name, known.get(name)) for name in named}


def _owner(name: str, account: Account | None) -> Owner:
    return Owner(name, account.cadre, account.belongs_to) if account else Owner(name, None, frozenset())
