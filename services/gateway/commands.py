"""What an operator does on the platform's own machine, beside serving and migrating.

python -m services.gateway create-operator --county 611021 [--login operator]
python -m services.gateway rotate-token-keys
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence

from services.common.access import is_tenant
from services.common.errors import DomainError
from services.common.keys import BadKeys
from services.common.service import resources_of
from services.common.settings import BadSettings, Settings
from services.gateway.accounts.use_cases import open_operator
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


def rotate_token_keys(arguments: Sequence[str]) -> None:
    """Lets a fresh key sign tokens from now on. Running gateways follow at once; no token that is out is lost."""
    argparse.ArgumentParser(prog="python -m services.gateway rotate-token-keys").parse_args(arguments)
    file = signing_file(Settings.from_environment(SERVICE, NEEDS))
    sys.stdout.write(f"tokens are signed with the key {key_file.rotate(file)}\n")


COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {
    "create-operator": create_operator,
    "rotate-token-keys": rotate_token_keys,
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
    resources = resources_of(Settings.from_environment(SERVICE, NEEDS))
    try:
        async with resources.database.transaction(county) as tx:
            return await open_operator(tx, resources.keys, login, resources.clock.now())
    finally:
        await resources.database.close()


def _county(text: str) -> str:
    if not is_tenant(text) or len(text) != COUNTY_DIGITS:
        raise argparse.ArgumentTypeError("the code of a county has six digits")
    return text
