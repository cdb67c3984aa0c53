from __future__ import annotations

from prometheus_client import REGISTRY

from tests.gateway_rest.front import Front

LIST = "/workshop.v1.WorkshopService/ListThings"


def counted(rpc: str, status: str) -> float:
    return REGISTRY.get_sample_value("minshao_http_responses_total", {"rpc": rpc, "status": status}) or 0.0


async def test_responses_are_counted_by_rpc_and_status(front: Front) -> None:
    before = counted(LIST, "200"), counted(LIST, "400"), counted("", "404")

    await front.client.get("/v1/tenants/611021/things")
    await front.client.get("/v1/tenants/611021/things?unknown=1")
    await front.client.get("/v1/nothing")

    assert (counted(LIST, "200"), counted(LIST, "400"), counted("", "404")) == tuple(each + 1 for each in before)
