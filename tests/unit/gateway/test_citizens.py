"""Callers without an account."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from services.common.access import Grant, Role
from services.common.clock import FixedClock, SystemClock
from services.common.token_keys import keys_in_file
from services.common.tokens import TokenVerifier
from services.gateway.sessions import citizens, key_file
from services.gateway.sessions.citizens import Citizens, address_of, anonymous
from services.gateway.sessions.key_file import SigningKeys


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    key_file.create(tmp_path / "keys.json")
    return SigningKeys(tmp_path / "keys.json", "minshao", tmp_path / "public.json")


async def test_a_citizens_token_carries_the_role_and_the_mark_and_no_name(keys: SigningKeys, tmp_path: Path) -> None:
    token = await Citizens(keys, FixedClock(SystemClock().now()))("mark")

    found = await TokenVerifier("minshao", keys_in_file(tmp_path / "public.json")).verify(token)
    assert (found.subject, found.grants, found.client) == ("citizen", (Grant(Role.CITIZEN, ""),), "mark")


async def test_a_client_gets_the_same_token_while_it_is_fresh(keys: SigningKeys) -> None:
    now = SystemClock().now()
    clock = FixedClock(now)
    give = Citizens(keys, clock)
    first = await give("mark")

    clock.set(now + timedelta(minutes=9))
    assert await give("mark") == first
    assert await give("another") != first
    clock.set(now + timedelta(minutes=11))
    kept = give._tokens["mark"]
    await give("mark")
    assert give._tokens["mark"] is not kept


async def test_no_more_clients_are_remembered_than_there_is_room_for(
    keys: SigningKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citizens, "REMEMBERED", 3)
    give = Citizens(keys, FixedClock(SystemClock().now()))

    for mark in ("a", "b", "a", "c", "d"):
        await give(mark)

    assert list(give._tokens) == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:192.0.2.7:50123", "192.0.2.7"),
        ("ipv6:%5B2001:db8::7%5D:50123", "2001:db8::7"),
        ("ipv6:[::1]:50123", "::1"),
        ("unix:/run/minshao.sock", "unix:/run/minshao.sock"),
    ],
)
def test_the_address_of_a_peer_is_found_without_its_port(peer: str, address: str) -> None:
    assert address_of(peer) == address


def test_a_caller_without_a_token_is_a_citizen_with_the_mark_of_the_address() -> None:
    claims = anonymous(lambda address: f"mark of {address}", FixedClock(SystemClock().now()))("ipv4:192.0.2.7:1")

    assert (claims.subject, claims.client) == ("citizen", "mark of 192.0.2.7")
