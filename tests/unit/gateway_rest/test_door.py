"""Whose calls are counted with whose, on the real contract."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from services.common.errors import TooMany
from services.gateway.rest.contract import Rpc, rpcs_of, services_in
from services.gateway.rest.door import Door
from services.gateway.rest.limits import TokenBuckets

PUBLIC = {
    str(rpc.method.name): rpc
    for package in ("gateway", "watch", "agency", "risk")
    for service in services_in(f"minshao.{package}.v1")
    for rpc in rpcs_of(service)
    if rpc.access.public
}
OF_SESSIONS = ("SignIn", "Refresh", "ChangePassword", "SignOut", "SignOutEverywhere")


@pytest.mark.parametrize("session", OF_SESSIONS)
async def test_public_calls_from_an_address_keep_nobody_behind_it_from_signing_in(session: str) -> None:
    door = door_with_one_call()
    for name in PUBLIC.keys() - {*OF_SESSIONS}:
        try:
            await call(door, PUBLIC[name])
        except TooMany:
            continue

    await call(door, PUBLIC[session])

    with pytest.raises(TooMany):
        await call(door, PUBLIC[session])


async def test_tries_to_sign_in_use_up_no_public_calls() -> None:
    door = door_with_one_call()
    await call(door, PUBLIC["SignIn"])

    await call(door, PUBLIC["RaiseObjection"])

    with pytest.raises(TooMany):
        await call(door, PUBLIC["GiveRiskOpinion"])


def door_with_one_call() -> Door:
    """One to which each client may come once."""

    async def citizen(mark: str) -> str:
        return f"citizen.{mark}"

    return Door(lambda address: address, citizen, TokenBuckets(0.01, 1, lambda: 0.0))


async def call(door: Door, rpc: Rpc) -> None:
    """A call from the town hall's address without a token."""
    scope = {"type": "http", "headers": [], "client": ("192.0.2.1", 1)}
    await door.token(Request(scope), rpc)
