"""`minshao ledger`: proves the ledgers, and fills a stream from them again."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from services.commands.installation import (
    SERVICES,
    narrowed_by_service,
    narrowed_by_town,
    resources,
    services,
    tenants_with_entries,
)
from services.commands.saying import say
from services.common import broker
from services.common.leadership import connection
from services.common.ledger.verification import Verdict, verify
from services.common.ledger.witnesses import Witnesses, read_witnesses
from services.common.relay import Relay, republish
from services.common.relay.republishing import outbox
from services.common.service import Resources

ASK_SECONDS = 0.2


def describe(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="command")
    proof = commands.add_parser("verify", help="recompute every chain; status 1 if one does not hold")
    narrowed_by_service(proof)
    narrowed_by_town(proof)
    proof.add_argument(
        "--witness",
        type=_witnesses,
        default={},
        metavar="FILE",
        help="hold the chains against copies that the county has kept: see `gateway witness`",
    )
    proof.set_defaults(run=prove)
    again = commands.add_parser("republish", help="publish again what a stream has lost")
    again.add_argument("--service", required=True, choices=SERVICES, help="the service whose stream it is")
    narrowed_by_town(again)
    again.set_defaults(run=publish_again)


async def prove(options: Namespace) -> int:
    """Prints a line for each ledger; 1 if any is broken, or if the town that was asked for has none."""
    broken = entries = 0
    for service in services(options):
        async with resources(service, "relay_database_url") as opened:
            # Of a ledger that is gone altogether only the witnesses know.
            witnessed = [] if options.town else [tenant for tenant, of in options.witness if of == service]
            for tenant in sorted({*await tenants_with_entries(opened.settings, options), *witnessed}):
                verdict = await verify(opened.database, tenant, options.witness.get((tenant, service)))
                say(f"{service} {tenant}: {_in_words(verdict)}")
                broken += verdict.first_broken is not None
                entries += verdict.entries + verdict.unnumbered
    if options.town and not entries and not broken:
        say(f"{options.town} has no ledger here: is the code right?")
        return 1
    return 1 if broken else 0


async def publish_again(options: Namespace) -> int:
    """Returns when everything is in the stream; the relay of the running service does the work, or one of our own."""
    async with resources(options.service, "relay_database_url", "nats_url") as opened:
        settings = opened.settings
        client = await broker.connect(
            settings.nats_url, settings.service, user=settings.nats_user, password=settings.nats_password
        )
        try:
            url, js = settings.relay_database_url, broker.jetstream(client)
            count = await republish(url, js, options.service, options.town)
            say(f"{options.service}: {count} entries are to be published again")
            relay = Relay(
                url, client, options.service, opened.database.outbox, opened.clock, replicas=settings.nats_replicas
            )
            await _until_published(opened, relay)
        finally:
            await client.close()
    say(f"{options.service}: done")
    return 0


async def _until_published(opened: Resources, relay: Relay) -> None:
    relaying = asyncio.create_task(relay.run())
    try:
        async with connection(opened.settings.relay_database_url) as own:
            while (await outbox(own)).depth:  # noqa: ASYNC110 - the relay at work is in another process
                await asyncio.sleep(ASK_SECONDS)
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)


def _witnesses(path: str) -> Witnesses:
    try:
        return read_witnesses(Path(path).read_text().splitlines())
    except (OSError, ValueError) as error:
        raise ArgumentTypeError(f"{path}: {error}") from error


def _in_words(verdict: Verdict) -> str:
    waiting = f", {verdict.unnumbered} without a number yet" if verdict.unnumbered else ""
    if (broken := verdict.first_broken) is None:
        return f"{verdict.entries} entries hold{waiting}; head {verdict.head.hex()}"
    which = f" ({broken.entry})" if broken.entry else ""
    return f"BROKEN at number {broken.number}{which}: {broken.fault.value}{waiting}"
