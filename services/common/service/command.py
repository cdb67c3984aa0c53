"""The command line of a service: `python -m services.watch serve|migrate`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from services.common.clock import ClockFileRefused
from services.common.crew import Lost
from services.common.keys import BadKeys
from services.common.rpc.access_option import ContractError
from services.common.rpc.server import PortTaken
from services.common.service.parts import Service
from services.common.service.process import serve
from services.common.settings import MIGRATE, SERVE, BadSettings, Settings
from services.common.typesetting import FontsMissing

MISTAKES = (BadSettings, BadKeys, ClockFileRefused, FontsMissing, PortTaken, ContractError, Lost)
"""What ends a process with a line on how to mend it, without a traceback."""


def run(service: Service, arguments: Sequence[str] | None = None) -> None:
    """Serves or migrates, as the command line says, and exits: 0 after an orderly end, 1 after anything else."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{service.name}")
    parser.add_argument(
        "command", choices=["serve", "migrate"], help="run the service, or bring its database up to date"
    )
    command = parser.parse_args(arguments).command
    try:
        if command == "serve":
            asyncio.run(serve(service, Settings.from_environment(service.name, SERVE)))
        else:
            asyncio.run(_migrate(service, Settings.from_environment(service.name, MIGRATE)))
    except MISTAKES as mistake:
        sys.exit(f"{service.name}: {mistake}")


async def _migrate(service: Service, settings: Settings) -> None:
    from services.common.migrations import upgrade  # noqa: PLC0415 - alembic is a fourth of all that a server would load

    await upgrade(settings.owner_database_url, service.name)
