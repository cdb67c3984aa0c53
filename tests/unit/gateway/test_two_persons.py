"""A discipline role takes two persons, whatever passwords one of them has come to know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.access import Actor, Grant, Role
from services.common.errors import Denied, DomainError
from services.gateway.accounts.domain import TIE_LASTS, Account, Proposal, check_over, consent, keyholders, reset
from services.gateway.names import account_name

COUNTY = "611021"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DISCIPLINE = Grant(Role.COUNTY_DISCIPLINE, COUNTY)
FIRST, SECOND, THIRD, MADE, OPERATOR, CONFEDERATE = PERSONS = ("first", "second", "third", "made", "ops", "zhao")
"""Whose accounts: three of the county's first file, one that the operator made, the operator, and one more."""

ACTS = st.lists(st.tuples(st.sampled_from(["propose", "consent", "reset", "choose"]), *[st.integers(0, 5)] * 3))
"""What is done, by whom, as which of the accounts that they can sign in to, and to what."""


@dataclass
class Commission:
    """A county's accounts; nobody in it can be trusted, and everybody tries whatever password they know."""

    accounts: dict[str, Account] = field(default_factory=dict)
    knowing: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Who knows the password of an account, by its login."""
    proposals: list[tuple[str, Proposal]] = field(default_factory=list)
    """Each with the person who really made it."""

    def __post_init__(self) -> None:
        for person in PERSONS:
            role = Grant(Role.OPERATOR, "*") if person == OPERATOR else DISCIPLINE
            grants = () if person == CONFEDERATE else (role,)
            self.accounts[person] = Account(person, grants, must_change_password=False, taken_into_use=True)
            self.knowing[person] = {person}
        self.do("reset", OPERATOR, OPERATOR, CONFEDERATE)
        self.accounts[MADE] = reset(self.accounts[MADE], self.hands(OPERATOR), NOW)
        self.knowing[MADE] |= {OPERATOR}

    def hands(self, login: str) -> frozenset[str]:
        return keyholders(COUNTY, self.accounts[login], NOW)

    def actor(self, login: str) -> Actor:
        return Actor(account_name(COUNTY, login), self.accounts[login].grants)

    def open_to(self, person: str) -> list[str]:
        """The accounts as which the person can sign in."""
        return [login for login in PERSONS if person in self.knowing[login]]

    def do(self, act: str, person: str, login: str, target: str) -> None:
        actor, account = self.actor(login), self.accounts[target]
        if act == "propose" and actor.grants:
            proposal = Proposal("p", target, DISCIPLINE, actor.name, None, NOW, self.hands(login))
            self.proposals.append((person, proposal))
        elif act == "reset":
            check_over(actor, COUNTY, account, discipline=account.is_discipline)
            self.accounts[target] = reset(account, self.hands(login), NOW)
            self.knowing[target] = {person, target}
        elif act == "choose":
            self.accounts[login] = replace(self.accounts[login], must_change_password=False)
            self.knowing[login] = {person}
        elif act == "consent" and DISCIPLINE in actor.grants:
            self.consent(person, login)

    def consent(self, person: str, login: str) -> None:
        """To every proposal; none can come to be by one person alone, nor for one who consents."""
        for proposer, proposal in self.proposals:
            beneficiary = self.accounts[proposal.login]
            try:
                consent(proposal, self.actor(login), self.hands(login), COUNTY, beneficiary, NOW)
            except Denied:
                continue
            assert person != proposer
            assert person not in self.knowing[proposal.login]


@settings(max_examples=1000)
@given(ACTS)
def test_no_order_of_resets_and_sign_ins_lets_one_person_propose_and_consent(
    acts: list[tuple[str, int, int, int]],
) -> None:
    commission = Commission()

    for act, who, which, whom in acts:
        person, target = PERSONS[who], PERSONS[whom]
        if not (known := commission.open_to(person)):
            continue
        try:
            commission.do(act, person, known[which % len(known)], target)
        except DomainError:
            continue


def consented(commission: Commission, proposer: str, consenter: str, beneficiary: str = CONFEDERATE) -> Proposal:
    proposal = Proposal(
        "p", beneficiary, DISCIPLINE, account_name(COUNTY, proposer), None, NOW, commission.hands(proposer)
    )
    account = commission.accounts[beneficiary]
    return consent(proposal, commission.actor(consenter), commission.hands(consenter), COUNTY, account, NOW)


def test_two_officers_of_whom_neither_knew_the_others_password_give_a_role() -> None:
    assert consented(Commission(), FIRST, SECOND).consenter == account_name(COUNTY, SECOND)
    assert consented(Commission(), OPERATOR, SECOND).consenter == account_name(COUNTY, SECOND)


@pytest.mark.parametrize(("proposer", "consenter"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_after_a_reset_neither_consents_with_the_other(proposer: str, consenter: str) -> None:
    commission = Commission()
    commission.do("reset", FIRST, FIRST, SECOND)
    commission.do("choose", SECOND, SECOND, SECOND)

    with pytest.raises(Denied) as refusal:
        consented(commission, proposer, consenter)

    assert refusal.value.reason == "PASSWORD_SHARED_WITH_PROPOSER"


def test_a_reset_through_another_account_leads_back_to_who_made_it() -> None:
    commission = Commission()
    commission.do("reset", FIRST, FIRST, SECOND)
    commission.do("reset", FIRST, SECOND, THIRD)

    with pytest.raises(Denied) as refusal:
        consented(commission, FIRST, THIRD)

    assert refusal.value.reason == "PASSWORD_SHARED_WITH_PROPOSER"


def test_whose_own_password_was_reset_remains_tied_to_the_accounts_that_they_had_reset() -> None:
    commission = Commission()
    commission.do("reset", FIRST, FIRST, SECOND)
    commission.do("reset", THIRD, THIRD, FIRST)

    with pytest.raises(Denied):
        consented(commission, FIRST, SECOND)


def test_a_reset_by_a_third_officer_frees_two_who_were_tied() -> None:
    commission = Commission()
    commission.do("reset", FIRST, FIRST, SECOND)
    commission.do("reset", THIRD, THIRD, SECOND)

    assert consented(commission, FIRST, SECOND).consenter


def test_an_officer_whom_the_operator_made_consents_neither_to_the_operators_proposal_nor_to_another_made_account() -> (
    None
):
    for proposer, reason in ((OPERATOR, "PASSWORD_SHARED_WITH_PROPOSER"), (FIRST, "PASSWORD_SHARED_WITH_BENEFICIARY")):
        with pytest.raises(Denied) as refusal:
            consented(Commission(), proposer, MADE)
        assert refusal.value.reason == reason


def test_who_once_reset_a_password_does_not_have_its_holder_consent_to_a_role_of_theirs() -> None:
    commission = Commission()
    commission.do("reset", FIRST, FIRST, SECOND)

    with pytest.raises(Denied) as refusal:
        consented(commission, THIRD, SECOND, beneficiary=FIRST)

    assert refusal.value.reason == "PASSWORD_SHARED_WITH_BENEFICIARY"


def test_officers_for_whom_one_operator_made_accounts_are_two_persons_once_they_have_had_them_for_long() -> None:
    commission = Commission()
    made = {login: reset(commission.accounts[login], commission.hands(OPERATOR), NOW) for login in (FIRST, SECOND)}
    chosen = {login: replace(account, must_change_password=False) for login, account in made.items()}

    def tied(accounts: dict[str, Account], now: datetime) -> bool:
        first, second = (keyholders(COUNTY, accounts[login], now) for login in (FIRST, SECOND))
        return not first.isdisjoint(second)

    assert tied(chosen, NOW + TIE_LASTS - timedelta(seconds=1))
    assert not tied(chosen, NOW + TIE_LASTS)
    assert tied(made, NOW + 10 * TIE_LASTS)
