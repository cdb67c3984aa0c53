from __future__ import annotations

import asyncio
import socket

import pytest

from services.common.rpc.server import PortTaken
from services.gateway.rest import HttpServer, RestApplication, RestOptions
from tests.gateway_rest.front import TOKEN, Front, opened
from tests.gateway_rest.workshop import message

THINGS = "/v1/tenants/611021/things"


async def test_a_body_goes_in_and_an_answer_comes_out(front: Front) -> None:
    sent = {"thing": {"displayName": "锤子", "kind": "KIND_TOOL", "tags": ["a"]}}

    response = await front.client.post(THINGS, json=sent)

    assert response.status_code == 200
    thing = {"name": "", "displayName": "锤子", "kind": "KIND_TOOL", "count": 0, "tags": ["a"]}
    assert response.json() == {"thing": thing}
    expected = message("Thing", display_name="锤子", kind=1, tags=["a"])
    assert front.workshop.requests == [message("CreateThingRequest", parent="tenants/611021", thing=expected)]


async def test_64_bit_numbers_are_text(front: Front) -> None:
    response = await front.client.get(THINGS)

    assert response.json()["total"] == str(1 << 60)


async def test_the_answer_may_be_one_field_of_the_response(front: Front) -> None:
    response = await front.client.patch(f"{THINGS}/7", json={"displayName": "尺", "kind": "KIND_TOOL"}, headers=TOKEN)

    assert response.json()["name"] == "tenants/611021/things/7"


async def test_an_rpc_is_served_at_all_its_addresses(front: Front) -> None:
    await front.client.get("/v1/things/7", headers=TOKEN)
    await front.client.get(f"{THINGS}/7", headers=TOKEN)

    short, long = front.workshop.requests
    assert short == message("GetThingRequest", short="7")
    assert long == message("GetThingRequest", name="tenants/611021/things/7")


async def test_ids_trace_token_and_deadline_go_along(front: Front) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    response = await front.client.get(
        f"{THINGS}/7", headers={**TOKEN, "X-Request-Id": "request-17", "traceparent": trace}
    )

    sent = front.workshop.metadata[0]
    assert response.headers["X-Request-Id"] == sent["x-request-id"] == "request-17"
    assert sent["authorization"] == "Bearer staff"
    assert sent["traceparent"].split("-")[1] == trace.split("-")[1]
    assert 0 < front.workshop.time_left[0] < 3


async def test_a_request_id_that_cannot_be_logged_safely_is_replaced(front: Front) -> None:
    response = await front.client.get(THINGS, headers={"X-Request-Id": "a\tb' OR 1=1"})

    assert response.headers["X-Request-Id"].isalnum()


async def test_head_is_get_without_the_body(front: Front) -> None:
    response = await front.client.head(THINGS)

    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["Content-Length"]) > 0


async def test_an_empty_body_is_an_empty_object(front: Front) -> None:
    response = await front.client.post("/v1/everything")

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/v1/nothing", "/", "/v1/tenants/611021/things/", "/reference/nothing"])
async def test_an_unknown_address_is_a_problem(front: Front, path: str) -> None:
    response = await front.client.get(path)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", THINGS, "GET, HEAD, POST"), ("GET", f"{THINGS}/7:assign", "POST"), ("POST", "/healthz", "GET, HEAD")],
)
async def test_another_method_is_told_which_there_are(front: Front, method: str, path: str, allowed: str) -> None:
    response = await front.client.request(method, path)

    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
    assert response.json()["reason"] == "METHOD_NOT_ALLOWED"


async def test_content_that_is_no_json_is_refused(front: Front) -> None:
    response = await front.client.post(THINGS, content=b"{}", headers={"Content-Type": "text/plain"})

    assert response.status_code == 415
    assert front.workshop.requests == []


async def test_whoever_does_not_take_json_is_refused(front: Front) -> None:
    response = await front.client.get(THINGS, headers={"Accept": "text/html"})

    assert response.status_code == 406
    assert front.workshop.requests == []


