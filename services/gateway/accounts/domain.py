"""Accounts, the roles that they hold and where, and who may give and take them (domain page §5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from services.common.access import ANYWHERE, COUNTY_ROLES, DEPARTMENT_ROLES, TOWN_ROLES, UNIT_ROLES, Actor, Grant, Role
from services.common.errors import Denied, Invalid, Refused
from services.gateway.names import account_name, cadre_name

DISCIPLINE = frozenset({Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE})
"""The roles that nobody gives alone."""

PROPOSAL_LASTS = timedelta(days=15)

TIE_LASTS = timedelta(days=90)
"""As long as this whoever made up a password counts as one who may know it still. A maker who signed in before the
holder has shut the holder out, and that is noticed by then. Without an end, all officers for whom one operator ever
made an account would count as one person for good."""

BESIDE_OPERATOR = frozenset({Role.OPERATOR, Role.COUNTY_VIEWER})
"""What an account may be that is an operator's: figures and feed, and of no matter what is in it."""

FEWEST_COUNTY_OFFICERS = 2
"""Below this number nobody could consent to a discipline role of the county any more."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a person signs in with. Cadre and login are bare ids."""

    login: str
    grants: tuple[Grant, ...] = ()
    cadre: str | None = None
    must_change_password: bool = True
    taken_into_use: bool = False
    """Whether its holder has ever chosen a password; stays so when the password is reset."""
    made_up_by: frozenset[str] = frozenset()
    """Whoever could act as the one who made up its last first password, by the resource names of their accounts.

    They were shown it and may have been there before the holder, so that a change of the password ends nothing of it.
    Empty where the password came with the tenant's first file, or from the platform's own machine.
    """
    made_up_time: datetime | None = None
    """When it was made up; None where `made_up_by` is empty."""
    disable_time: datetime | None = None
    create_time: datetime | None = None
    """None while it is only in a file."""
    epoch: int = 1
    """Sessions of an earlier epoch have ended."""
    revision: int = 0

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_discipline(self) -> bool:
        return not DISCIPLINE.isdisjoint(self.roles)


class ProposalState(Enum):
    """Where a proposal stands; numbers are those of `RoleProposal.State`."""

    OPEN = 1
    CONSENTED = 2
    EXPIRED = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A discipline role that waits for a second discipline officer. People go by their resource names."""

    id: str
    login: str
    grant: Grant
    proposer: str
    proposer_cadre: str | None
    create_time: datetime
    proposed_by: frozenset[str] = frozenset()
    """The keyholders of the proposer's account when it was proposed."""
    consenter: str | None = None

    @property
    def expire_time(self) -> datetime:
        return self.create_time + PROPOSAL_LASTS

    def state(self, now: datetime) -> ProposalState:
        if self.consenter is not None:
            return ProposalState.CONSENTED
        return ProposalState.OPEN if now < self.expire_time else ProposalState.EXPIRED


def check_scope(tenant: str, grant: Grant, units: Collection[str], field: str) -> None:
    """Raises Invalid unless the role belongs into this tenant and its scope is one of it; `units` are its codes."""
    if grant.role not in _roles_in(tenant):
        raise Invalid(f"{field}.role", "这个角色不能设在这里。", reason="ROLE_ELSEWHERE")
    if grant.role in UNIT_ROLES | DEPARTMENT_ROLES:
        fits = grant.scope in units
    else:
        fits = grant.scope == (ANYWHERE if grant.role is Role.OPERATOR else tenant)
    if not fits:
        raise Invalid(f"{field}.scope", "角色的范围应当是本地的单位、本镇、本县；运维为“*”。", reason="SCOPE_OF_ROLE")


def check_together(grants: Collection[Grant]) -> None:
    """Raises Refused where an operator would see what is in a matter (domain page §5: no matter's content at all)."""
    roles = {grant.role for grant in grants}
    if Role.OPERATOR in roles and not roles <= BESIDE_OPERATOR:
        raise Refused("OPERATOR_SEES_NO_MATTER", "运维人员除县级查看外，不能同时担任其他角色。")


def refuse_discipline(grants: Collection[Grant]) -> None:
    """Raises Refused where a discipline role would be given without the consent of a second officer."""
    if any(grant.role in DISCIPLINE for grant in grants):
        raise Refused("DISCIPLINE_NEEDS_CONSENT", "纪检角色须经另一名纪检人员同意，不能直接设置。")


def check_enabled(account: Account) -> None:
    if account.disable_time is not None:
        raise Refused("ACCOUNT_DISABLED", "这个账号已经停用。")


def check_taken_into_use(account: Account) -> None:
    """Raises Refused for an account whose password is still the one that somebody else made up."""
    if account.must_change_password or not account.taken_into_use:
        raise Refused("ACCOUNT_NOT_IN_USE", "账号持有人须先登录并修改初始密码。")


