from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.accounts import Accounts, provision
from deploy.local.ports import Ports
from deploy.local.stack import Stack
from services.gateway.rest import RestOptions
from tests.engines import engine_folder
from tests.gateway_rest.front import opened
from tests.gateway_rest.fuzzing import fuzz
from tests.gateway_rest.workshop import service

FAILS = "WorkshopService_Fail"
SHORT = "WorkshopService_GetThing_2"
TYPES_WITHOUT_END = ("WorkshopService_Echo", "WorkshopService_Echo_2")
"""Schemathesis itself runs out of stack at a type that contains itself five times over."""
STREAM = "FeedService_StreamFeed"
"""A stream that does not end is tried elsewhere."""

UNLIMITED = {"MINSHAO_HTTP_PUBLIC_RATE": "100000", "MINSHAO_HTTP_PUBLIC_BURST": "100000"}


@pytest.fixture
def county() -> Iterator[Stack]:
    """Luonan on this machine, provisioned, with people who can sign in; it goes with the test."""
    home = engine_folder()
    stack = Stack(home, Ports.any_free(), throwaway=True, settings=UNLIMITED)
    try:
        stack.start()
        asyncio.run(provision(stack, Accounts(home / "accounts.json")))
        yield stack
    finally:
        stack.stop()
        stack.postgres.remove()
        shutil.rmtree(home)


@pytest.mark.timeout(600)
def test_no_answer_of_the_gateway_is_outside_of_its_document(county: Stack, tmp_path: Path) -> None:
    password = Accounts(county.home / "accounts.json").password
    officer = {"login": "discipline-secretary", "password": password}
    signed_in = httpx.post(f"{county.rest}/v1/tenants/611021101:signIn", json=officer, trust_env=False).json()
    token = signed_in["tokens"]["accessToken"]

    found = fuzz(county.rest, tmp_path, token=token, without=[STREAM], fixed={"tenant": "611021101"}, examples=2)

    assert not found, found


@pytest.mark.timeout(200)
async def test_no_answer_of_a_workshop_is_outside_of_its_document(tmp_path: Path) -> None:
    async with opened(RestOptions(public_burst=1_000_000, stream_seconds=0.1)) as front:
        url = str(front.client.base_url).rstrip("/")

        found = await asyncio.to_thread(fuzz, url, tmp_path, token="staff", without=[FAILS, *TYPES_WITHOUT_END])

    assert not found, found


@pytest.mark.timeout(200)
async def test_a_gateway_that_breaks_would_be_noticed(tmp_path: Path) -> None:
    async with opened(RestOptions(public_burst=1_000_000)) as front:
        url = str(front.client.base_url).rstrip("/")
        others = {f"WorkshopService_{method.name}" for method in service().methods} - {FAILS}

        found = await asyncio.to_thread(
            fuzz, url, tmp_path, token="staff", without={*others, *TYPES_WITHOUT_END, SHORT}, examples=1
        )

    assert "Server error" in found
