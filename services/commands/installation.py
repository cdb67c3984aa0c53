"""The services of this installation, and the tenants in each of them."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa

from services.common.access import is_tenant
from services.common.database import Database
from services.common.foundation import TENANTS
from services.common.leadership import connection
from services.common.service import Parts, Resources, resources_of
from services.common.settings import Settings

SERVICES = tuple(sorted(part.parent.name for part in Path(__file__).parent.parent.glob("*/parts.py")))
"""Every package here that has parts is a service."""

WITH_ENTRIES = "SELECT tenant FROM ledger_heads UNION SELECT tenant FROM ledger WHERE number IS NULL ORDER BY tenant"


def narrowed_by_service(parser: ArgumentParser) -> None:
    """Adds `--service`."""
    parser.add_argument("--service", choices=SERVICES, help="only this service (default: all)")


def narrowed_by_town(parser: ArgumentParser) -> None:
    """Adds `--town`."""
    parser.add_argument(
        "--town", type=tenant_code, metavar="CODE", help="only this town or county, such as 611021101 (default: all)"
    )


def tenant_code(text: str) -> str:
    """A tenant's code as an argument."""
    if not is_tenant(text):
        raise ArgumentTypeError("县的代码为 6 位数字，镇、街道的代码为 9 位数字。")
    return text


def services(options: Namespace) -> Iterable[str]:
    """Those that the command line asks for."""
    return (options.service,) if options.service else SERVICES


@asynccontextmanager
async def resources(service: str, *needs: str) -> AsyncIterator[Resources]:
    """What the service works with, by its settings. Raises BadSettings where one of `needs` is not set."""
    opened = resources_of(Settings.from_environment(service, ("database_url", *needs)))
    try:
        yield opened
    finally:
        await opened.database.close()


def parts(service: str, opened: Resources) -> Parts:
    """What the service is made of; nothing of it is started."""
    made: Parts = import_module(f"services.{service}.parts").parts(opened)
    return made


async def tenants(database: Database, options: Namespace) -> list[str]:
    """The tenants that the service knows and the command line asks for."""
    if options.town:
        return [options.town]
    async with database.platform() as tx:
        return [tenant for (tenant,) in await tx.rows(sa.select(TENANTS.c.tenant).order_by(TENANTS.c.tenant))]


async def tenants_with_entries(settings: Settings, options: Namespace) -> list[str]:
    """The tenants whose ledger holds anything, whether or not the service's own list of tenants says so."""
    if options.town:
        return [options.town]
    async with connection(settings.relay_database_url) as relay:
        return [row["tenant"] for row in await relay.fetch(WITH_ENTRIES)]
