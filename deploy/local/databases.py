"""A service's database and the four roles that may enter it.

The owner migrates; the application, the relay and the sweeper get from its migrations just what they need. None is a
superuser, none may bypass row-level security, and only PostgreSQL's own superuser makes databases and roles.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from deploy.local.engines import Postgres

DUTIES = ("owner", "app", "relay", "sweeper")


@dataclass(frozen=True)
class ServiceDatabase:
    """Where each role of a service connects (`postgresql+asyncpg://…`, password included)."""

    name: str
    owner: str
    app: str
    relay: str
    sweeper: str


@asynccontextmanager
async def superuser(engine: Postgres, database: str = "postgres") -> AsyncIterator[asyncpg.Connection]:
    """A connection that may do everything, for making databases and looking into their catalogue."""
    connection = await asyncpg.connect(
        host="127.0.0.1", port=engine.port, user="postgres", password=engine.password("postgres"), database=database
    )
    try:
        yield connection
    finally:
        await connection.close()


def service_database(engine: Postgres, service: str, name: str | None = None) -> ServiceDatabase:
    """The addresses of a service's database, `minshao_<service>` unless another name is given."""
    name = name or f"minshao_{service}"
    return ServiceDatabase(name, *(engine.url(name, f"{service}_{duty}") for duty in DUTIES))


async def create_database(
    engine: Postgres, service: str, name: str | None = None, template: str = "template0"
) -> ServiceDatabase:
    """Makes the database and its roles where they are missing; what is there stays as it is."""
    made = service_database(engine, service, name)
    async with superuser(engine) as connection:
        await _create_roles(connection, engine, service)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", made.name):
            # Copying files costs a tenth of the default, which writes all of the template into the log.
            await connection.execute(
                f"CREATE DATABASE {made.name} OWNER {service}_owner TEMPLATE {template} STRATEGY FILE_COPY"
            )
        roles = ", ".join(f"{service}_{duty}" for duty in DUTIES)
        await connection.execute(
            f"REVOKE ALL ON DATABASE {made.name} FROM PUBLIC; GRANT CONNECT ON DATABASE {made.name} TO {roles}"
        )
    return made


async def drop_database(engine: Postgres, name: str) -> None:
    """Removes a database and ends the connections to it."""
    async with superuser(engine) as connection:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _create_roles(connection: asyncpg.Connection, engine: Postgres, service: str) -> None:
    """Under a lock: PostgreSQL has no CREATE ROLE IF NOT EXISTS, and two tests may ask at once."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('roles'))")
        known = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        for role in (f"{service}_{duty}" for duty in DUTIES):
            if role not in known:
                await connection.execute(
                    f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS "
                    f"PASSWORD '{engine.password(role)}'"
                )
