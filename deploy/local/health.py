"""Whether a process that listens also works."""

from __future__ import annotations

import asyncio

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from deploy.local.databases import superuser
from deploy.local.engines import Postgres


def serves(address: str) -> bool:
    """What the health service of a gRPC server at host:port says of the whole process."""
    with grpc.insecure_channel(address) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=HealthCheckRequest.SerializeToString,
            response_deserializer=HealthCheckResponse.FromString,
        )
        try:
            return check(HealthCheckRequest(), timeout=1).status == HealthCheckResponse.SERVING
        except grpc.RpcError:
            return False


def answers(engine: Postgres) -> bool:
    """Whether PostgreSQL answers a query. Not to be called inside of an event loop."""

    async def ask() -> bool:
        async with asyncio.timeout(3), superuser(engine) as connection:
            return bool(await connection.fetchval("SELECT true"))

    try:
        return asyncio.run(ask())
    except (OSError, TimeoutError):
        return False
