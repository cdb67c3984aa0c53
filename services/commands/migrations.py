"""`minshao migrate`: brings databases up to date."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from services.commands.installation import narrowed_by_service, services
from services.commands.saying import say
from services.common.migrations import upgrade
from services.common.settings import MIGRATE, Settings


def describe(parser: ArgumentParser) -> None:
    narrowed_by_service(parser)
    parser.set_defaults(run=migrate)


async def migrate(options: Namespace) -> int:
    """One service after the other, as its database's owner; harmless where there is nothing to do."""
    for service in services(options):
        await upgrade(Settings.from_environment(service, MIGRATE).owner_database_url, service)
        say(f"{service}: the database is up to date")
    return 0