async def test_a_body_where_none_belongs_is_refused(front: Front) -> None:
    response = await front.client.request("DELETE", f"{THINGS}/7", json={}, headers=TOKEN)

    assert (response.status_code, response.json()["reason"]) == (400, "UNEXPECTED_BODY")


@pytest.mark.parametrize(
    "body", [b'{"thing": {"displ', b'{"thing": "\xff"}', b'{"a": 1, "a": 1}', b"[]", b'{"thing": {"unknown": 1}}']
)
async def test_a_broken_body_reaches_no_service(front: Front, body: bytes) -> None:
    response = await front.client.post(THINGS, content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 400
    assert front.workshop.requests == []


async def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    async with opened(RestOptions(body_bytes=1000)) as front:
        announced = await front.client.post(THINGS, json={"requestId": "x" * 2000})

        assert (announced.status_code, announced.json()["reason"]) == (413, "BODY_TOO_LARGE")


async def test_a_body_over_the_limit_is_refused_also_when_its_length_is_not_announced() -> None:
    async def chunks() -> object:
        for _ in range(20):
            yield b" " * 100

    async with opened(RestOptions(body_bytes=1000)) as front:
        response = await front.client.post(THINGS, content=chunks(), headers={"Content-Type": "application/json"})  # type: ignore[arg-type]

        assert response.status_code == 413


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async with opened(RestOptions(body_seconds=0.1)) as front:
        reader, writer = await asyncio.open_connection("127.0.0.1", front.client.base_url.port)
        head = f"POST {THINGS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{{"
        writer.write(head.encode())

        status = await asyncio.wait_for(reader.readline(), 20)

        assert status.startswith(b"HTTP/1.1 408")
        writer.close()


async def test_responses_carry_headers_of_security(front: Front) -> None:
    for path in (THINGS, "/v1/nothing", "/healthz"):
        headers = (await front.client.get(path)).headers

        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "server" not in headers


async def test_pages_of_other_origins_may_not_call_by_default(front: Front) -> None:
    response = await front.client.get(THINGS, headers={"Origin": "https://example.cn"})

    assert "Access-Control-Allow-Origin" not in response.headers


async def test_an_origin_on_the_list_may_call() -> None:
    async with opened(RestOptions(origins=("https://example.cn",))) as front:
        ours = await front.client.get(THINGS, headers={"Origin": "https://example.cn"})
        other = await front.client.get(THINGS, headers={"Origin": "https://example.com"})
        asked = {"Origin": "https://example.cn", "Access-Control-Request-Method": "POST"}
        preflight = await front.client.options(THINGS, headers=asked)

        assert ours.headers["Access-Control-Allow-Origin"] == "https://example.cn"
        assert "Access-Control-Allow-Origin" not in other.headers
        assert preflight.status_code == 200


async def test_the_process_says_that_it_is_alive(front: Front) -> None:
    response = await front.client.get("/healthz")

    assert response.json() == {"status": "ok"}


async def test_the_documents_are_served_and_need_not_be_sent_twice(front: Front) -> None:
    for path in ("/openapi.json", "/reference", "/reference/WorkshopService", "/reference/assets/reference.css"):
        first = await front.client.get(path)
        again = await front.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        plain = await front.client.get(path, headers={"Accept-Encoding": "identity"})

        assert (first.status_code, again.status_code) == (200, 304)
        assert first.headers["Content-Encoding"] == "gzip"
        assert plain.content == first.content


async def test_a_port_that_is_taken_is_told(front: Front) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = HttpServer(_nothing(), f"127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(PortTaken):
            await server.start()


async def test_a_server_that_never_started_drains_at_once(front: Front) -> None:
    await HttpServer(_nothing(), "127.0.0.1:0").drain(1)


def _nothing() -> RestApplication:
    async def citizen(_mark: str) -> str:
        return ""

    return RestApplication([], lambda address: address, citizen, RestOptions())
