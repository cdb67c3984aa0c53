"""Bringing a service's database to its newest step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.common.foundation import TENANTS

HERE = Path(__file__).parent
SERVICES = HERE.parent.parent

SET_TENANT = sa.text("SELECT set_config('app.tenant', :tenant, true)")

LOCK = 0x6D696E7368616F
"""Key of the advisory lock that lets one at a time migrate a database."""


async def upgrade(owner_url: str, service: str, versions: Path | None = None) -> None:
    """Takes the service's database to the newest step, as its owner. Several at a time wait for each other.

    `versions` is the folder of the steps, by default that of the service in this package.
    """
    engine = create_async_engine(make_url(owner_url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    config = configuration(versions or SERVICES / service / "migrations" / "versions")
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, config)


def configuration(versions: Path) -> Config:
    """What alembic needs to know for one service."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions))
    return config


def for_each_tenant(connection: sa.Connection, change: Callable[[], object]) -> None:
    """Runs a change of rows once for each tenant that the service knows, with the tenant set.

    `connection` is `op.get_bind()`. Under forced row security an owner's `UPDATE` without a tenant touches no row, and
    does not say so.
    """
    for tenant in connection.scalars(sa.select(TENANTS.c.tenant)).all():
        connection.execute(SET_TENANT, {"tenant": tenant})
        change()
    connection.execute(SET_TENANT, {"tenant": ""})


def _upgrade(connection: sa.Connection, config: Config) -> None:
    # For the session, not for a transaction: a step may commit in between, to build an index concurrently.
    connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
    connection.commit()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
