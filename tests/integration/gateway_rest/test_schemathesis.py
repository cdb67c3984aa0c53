from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.rest import RestOptions
from tests.gateway_rest.front import opened
from tests.gateway_rest.fuzzing import fuzz
from tests.gateway_rest.workshop import service

FAILS = "WorkshopService_Fail"
SHORT = "WorkshopService_GetThing_2"
TYPES_WITHOUT_END = ("WorkshopService_Echo", "WorkshopService_Echo_2")
"""Schemathesis itself runs out of stack at a type that contains itself five times over."""


@pytest.mark.timeout(300)
async def test_schemathesis_finds_no_answer_outside_of_the_document(tmp_path: Path) -> None:
    async with opened(RestOptions(public_burst=1_000_000, stream_seconds=0.1)) as front:
        url = str(front.client.base_url).rstrip("/")

        found = await fuzz(url, tmp_path, token="staff", without=[FAILS, *TYPES_WITHOUT_END])

    assert not found, found


@pytest.mark.timeout(300)
async def test_schemathesis_finds_what_is_wrong(tmp_path: Path) -> None:
    async with opened(RestOptions(public_burst=1_000_000, stream_seconds=0.1)) as front:
        url = str(front.client.base_url).rstrip("/")
        others = {f"WorkshopService_{method.name}" for method in service().methods} - {FAILS}

        found = await fuzz(url, tmp_path, token="staff", without={*others, *TYPES_WITHOUT_END, SHORT})

    assert "Server error" in found
