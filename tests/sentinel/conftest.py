"""A county on which a story was lived through, and all that it has left behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from google.protobuf.json_format import MessageToDict

from deploy.local.accounts import OPERATOR, create_operator
from deploy.local.databases import superuser
from deploy.local.ports import Ports, address
from deploy.local.provision import requests
from deploy.local.settling import settling
from deploy.local.stack import Stack
from tests.engines import engine_folder
from tests.sentinel import refusals
from tests.sentinel.callers import Callers
from tests.sentinel.collector import Collector
from tests.sentinel.confidence import Told
from tests.sentinel.story import COUNTY, TOWN, Story


@dataclass
class Lived:
    """What is left of a story. The engines still run, the services have ended."""

    stack: Stack
    told: Told
    story: Story
    collector: Collector
    refusals: list[str]
    failures: list[str]
    metrics: str

    def dump(self, service: str) -> bytes:
        """All of a service's database, as the superuser reads it."""
        engine = self.stack.postgres
        program = engine.programs / "pg_dump"
        environment = {**os.environ, "PGPASSWORD": engine.password("postgres")}
        command = (program, "-h", "127.0.0.1", "-p", str(engine.port), "-U", "postgres", f"minshao_{service}")
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


@pytest.fixture(scope="session")
def lived() -> Iterator[Lived]:
    folder = engine_folder()
    collector = Collector()
    settings = {
        "MINSHAO_LOG_LEVEL": "debug",
        "MINSHAO_OTLP_ENDPOINT": collector.endpoint,
        "MINSHAO_GATEWAY_HTTP_PROXIES": "127.0.0.1",
        # One citizen lives all of the story.
        "MINSHAO_GATEWAY_HTTP_PUBLIC_RATE": "200",
    }
    stack = Stack(folder / "county", Ports.any_free(), throwaway=True, settings=settings)
    try:
        stack.start()
        yield asyncio.run(_live(stack, collector))
    finally:
        stack.remove()
        collector.stop()
        shutil.rmtree(folder)


async def _live(stack: Stack, collector: Collector) -> Lived:
    await _log_every_statement(stack)
    told = Told()
    async with httpx.AsyncClient(base_url=stack.rest, timeout=60, trust_env=False) as http:
        people = Callers(http, told)
        await _provision(stack, people)
        await _grow_older(stack)
        story = Story(people, told)
        await story.live()
        refused, failures = await refusals.refused(story), await refusals.broken(story, stack.postgres)
        ports = (
            stack.ports.watch_metrics,
            stack.ports.agency_metrics,
            stack.ports.risk_metrics,
            stack.ports.gateway_metrics,
        )
        metrics = [(await http.get(f"http://{address(port)}/metrics")).text for port in ports]
    for child in stack.services.values():
        # In order: then the last traces and log lines are written.
        await asyncio.to_thread(child.stop)
    return Lived(stack, told, story, collector, refused, failures, "".join(metrics))


async def _log_every_statement(stack: Stack) -> None:
    """With its parameters: so that what reaches PostgreSQL at all stands in its log, even if it is kept nowhere."""
    async with superuser(stack.postgres) as connection:
        await connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        await connection.execute("ALTER SYSTEM SET log_parameter_max_length_on_error = -1")
        await connection.execute("SELECT pg_reload_conf()")


async def _grow_older(stack: Stack) -> None:
    """The county has had its inventories for a while, so that there is a month to review."""
    async with settling(stack) as county:
        await county.settled()
    async with superuser(stack.postgres, "minshao_risk") as connection:
        await connection.execute("UPDATE inventories SET open_time = open_time - interval '40 days'")


async def _provision(stack: Stack, people: Callers) -> None:
    """The county and one town."""
    people.first_passwords[OPERATOR] = await asyncio.to_thread(create_operator, stack)
    for request in requests():
        if request.tenant.name in (COUNTY, TOWN):
            path = f"/v1/{request.tenant.name}:provision"
            answer = await people.post(OPERATOR, path, **MessageToDict(request))
            people.first_passwords |= {added["account"]: added["password"] for added in answer["addedAccounts"]}