def check_granter(actor: Actor, grant: Grant) -> None:
    """Operators and discipline officers may propose a discipline role; every other role is an operator's to give."""
    if grant.role not in DISCIPLINE and not actor.has(Role.OPERATOR):
        raise Denied("只有运维人员可以授予这个角色。", "OPERATOR_ONLY")


def check_over(actor: Actor, tenant: str, account: Account, *, discipline: bool) -> None:
    """Raises Denied unless the actor may take a role from the account, or its password.

    What concerns a discipline role is for a discipline officer, not the holder; the rest for an operator: an operator
    who could reset such a password could sign in as a discipline officer.
    """
    if not discipline:
        if not actor.has(Role.OPERATOR):
            raise Denied("只有运维人员可以进行此操作。", "OPERATOR_ONLY")
    elif not actor.has(*DISCIPLINE):
        raise Denied("须由另一名纪检人员进行此操作。", "DISCIPLINE_ONLY")
    elif _is_same_person(actor, tenant, account):
        raise Denied("不能对自己进行此操作。", "NOT_ONESELF")


def keyholders(tenant: str, account: Account, now: datetime) -> frozenset[str]:
    """Whoever may know the password of the account, as the accounts that are theirs: its holder, and its makers until
    their tie to an account whose holder has chosen another password ends.

    One person can act as two accounts only if both have a keyholder in common: whoever learns a password was shown it
    at a reset, and was there as an account of which they were a keyholder already.
    """
    made_up = account.made_up_time
    over = made_up is None or (not account.must_change_password and now >= made_up + TIE_LASTS)
    return (frozenset() if over else account.made_up_by) | {account_name(tenant, account.login)}


def made_up(account: Account, hands: frozenset[str], now: datetime) -> Account:
    """The account as one whose first password is shown to whoever acts as an account of these keyholders."""
    return replace(account, made_up_by=hands, made_up_time=now if hands else None)


def reset(account: Account, hands: frozenset[str], now: datetime) -> Account:
    """The account with a new first password, shown to whoever acts as an account of these keyholders."""
    return replace(
        made_up(account, hands, now),
        must_change_password=True,
        epoch=account.epoch + 1,
        revision=account.revision + 1,
    )


def consent(
    proposal: Proposal, actor: Actor, hands: frozenset[str], tenant: str, beneficiary: Account, now: datetime
) -> Proposal:
    """The proposal, consented to by the actor, whose account has these keyholders.

    Raises Denied where one person could be the consenter and also the proposer or the beneficiary, Refused when the
    proposal is not open.
    """
    if _is_same_person(actor, tenant, beneficiary):
        raise Denied("不能同意给自己的角色。", "NOT_ONESELF")
    if actor.name == proposal.proposer or (actor.cadre and actor.cadre == proposal.proposer_cadre):
        raise Denied("提请人不能同意自己提请的角色，须由另一名纪检人员同意。", "SECOND_OFFICER")
    if not hands.isdisjoint(proposal.proposed_by | {proposal.proposer}):
        raise Denied("您与提请人的密码可能为同一人所知，须由另一名纪检人员同意。", "PASSWORD_SHARED_WITH_PROPOSER")
    if not hands.isdisjoint(keyholders(tenant, beneficiary, now)):
        raise Denied("您与该账号的密码可能为同一人所知，须由另一名纪检人员同意。", "PASSWORD_SHARED_WITH_BENEFICIARY")
    if (state := proposal.state(now)) is not ProposalState.OPEN:
        raise Refused("PROPOSAL_NOT_OPEN", "这项提请已经办结或者过期。", state=state.name)
    return replace(proposal, consenter=actor.name)


def check_remaining(holders: int) -> None:
    """Raises Refused where the county, which has so many discipline officers, cannot spare one."""
    if holders <= FEWEST_COUNTY_OFFICERS:
        raise Refused("TOO_FEW_OFFICERS", f"县纪委至少要有 {FEWEST_COUNTY_OFFICERS} 名纪检人员。")


def _roles_in(tenant: str) -> frozenset[Role]:
    """The roles whose accounts live in a tenant: a county's six digits, or a town's nine."""
    of_county = COUNTY_ROLES | DEPARTMENT_ROLES | {Role.OPERATOR}
    return UNIT_ROLES | (of_county if len(tenant) == len("611021") else TOWN_ROLES)


def _is_same_person(actor: Actor, tenant: str, account: Account) -> bool:
    """Whether the actor is the holder, by the account or by another account of the same cadre."""
    if actor.name == account_name(tenant, account.login):
        return True
    return account.cadre is not None and actor.cadre == cadre_name(tenant, account.cadre)
