"""Who owes the disposition of a warning by name: an account of the level that owes it, and nobody from whom the warning
is kept (domain §1.7, §5: recusal)."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.access import Role, county_of, tenant_of_unit
from services.common.database import Tx
from services.common.errors import NotFound, Refused
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account
from services.risk.levels import Level
from services.risk.warnings.domain import Owner, Warning

OWNERS = {
    Level.UNIT: (Role.UNIT_LEADER, Role.RISK_OFFICER),
    Level.TOWN: (Role.TOWN_DISCIPLINE,),
    Level.COUNTY: (Role.COUNTY_DISCIPLINE,),
}
"""The roles that act for each level that owes a disposition."""


async def check_can_own(tx: Tx, owner: str, warning: Warning) -> None:
    """Raises NotFound for an account that is unknown; Refused for one that does not act for the level that owes it, or
    from which it is kept, and does not tell which."""
    level = warning.owner_level
    scope = {Level.UNIT: warning.unit, Level.TOWN: tx.tenant, Level.COUNTY: county_of(tx.tenant)}[level]
    home = tenant_of_unit(scope) or scope
    async with tx.within(home):
        account = await organisation.hold_account(tx, owner)
    if account is None:
        raise NotFound("账号", owner)
    acts = any(account.holds(role, scope) for role in OWNERS[level])
    cadre = account.cadre if home == tx.tenant else None
    if not acts or warning.is_kept_from(Owner(owner, cadre, account.belongs_to)):
        raise Refused("NOT_OF_OWNER", f"该账号不在{level.label}任职，或者应当回避。")


async def owners_of(tx: Tx, warnings: Iterable[Warning]) -> dict[str | None, Owner]:
    """The owners of warnings, by account; of an account of another tenant no more than that."""
    named = {each.owner for each in warnings if each.owner}
    known = await organisation.accounts(tx, named) if named else {}
    return {name: _owner(name, known.get(name)) for name in named}


def _owner(name: str, account: Account | None) -> Owner:
    return Owner(name, account.cadre, account.belongs_to) if account else Owner(name, None, frozenset())
