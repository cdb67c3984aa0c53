"""Passwords: what may be chosen, and how it is kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Invalid
from services.common.keys import KeyRing
from services.gateway.accounts.passwords import (
    Passwords,
    check_new,
    first_password_hash,
    is_first_password,
    new_first_password,
)

ACCOUNT = "tenants/611021101/accounts/wanglei"


def test_first_passwords_are_readable_and_never_the_same() -> None:
    made = {new_first_password() for _ in range(1000)}

    assert len(made) == 1000
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){2}[a-hjkmnp-z2-9]{4}", each) for each in made)


def test_a_first_password_is_good_for_its_account_only() -> None:
    hashing = KeyRing.parse(KeyRing.new_text("test"))
    kept = first_password_hash(hashing, ACCOUNT, "abcd-efgh-jkmn")

    assert is_first_password(hashing, ACCOUNT, "abcd-efgh-jkmn", kept)
    assert not is_first_password(hashing, ACCOUNT, "abcd-efgh-jkmp", kept)
    assert not is_first_password(hashing, f"{ACCOUNT}2", "abcd-efgh-jkmn", kept)


async def test_a_chosen_password_is_kept_as_argon2id_with_the_parameters_of_owasp() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("tall-poplar-42")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.is_right("tall-poplar-42", kept)
    assert await passwords.is_right("ｔall-poplar-４2", kept), "typed with full-width characters"
    assert not await passwords.is_right("tall-poplar-43", kept)
    assert not await passwords.is_right("tall-poplar-42", None)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short-nin", "PASSWORD_LENGTH"),
        ("x1" * 64 + "y", "PASSWORD_LENGTH"),
        ("Passw0rd123", "PASSWORD_COMMON"),
        ("abababababab", "PASSWORD_COMMON"),
        ("my-WangLei-99", "PASSWORD_IS_NAME"),
        ("王磊一二三四五六七八", "PASSWORD_IS_NAME"),
        ("old-password-1", "PASSWORD_UNCHANGED"),
    ],
)
def test_a_weak_password_is_refused_with_its_rule(password: str, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_new(password, "old-password-1", "wanglei", "王磊")

    assert refusal.value.reason == reason
    assert password not in str(refusal.value)


def test_a_short_login_may_be_part_of_a_password() -> None:
    check_new("tall-poplar-42", "old-password-1", "ar", "")


@given(st.text(min_size=14, max_size=60, alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789-_!"))
def test_long_mixed_passwords_are_accepted(password: str) -> None:
    if len(set(password.casefold())) < 5 or "wanglei" in password.casefold():
        return
    check_new(password, "old-password-1", "wanglei", "王磊")
