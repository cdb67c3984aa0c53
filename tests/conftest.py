"""Fixtures of every test: real engines, a migrated database of one's own, a NATS account of one's own."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from xdist.workermanage import WorkerController

from deploy.local.databases import ServiceDatabase, create_database, drop_database, superuser
from deploy.local.engines import THROWAWAY, Nats, Postgres
from deploy.local.processes import free_port
from services.common import migrations
from tests.engines import Engines, NatsRoom, accounts_of_worker, engine_folder

ENGINES = pytest.StashKey[Engines]()
COUNTIES = iter(random.sample([code for code in range(110_000, 660_000) if code != 611_021], 50_000))
"""Codes of counties that are no test's yet, in any order. Workers may draw the same: each has its own databases."""

# Two cores are shared with PostgreSQL, NATS and the other workers: how long an example takes says nothing.
SLOW = (HealthCheck.too_slow,)
settings.register_profile("exploring", deadline=None, suppress_health_check=SLOW)
settings.register_profile("repeatable", deadline=None, suppress_health_check=SLOW, derandomize=True)
# The continuous integration answers for a commit, with the same examples each time; people look for new ones.
settings.load_profile("repeatable" if os.environ.get("CI") else "exploring")


def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the engines; workers of pytest-xdist are told where they are."""
    if hasattr(config, "workerinput"):
        config.stash[ENGINES] = Engines.found(config.workerinput["engines"])
    elif not config.option.collectonly:
        config.stash[ENGINES] = Engines.new()
        config.stash[ENGINES].start()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    node.workerinput["engines"] = node.config.stash[ENGINES].described()


def pytest_unconfigure(config: pytest.Config) -> None:
    if ENGINES in config.stash and not hasattr(config, "workerinput"):
        config.stash[ENGINES].stop()


@pytest.fixture(scope="session")
def engines(pytestconfig: pytest.Config) -> Engines:
    """The engines of the whole run."""
    return pytestconfig.stash[ENGINES]


@pytest.fixture(scope="session")
def postgres(engines: Engines) -> Postgres:
    """The cluster of the whole run; `postgres.url()` is the superuser's address. Never stop it."""
    return engines.postgres


@pytest.fixture(scope="session")
def nats_rooms(engines: Engines) -> Callable[[], NatsRoom]:
    """Hands out NATS accounts that nobody has used yet."""
    accounts = accounts_of_worker()
    return lambda: NatsRoom(engines.nats, next(accounts))


@pytest.fixture
def nats_server(nats_rooms: Callable[[], NatsRoom]) -> NatsRoom:
    """The NATS server of the whole run, in an account that is this test's alone."""
    return nats_rooms()


@pytest.fixture
async def database_for(postgres: Postgres) -> AsyncIterator[Callable[[str], Awaitable[ServiceDatabase]]]:
    """Makes a fresh, migrated database of a service; it goes with the test."""
    made: list[str] = []

    async def database(service: str) -> ServiceDatabase:
        template = await migrated_template(postgres, service)
        made.append(f"{service}_{uuid4().hex}")
        return await create_database(postgres, service, made[-1], template)

    yield database
    for name in made:
        await drop_database(postgres, name)


async def migrated_template(postgres: Postgres, service: str, steps: Path | None = None) -> str:
    """The database that is migrated once per run and copied for each test, by the service's own steps or by others."""
    finished, unfinished = f"template_{service}", f"unfinished_{service}"
    async with superuser(postgres) as connection:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", finished)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", finished):
            database = await create_database(postgres, service, unfinished)
            await migrations.upgrade(database.owner, service, steps)
            await connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {finished}")
    return finished


@pytest.fixture
async def bare_database(postgres: Postgres) -> AsyncIterator[Callable[[str], Awaitable[ServiceDatabase]]]:
    """Makes a fresh database with the service's roles and nothing in it; it goes with the test."""
    made: list[str] = []

    async def database(service: str) -> ServiceDatabase:
        made.append(f"{service}_{uuid4().hex}")
        return await create_database(postgres, service, made[-1])

    yield database
    for name in made:
        await drop_database(postgres, name)


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A cluster that this test may stop and kill."""
    folder = engine_folder()
    engine = Postgres(folder, free_port(), uuid4().hex, THROWAWAY)
    engine.start()
    yield engine
    engine.stop()
    engine.remove()
    shutil.rmtree(folder)


@pytest.fixture
def own_nats() -> Iterator[Nats]:
    """A NATS server that this test may stop, kill and rob of its store."""
    folder = engine_folder()
    server = Nats(folder, free_port(), uuid4().hex)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def tenant() -> str:
    """The code of a town in a county that no other test uses."""
    return f"{next(COUNTIES)}{random.randrange(1, 1000):03}"
