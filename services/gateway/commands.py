"""What an operator does on the platform's own machine, beside serving and migrating.

python -m services.gateway create-operator --county 611021 [--login operator]
python -m services.gateway renew-officer --county 611021 --login jiwei
python -m services.gateway rotate-token-keys
python -m services.gateway rebuild [--tenant 611021]
python -m services.gateway witness --town 611021101
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import sqlalchemy as sa

from services.common.access import is_tenant
from services.common.errors import DomainError
from services.common.foundation import TENANTS
from services.common.keys import BadKeys
from services.common.service import Resources, resources_of
from services.common.settings import BadSettings, Settings
from services.gateway.accounts.use_cases import open_operator, renew_officer
from services.gateway.board import use_cases as board
from services.gateway.desks import use_cases as desks
from services.gateway.feed import witness
from services.gateway.matters import use_cases as matters
from services.gateway.parts import signing_file
from services.gateway.sessions import key_file

SERVICE = "gateway"
NEEDS = ("database_url",)
COUNTY_DIGITS = 6


def create_operator(arguments: Sequence[str]) -> None:
    """Opens the account of an operator, and prints its first password, which must be changed at the first sign-in.

    Again for the same login: a new first password, and the old one is void. Also the way back in for an operator
    who has lost theirs.
    """
    parser = argparse.ArgumentParser(prog="python -m services.gateway create-operator", description=__doc__)
    parser.add_argument("--county", required=True, type=_county, help="code of the county, such as 611021")
    parser.add_argument("--login", default="operator", help="login of the account (default: operator)")
    options = parser.parse_args(arguments)
    password = asyncio.run(_open(options.county, options.login))
    sys.stdout.write(f"account  tenants/{options.county}/accounts/{options.login}\npassword {password}\n")


def renew_county_officer(arguments: Sequence[str]) -> None:
    """Prints a new first password for a discipline officer of the county, whose sessions end.

    For when no two officers are left who could consent to a role: each has had a password reset by the other, or by
    the same third one.
    """
    parser = argparse.ArgumentParser(
        prog="python -m services.gateway renew-officer", description=renew_county_officer.__doc__
    )
    parser.add_argument("--county", required=True, type=_county, help="code of the county, such as 611021")
    parser.add_argument("--login", required=True, help="login of the officer")
    options = parser.parse_args(arguments)
    password = asyncio.run(_renew(options.county, options.login))
    sys.stdout.write(f"account  tenants/{options.county}/accounts/{options.login}\npassword {password}\n")


def rotate_token_keys(arguments: Sequence[str]) -> None:
    """Lets a fresh key sign tokens from now on. Running gateways follow at once; no token that is out is lost."""
    argparse.ArgumentParser(prog="python -m services.gateway rotate-token-keys").parse_args(arguments)
    file = signing_file(Settings.from_environment(SERVICE, NEEDS))
    sys.stdout.write(f"tokens are signed with the key {key_file.rotate(file)}\n")


def rebuild_boards(arguments: Sequence[str]) -> None:
    """Makes overdue board, figures by day and desks anew from what the feeds keep, while the gateway runs."""
    parser = argparse.ArgumentParser(prog="python -m services.gateway rebuild", description=rebuild_boards.__doc__)
    parser.add_argument("--tenant", type=_tenant, help="only those of this county or town (default: all)")
    asyncio.run(_rebuild(parser.parse_args(arguments).tenant))


def bear_witness(arguments: Sequence[str]) -> None:
    """Prints the county's copies of a town's ledgers, for `minshao ledger verify --witness`."""
    parser = argparse.ArgumentParser(prog="python -m services.gateway witness", description=bear_witness.__doc__)
    parser.add_argument("--town", required=True, type=_tenant, help="code of the town, such as 611021101")
    asyncio.run(_bear_witness(parser.parse_args(arguments).town))


COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {
    "create-operator": create_operator,
    "renew-officer": renew_county_officer,
    "rotate-token-keys": rotate_token_keys,
    "rebuild": rebuild_boards,
    "witness": bear_witness,
}


def ran(arguments: Sequence[str]) -> bool:
    """Whether the command line names one of these commands; it has run then. Exits with a line on what is wrong."""
    if not arguments or (command := COMMANDS.get(arguments[0])) is None:
        return False
    try:
        command(arguments[1:])
    except (BadSettings, BadKeys, DomainError, OSError, ValueError) as mistake:
        sys.exit(f"{SERVICE}: {mistake}")
    return True


async def _open(county: str, login: str) -> str:
    async with _resources() as resources, resources.database.transaction(county) as tx:
        return await open_operator(tx, resources.keys, login, resources.clock.now())


async def _renew(county: str, login: str) -> str:
    async with _resources() as resources, resources.database.transaction(county) as tx:
        return await renew_officer(tx, resources.keys, login, resources.clock.now())


async def _rebuild(tenant: str | None) -> None:
    async with _resources() as resources:
        async with resources.database.platform() as tx:
            every = await tx.rows(sa.select(TENANTS.c.tenant).order_by(TENANTS.c.tenant))
        for observer in [tenant] if tenant else [known for (known,) in every]:
            rebuilt = await board.rebuild(resources.database, observer)
            entries = await desks.rebuild(resources.database, observer)
            links = await matters.rebuild(resources.database, observer)
            told = f"{rebuilt.overdue} overdue, {entries} at windows, {links} links, from {rebuilt.events} events"
            sys.stdout.write(f"{observer}: {told}\n")


async def _bear_witness(town: str) -> None:
    async with _resources() as resources:
        async for copy in witness.copies(resources.database, town):
            sys.stdout.write(f"{copy}\n")


@asynccontextmanager
async def _resources() -> AsyncIterator[Resources]:
    resources = resources_of(Settings.from_environment(SERVICE, NEEDS))
    try:
        yield resources
    finally:
        await resources.database.close()


def _tenant(text: str) -> str:
    if not is_tenant(text):
        raise argparse.ArgumentTypeError("the code of a county has six digits, that of a town nine")
    return text


def _county(text: str) -> str:
    if not is_tenant(text) or len(text) != COUNTY_DIGITS:
        raise argparse.ArgumentTypeError("the code of a county has six digits")
    return text
