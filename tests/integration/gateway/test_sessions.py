"""Signing in and out: first passwords, tokens, guards against guessing, and ends of sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Role
from services.common.errors import DomainError, Invalid, TooMany, Unauthenticated
from services.common.token_keys import PublishedKeys
from services.common.tokens import TokenVerifier
from services.gateway.sessions import key_file
from tests.integration.gateway.house import House, citizen

PASSWORD = "tall-poplar-42"
WRONG = "wrong-poplar-42"


@pytest.fixture
def first_password(town: gateway.ProvisionTenantResponse) -> str:
    """Of `wanglei`, a leader in the town."""
    return next(each.password for each in town.added_accounts if each.account.endswith("/wanglei"))


@pytest.fixture
async def account(house: House, first_password: str) -> str:
    """The account of `wanglei`, taken into use with PASSWORD."""
    await change(house, first_password, PASSWORD)
    return f"tenants/{house.town}/accounts/wanglei"


async def change(house: House, old: str, new: str, caller: Claims | None = None) -> gateway.ChangePasswordResponse:
    request = gateway.ChangePasswordRequest(
        parent=f"tenants/{house.town}", login="wanglei", old_password=old, new_password=new
    )
    answer: gateway.ChangePasswordResponse = await house(request, caller or citizen())
    return answer


async def sign_in(
    house: House, password: str = PASSWORD, login: str = "wanglei", caller: Claims | None = None
) -> gateway.SignInResponse:
    request = gateway.SignInRequest(parent=f"tenants/{house.town}", login=login, password=password)
    answer: gateway.SignInResponse = await house(request, caller or citizen())
    return answer


async def refresh(house: House, token: str) -> gateway.RefreshResponse:
    request = gateway.RefreshRequest(parent=f"tenants/{house.town}", refresh_token=token)
    answer: gateway.RefreshResponse = await house(request, citizen())
    return answer


async def fail(house: House, times: int, caller: Claims, login: str = "wanglei") -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            await sign_in(house, WRONG, login, caller)


async def test_a_first_password_opens_nothing_but_its_change(house: House, first_password: str) -> None:
    answer = await sign_in(house, first_password)

    assert answer.must_change_password
    assert not answer.HasField("tokens")
    assert "gateway.session.started" not in await house.event_types(house.town)


async def test_changing_the_first_password_signs_in_and_ends_it(house: House, first_password: str) -> None:
    answer = await change(house, first_password, PASSWORD)

    assert answer.tokens.access_token
    assert not answer.account.must_change_password
    with pytest.raises(Unauthenticated):
        await sign_in(house, first_password)
    assert (await house.event_types(house.town))[-2:] == ["gateway.account.password_changed", "gateway.session.started"]


async def test_a_token_says_who_and_what_and_is_verified_with_the_published_keys(house: House, account: str) -> None:
    answer = await sign_in(house)
    published = await house(gateway.GetKeysRequest(), citizen())

    async def read() -> bytes:
        keys = [f'{{"kid":"{k.kid}","kty":"{k.kty}","crv":"{k.crv}","x":"{k.x}"}}' for k in published.keys]
        return f'{{"keys":[{",".join(keys)}]}}'.encode()

    found = await TokenVerifier("minshao", PublishedKeys(read)).verify(answer.tokens.access_token)
    assert found.subject == account
    assert [(each.role, each.scope) for each in found.grants] == [(Role.UNIT_LEADER, f"{house.town}.finance")]
    assert found.cadre == f"tenants/{house.town}/cadres/wang-lei"


async def test_keys_rotate_without_a_restart(house: House, account: str) -> None:
    before = [key.kid for key in (await house(gateway.GetKeysRequest(), citizen())).keys]

    fresh = key_file.rotate(house.keys._path)

    assert [key.kid for key in (await house(gateway.GetKeysRequest(), citizen())).keys] == [fresh, *before]


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short-one", "string.min_len"),
        ("x" * 129, "string.max_len"),
        ("wanglei", "string.min_len"),
        ("wanglei-2026", "PASSWORD_IS_NAME"),
        ("我是王磊不是别人啊", "string.min_len"),
        ("我是王磊不是别人啊对吧", "PASSWORD_IS_NAME"),
        ("QwertyUiop", "PASSWORD_COMMON"),
        ("aaaaaaaaaaaa", "PASSWORD_COMMON"),
        ("１２３４５６７８９０", "PASSWORD_COMMON"),
    ],
)
async def test_a_weak_password_is_refused_and_changes_nothing(
    house: House, first_password: str, password: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await change(house, first_password, password)

    assert refusal.value.reason == reason
    assert (await sign_in(house, first_password)).must_change_password


async def test_choosing_weak_passwords_is_not_counted_as_guessing(house: House, first_password: str) -> None:
    clumsy = citizen()

    for _ in range(8):
        with pytest.raises(Invalid):
            await change(house, first_password, "qwertyuiop", clumsy)

    assert (await change(house, first_password, PASSWORD, clumsy)).HasField("tokens")


async def test_the_old_password_is_not_a_new_one(house: House, account: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await change(house, PASSWORD, PASSWORD)

    assert refusal.value.reason == "PASSWORD_UNCHANGED"


async def test_unknown_login_wrong_password_and_disabled_account_are_answered_alike(house: House, account: str) -> None:
    answers = []
    for login, password in (("nobody", PASSWORD), ("wanglei", WRONG), ("jiwei", WRONG)):
        with pytest.raises(Unauthenticated) as refusal:
            await sign_in(house, password, login)
        answers.append((refusal.value.reason, refusal.value.message, refusal.value.metadata))
    await house(gateway.DisableAccountRequest(name=account))
    with pytest.raises(Unauthenticated) as refusal:
        await sign_in(house)
    answers.append((refusal.value.reason, refusal.value.message, refusal.value.metadata))

    assert len({str(each) for each in answers}) == 1


async def test_an_unknown_login_costs_as_much_as_a_wrong_password(
    house: House, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Parameters] = []
    verify = PasswordHasher.verify

    def noted(hasher: PasswordHasher, kept: str, password: str) -> bool:
        checked.append(extract_parameters(kept))
        return verify(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    # A first password that nobody has used yet has a hash that takes microseconds to check.
    for login in ("wanglei", "jiwei", "nobody"):
        with pytest.raises(Unauthenticated):
            await sign_in(house, WRONG, login)

    assert len(checked) == 3
    assert len(set(map(str, checked))) == 1


async def test_a_client_that_guesses_at_an_account_has_to_wait_longer_and_longer(house: House, account: str) -> None:
    guesser = citizen()
    await fail(house, 5, guesser)
    waits = []
    for _ in range(3):
        with pytest.raises(TooMany) as refusal:
            await sign_in(house, PASSWORD, caller=guesser)
        assert refusal.value.retry_after is not None
        waits.append(refusal.value.retry_after)
        house.real_clock.set(house.real_clock.now() + refusal.value.retry_after)
        await fail(house, 1, guesser)

    assert waits == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert (await house.event_types(house.town)).count("gateway.account.locked") == 1


async def test_waiting_says_nothing_about_the_login(house: House, account: str) -> None:
    guesser = citizen()
    await fail(house, 5, guesser, "nobody")

    with pytest.raises(TooMany):
        await sign_in(house, WRONG, "nobody", guesser)

    assert "gateway.account.locked" not in await house.event_types(house.town)


async def test_nobody_can_lock_the_holder_out(house: House, account: str) -> None:
    for _ in range(25):
        with pytest.raises(DomainError):
            await sign_in(house, WRONG)

    assert (await sign_in(house)).HasField("tokens")


async def test_many_clients_that_guess_at_one_account_slow_each_other_down(house: House, account: str) -> None:
    guessers = [citizen() for _ in range(22)]
    for guesser in guessers:
        await fail(house, 1, guesser)

    with pytest.raises(TooMany):
        await sign_in(house, WRONG, caller=guessers[0])


async def test_a_client_that_tries_many_logins_has_to_wait(house: House, account: str) -> None:
    sprayer = citizen()
    for number in range(30):
        await fail(house, 1, sprayer, f"login{number}")

    with pytest.raises(TooMany):
        await sign_in(house, WRONG, "another", sprayer)
    assert (await sign_in(house)).HasField("tokens")


async def test_parallel_guesses_are_all_counted(house: House, account: str) -> None:
    guesser = citizen()

    answers = await asyncio.gather(*(sign_in(house, WRONG, caller=guesser) for _ in range(12)), return_exceptions=True)

    assert [type(each) for each in answers].count(Unauthenticated) == 5
    assert [type(each) for each in answers].count(TooMany) == 7


async def test_a_sign_in_that_succeeds_starts_the_count_again(house: House, account: str) -> None:
    clumsy = citizen()
    for _ in range(3):
        await fail(house, 4, clumsy)
        assert (await sign_in(house, caller=clumsy)).HasField("tokens")


async def test_a_refresh_gives_new_tokens_with_the_roles_of_now(house: House, account: str) -> None:
    first = (await sign_in(house)).tokens
    registrar = gateway.RoleGrant(role=common.ROLE_REGISTRAR, scope=f"{house.town}203")
    await house(gateway.GrantRoleRequest(name=account, grant=registrar))

    answer = await refresh(house, first.refresh_token)

    assert registrar in answer.account.roles
    assert answer.tokens.refresh_token != first.refresh_token


async def test_a_refresh_token_used_twice_ends_its_session_and_no_other(house: House, account: str) -> None:
    stolen, other = (await sign_in(house)).tokens, (await sign_in(house)).tokens
    following = (await refresh(house, stolen.refresh_token)).tokens

    for token in (stolen, following):
        with pytest.raises(Unauthenticated) as refusal:
            await refresh(house, token.refresh_token)
        assert refusal.value.reason == "SESSION_ENDED"

    assert (await house.event_types(house.town))[-1] == "gateway.session.revoked"
    assert (await refresh(house, other.refresh_token)).tokens.access_token


async def test_of_parallel_refreshes_with_one_token_at_most_one_succeeds(house: House, account: str) -> None:
    token = (await sign_in(house)).tokens.refresh_token

    answers = await asyncio.gather(*(refresh(house, token) for _ in range(6)), return_exceptions=True)

    assert sum(isinstance(each, gateway.RefreshResponse) for each in answers) == 1
    assert (await house.event_types(house.town)).count("gateway.session.revoked") == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace(".1.", ".2."),
        lambda token: "nonsense",
        lambda token: "a.b.c",
        lambda token: "é.1.é",
    ],
)
async def test_a_forged_refresh_token_ends_nothing(house: House, account: str, spoil: Callable[[str], str]) -> None:
    token = (await sign_in(house)).tokens.refresh_token

    with pytest.raises(Unauthenticated):
        await refresh(house, spoil(token))

    assert (await refresh(house, token)).tokens.access_token


async def test_a_session_ends_by_itself(house: House, account: str) -> None:
    token = (await sign_in(house)).tokens.refresh_token
    for _ in range(13):
        house.real_clock.set(house.real_clock.now() + timedelta(hours=11, minutes=59))
        token = (await refresh(house, token)).tokens.refresh_token
    house.real_clock.set(house.real_clock.now() + timedelta(hours=12))

    with pytest.raises(Unauthenticated):
        await refresh(house, token)


async def test_sessions_do_not_follow_the_clock_of_the_domain(house: House, account: str) -> None:
    token = (await sign_in(house)).tokens.refresh_token
    house.clock.set(house.clock.now() + timedelta(days=31))

    assert (await refresh(house, token)).tokens.access_token


async def test_signing_out_ends_one_session(house: House, account: str) -> None:
    mine, other = (await sign_in(house)).tokens, (await sign_in(house)).tokens
    request = gateway.SignOutRequest(parent=f"tenants/{house.town}", refresh_token=mine.refresh_token)

    await house(request, citizen())
    await house(request, citizen())

    with pytest.raises(Unauthenticated):
        await refresh(house, mine.refresh_token)
    assert (await refresh(house, other.refresh_token)).tokens.access_token


async def test_signing_out_everywhere_ends_every_session(house: House, account: str) -> None:
    tokens = [(await sign_in(house)).tokens for _ in range(3)]
    request = gateway.SignOutEverywhereRequest(parent=f"tenants/{house.town}", refresh_token=tokens[0].refresh_token)

    answer = await house(request, citizen())

    assert answer.ended_session_count == 4, "the change of the first password signed in, too"
    for each in tokens:
        with pytest.raises(Unauthenticated):
            await refresh(house, each.refresh_token)
    assert (await house.event_types(house.town))[-1] == "gateway.account.sessions_ended"
    assert (await sign_in(house)).HasField("tokens")


def reset(house: House, account: str) -> Message:
    return gateway.ResetPasswordRequest(name=account)


def disable(house: House, account: str) -> Message:
    return gateway.DisableAccountRequest(name=account)


def revoke(house: House, account: str) -> Message:
    role = gateway.RoleGrant(role=common.ROLE_UNIT_LEADER, scope=f"{house.town}.finance")
    return gateway.RevokeRoleRequest(name=account, grant=role)


@pytest.mark.parametrize("act", [reset, disable, revoke])
async def test_what_takes_rights_away_ends_the_sessions(
    house: House, account: str, act: Callable[[House, str], Message]
) -> None:
    token = (await sign_in(house)).tokens.refresh_token

    await house(act(house, account))

    with pytest.raises(Unauthenticated):
        await refresh(house, token)


async def test_a_password_that_was_reset_must_be_changed_again(house: House, account: str) -> None:
    answer = await house(gateway.ResetPasswordRequest(name=account))

    with pytest.raises(Unauthenticated):
        await sign_in(house)
    assert (await sign_in(house, answer.first_password)).must_change_password


async def test_an_operator_resets_a_discipline_officer_only_before_the_first_use(
    house: House, town: gateway.ProvisionTenantResponse
) -> None:
    request = gateway.ResetPasswordRequest(name=f"tenants/{house.town}/accounts/jiwei")
    password = (await house(request)).first_password
    taken = gateway.ChangePasswordRequest(
        parent=f"tenants/{house.town}", login="jiwei", old_password=password, new_password=PASSWORD
    )
    await house(taken, citizen())

    for caller in (house.operator, house.officer("jiwei", house.town)):
        with pytest.raises(DomainError) as refusal:
            await house(request, caller)
        assert refusal.value.reason in {"DISCIPLINE_ONLY", "NOT_ONESELF"}

    assert (await house(request, house.officer("jiwei-one"))).first_password
    with pytest.raises(DomainError):
        await house(request)


async def test_passwords_and_tokens_are_kept_nowhere_in_clear(house: House, account: str, first_password: str) -> None:
    tokens = (await sign_in(house)).tokens

    told = b"".join(event.SerializeToString() for _, event in await house.events(house.town))

    for secret in (PASSWORD, first_password, tokens.refresh_token, tokens.access_token):
        assert secret.encode() not in told
