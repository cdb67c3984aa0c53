from __future__ import annotations

import httpx
import pytest

from services.gateway.rest import RestOptions
from tests.gateway_rest.front import TOKEN, Front, opened

THINGS = "/v1/tenants/611021/things"


async def test_a_public_call_without_a_token_gets_that_of_a_citizen(front: Front) -> None:
    await front.client.get(THINGS)

    assert front.workshop.metadata[0]["authorization"] == f"Bearer citizen.{front.marks[0]}"


async def test_a_public_call_with_a_token_keeps_it(front: Front) -> None:
    await front.client.get(THINGS, headers=TOKEN)

    assert front.workshop.metadata[0]["authorization"] == "Bearer staff"
    assert front.marks == []


async def test_another_call_without_a_token_is_refused(front: Front) -> None:
    response = await front.client.get(f"{THINGS}/7")

    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert front.workshop.requests == front.marks == []


@pytest.mark.parametrize("authorization", ["Basic abc", "Bearer", "Bearer a b", "Bearer ä", "staff"])
async def test_what_is_no_bearer_token_is_refused(front: Front, authorization: str) -> None:
    response = await front.client.get(THINGS, headers=httpx.Headers({"Authorization": authorization}, encoding="utf-8"))

    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert front.workshop.requests == []


async def test_public_calls_of_one_client_are_limited() -> None:
    async with opened(RestOptions(public_rate=0.01, public_burst=3)) as front:
        codes = [(await front.client.get(THINGS)).status_code for _ in range(4)]
        refused = await front.client.get(THINGS)
        staff = await front.client.get(THINGS, headers=TOKEN)

        assert codes == [200, 200, 200, 429]
        assert 90 <= int(refused.headers["Retry-After"]) <= 100
        assert staff.status_code == 200
        assert len(front.workshop.requests) == 4


async def test_clients_behind_a_proxy_that_is_believed_are_told_apart() -> None:
    async with opened(RestOptions(public_rate=0.01, public_burst=1), proxies=["127.0.0.1"]) as front:
        addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.1"]

        codes = [(await front.client.get(THINGS, headers={"X-Forwarded-For": a})).status_code for a in addresses]

        assert codes == [200, 200, 429]


async def test_nobody_else_can_choose_an_address() -> None:
    async with opened(RestOptions(public_rate=0.01, public_burst=1)) as front:
        addresses = ["192.0.2.1", "192.0.2.2"]

        codes = [(await front.client.get(THINGS, headers={"X-Forwarded-For": a})).status_code for a in addresses]

        assert codes == [200, 429]


async def test_addresses_are_written_nowhere(front: Front, capfd: pytest.CaptureFixture[str]) -> None:
    await front.client.get(THINGS)
    await front.client.get("/v1/failures/bug")
    await front.client.get("/v1/nothing")

    out, err = capfd.readouterr()
    assert "127.0.0.1" not in out + err.replace("grpc", "")
    assert all("127.0.0.1" not in value for sent in front.workshop.metadata for value in sent.values())
