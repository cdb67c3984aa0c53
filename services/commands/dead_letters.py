"""`minshao dead-letters`: the events that consumers gave up, and what nobody could read."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import sqlalchemy as sa
from google.protobuf import text_format

from services.commands.installation import narrowed_by_service, narrowed_by_town, parts, resources, services, tenants
from services.commands.saying import say
from services.common import dead_letters
from services.common.consumer.putting_aside import DeadLetter
from services.common.errors import NotFound
from services.common.events import Undecodable, decode
from services.common.foundation import UNDECODABLE
from services.common.service import Resources


def describe(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="command")
    every = commands.add_parser("list", help="a line for each")
    every.set_defaults(run=list_all)
    one = commands.add_parser("show", help="all that is known of one")
    one.set_defaults(run=show)
    again = commands.add_parser("replay", help="try one again, and remove it when that succeeds")
    again.add_argument(
        "--out-of-order", action="store_true", help="also when later versions of the same thing were taken already"
    )
    again.set_defaults(run=replay)
    for command in (one, again):
        command.add_argument("event", type=UUID, help="id of the event")
    for command in (every, one, again):
        narrowed_by_service(command)
        narrowed_by_town(command)


async def list_all(options: Namespace) -> int:
    """Those of every tenant, and then what could not be decoded, which belongs to none."""
    for service in services(options):
        async with resources(service) as opened:
            async for letter in _letters(opened, options):
                kind = letter.error.splitlines()[0]
                say(f"{service} {letter.tenant} {letter.event_id} {letter.type} {letter.time:%FT%TZ} {kind}")
            if not options.town:
                await _list_undecodable(opened)
    return 0


async def show(options: Namespace) -> int:
    async with _found(options) as (_, letter):
        say(f"consumer  {letter.consumer}\ntenant    {letter.tenant}\nsubject   {letter.subject}")
        say(f"given up  {letter.time:%FT%TZ}, after {letter.attempts} tries\n\n{letter.error}\n")
        for name, value in letter.headers.items():
            say(f"{name}: {value}")
        say(f"\n{_message(letter)}")
    return 0


async def replay(options: Namespace) -> int:
    async with _found(options) as (opened, letter):
        mine = parts(opened.settings.service, opened).subscriptions
        subscription = next((each for each in mine if each.name == letter.consumer), None)
        if subscription is None or letter.type not in subscription.handlers:
            raise NotFound("处理程序", f"{letter.consumer} {letter.type}")
        await dead_letters.replay(
            opened.database,
            subscription,
            letter.tenant,
            letter.event_id,
            opened.clock.now(),
            out_of_order=options.out_of_order,
        )
        say(f"{letter.type} has had its effect in {letter.tenant}")
    return 0


@asynccontextmanager
async def _found(options: Namespace) -> AsyncIterator[tuple[Resources, DeadLetter]]:
    """The letter of this event, wherever it is. Raises NotFound."""
    for service in services(options):
        async with resources(service) as opened:
            async for letter in _letters(opened, options):
                if letter.event_id == options.event:
                    yield opened, letter
                    return
    raise NotFound("死信", str(options.event))


async def _letters(opened: Resources, options: Namespace) -> AsyncIterator[DeadLetter]:
    for tenant in await tenants(opened.database, options):
        for letter in await dead_letters.listed(opened.database, tenant):
            yield letter


async def _list_undecodable(opened: Resources) -> None:
    kept = UNDECODABLE.c
    async with opened.database.platform() as tx:
        for row in await tx.rows(sa.select(kept.time, kept.subject, kept.error).order_by(kept.time)):
            say(f"{opened.settings.service} undecodable {row.subject} {row.time:%FT%TZ} {row.error}")


def _message(letter: DeadLetter) -> str:
    try:
        return text_format.MessageToString(decode(letter.subject, letter.headers, letter.payload).message, as_utf8=True)
    except Undecodable as error:
        return f"(cannot be decoded: {error})"
