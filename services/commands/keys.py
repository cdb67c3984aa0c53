"""`minshao keys`: the keys under which the towns' keys are wrapped."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from services.commands.installation import narrowed_by_service, narrowed_by_town, resources, services, tenants
from services.commands.saying import say
from services.common import town_keys


def describe(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="command")
    again = commands.add_parser("rotate", help="wrap every town key under the newest master key")
    narrowed_by_service(again)
    narrowed_by_town(again)
    again.set_defaults(run=rotate)


async def rotate(options: Namespace) -> int:
    """Harmless to repeat. The older master keys may go once it re-wraps none any more."""
    for service in services(options):
        async with resources(service) as opened:
            known = await tenants(opened.database, options)
            done = await town_keys.rotate(opened.database, known, opened.keys)
            say(f"{service}: {done.rewrapped} town keys are under {done.newest} now, {done.current} were already")
    return 0
