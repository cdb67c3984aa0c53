"""`minshao`, or `python -m services`: the commands of an operator.

minshao ledger verify|republish
minshao dead-letters list|show|replay
minshao keys rotate
minshao migrate
minshao calendar show|import|set-day|clear-day
minshao gateway …
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from services.commands import calendar, dead_letters, keys, ledger, migrations
from services.common import logs
from services.common.errors import DomainError
from services.common.keys import BadKeys
from services.common.settings import BadSettings
from services.gateway import commands as gateway

MISTAKES = (BadKeys, BadSettings, DomainError, OSError)
"""What ends a command with a line on what is wrong, without a traceback."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and exits: 0 if all is well, 1 if what it looked at is not, 2 for a wrong command line."""
    given = sys.argv[1:] if arguments is None else arguments
    logs.configure("minshao", "warning")
    if given[:1] == ["gateway"]:
        sys.exit(0 if gateway.ran(given[1:]) else f"minshao: gateway knows {', '.join(gateway.COMMANDS)}")
    options = command_line().parse_args(given)
    try:
        sys.exit(asyncio.run(options.run(options)))
    except MISTAKES as mistake:
        sys.exit(f"minshao: {mistake}")


def command_line() -> argparse.ArgumentParser:
    """All commands but the gateway's own; `run` of what is parsed is the coroutine function that does it."""
    parser = argparse.ArgumentParser(prog="minshao", description="Works on an installation that its environment names.")
    commands = parser.add_subparsers(required=True, metavar="command")
    ledger.describe(commands.add_parser("ledger", help="prove the ledgers, or fill a stream from them"))
    dead_letters.describe(commands.add_parser("dead-letters", help="events that consumers gave up"))
    keys.describe(commands.add_parser("keys", help="wrap the towns' keys anew"))
    migrations.describe(commands.add_parser("migrate", help="bring databases up to date"))
    calendar.describe(commands.add_parser("calendar", help="the working days of the county and its towns"))
    commands.add_parser("gateway", help=f"of the gateway: {', '.join(gateway.COMMANDS)}")
    return parser


if __name__ == "__main__":
    main()
