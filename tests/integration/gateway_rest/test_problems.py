from __future__ import annotations

import httpx
import pytest

from services.common.clock import SystemClock
from services.common.rpc.client import connect
from services.gateway.rest import Backend, ClientMarks, RestApplication, RestOptions, derived_keys
from tests.gateway_rest.front import Front
from tests.gateway_rest.workshop import service

THINGS = "/v1/tenants/611021/things"


async def test_what_a_service_refuses_is_a_problem(front: Front) -> None:
    response = await front.client.get("/v1/failures/illegal", headers={"X-Request-Id": "request-17"})

    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:minshao:problem:illegal-move",
        "title": "当前状态下不能进行",
        "status": 400,
        "detail": "“REGISTERED”状态下不能“CLOSE”。现在可以：ASSIGN。",
        "instance": "urn:minshao:request:request-17",
        "reason": "ILLEGAL_MOVE",
        "metadata": {"state": "REGISTERED", "action": "CLOSE", "allowed": "ASSIGN"},
    }


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        ("missing", 404, "NOT_FOUND"),
        ("unauthenticated", 401, "UNAUTHENTICATED"),
        ("too-many", 429, "TOO_MANY"),
        ("internal", 500, "INTERNAL"),
        ("bug", 500, "INTERNAL"),
        ("late", 504, "LATE"),
    ],
)
async def test_kinds_of_errors_have_their_status(front: Front, kind: str, status: int, reason: str) -> None:
    response = await front.client.get(f"/v1/failures/{kind}")

    assert (response.status_code, response.json()["status"], response.json()["reason"]) == (status, status, reason)


async def test_fields_are_named_as_json_names_them(front: Front) -> None:
    response = await front.client.get(f"{THINGS}?pageSize=500")

    assert response.json()["violations"][0]["field"] == "pageSize"
    assert "page_size" not in response.text


async def test_whoever_must_wait_is_told_how_long(front: Front) -> None:
    response = await front.client.get("/v1/failures/too-many")

    assert response.headers["Retry-After"] == "7"


async def test_whoever_is_not_known_is_told_how_to_be(front: Front) -> None:
    response = await front.client.get("/v1/failures/unauthenticated")

    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_what_broke_inside_stays_inside(front: Front) -> None:
    response = await front.client.get("/v1/failures/bug")

    assert "secret" not in response.text
    assert "ZeroDivision" not in response.text


async def test_a_service_that_is_away_is_not_named() -> None:
    async def citizen(_mark: str) -> str:
        return "token"

    channel = connect("127.0.0.1:1", [])
    marks = ClientMarks(derived_keys(b"secret"), SystemClock())
    door = RestApplication([Backend([service()], channel)], marks, citizen, RestOptions())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://gateway") as client:
        response = await client.post("/v1/everything")

    assert response.status_code == 503
    assert "127.0.0.1" not in response.text
    await channel.close()


async def test_a_fault_of_our_own_shows_its_number_and_nothing_else() -> None:
    async def citizen(_mark: str) -> str:
        raise LookupError("the secret is in the message")

    channel = connect("127.0.0.1:1", [])
    door = RestApplication([Backend([service()], channel)], lambda address: address, citizen, RestOptions())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://gateway") as client:
        response = await client.post("/v1/everything")

    assert response.status_code == 500
    assert response.json()["metadata"]["reference"] in response.json()["detail"]
    assert "secret" not in response.text
    await channel.close()
