"""The county that is measured: the real processes with the real waiting for the disk, and who calls them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
import psutil

from deploy.local.accounts import Accounts, provision
from deploy.local.databases import superuser
from deploy.local.divisions import divisions
from deploy.local.ports import Ports
from deploy.local.processes import Child
from deploy.local.settling import PATIENCE, settling
from deploy.local.stack import Stack
from deploy.local.troubles import Trouble
from services.common.access import Grant, Role
from services.common.settings import Settings
from services.common.token_keys import from_document
from services.common.tokens import TokenSigner


@dataclass(frozen=True, slots=True)
class Town:
    """A town, a unit of it, and an officer's token."""

    code: str
    unit: str
    token: str


class County:
    """All processes of a county, in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.stack = Stack(home, Ports.any_free())

    @property
    def watch(self) -> Child:
        return self.stack.services["watch"]

    def towns(self) -> list[Town]:
        """The towns and sub-districts of Luonan, sixteen of them."""
        codes = [each.code for each in divisions() if each.kind in ("town", "subdistrict")]
        return [self.town(code) for code in codes]

    def town(self, code: str) -> Town:
        account = f"tenants/{code}/accounts/discipline-officer"
        return Town(code, f"tenants/{code}/units/{code}.finance", self.token(account, Role.TOWN_DISCIPLINE, code))

    def villages(self) -> dict[str, str]:
        """The code of the first village or community of each town, by town."""
        return {each.parent: each.code for each in reversed(divisions()) if each.kind in ("village", "community")}

    def token(self, account: str, role: Role, scope: str) -> str:
        """A token as the gateway would sign it, good for as long as the bench runs."""
        keys = from_document(self.stack.keys.token_signing_keys.read_text())
        signer = TokenSigner(Settings(service="bench").token_issuer, keys, lifetime=timedelta(hours=3))
        return signer.sign(account, [Grant(role, scope)])[0]

    def provision(self) -> None:
        """All of Luonan through the public contract; returns when watch knows all of it."""
        asyncio.run(provision(self.stack, Accounts(self.stack.home / "accounts.json")))
        self.settle()

    def settle(self, patience: float = PATIENCE) -> None:
        """Returns when every event has been published and taken. Raises NotSettled after so many seconds."""

        async def settled() -> None:
            async with settling(self.stack) as county:
                await county.settled(patience=patience)

        asyncio.run(settled())

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """As the superuser, whom no row security binds."""
        async with superuser(self.stack.postgres, f"minshao_{service}") as connection:
            yield connection


def family(child: Child) -> list[psutil.Process]:
    """A process and those that it started. Raises Trouble when it does not run."""
    if (process := child.process()) is None:
        raise Trouble(f"{child.name} has ended; see {child.log}")
    return [process, *process.children(recursive=True)]


def memory_mib(child: Child) -> float:
    """What it takes of the machine's memory, with its children; what processes share counts once."""
    total = 0
    for process in family(child):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total / (1 << 20)


def processor_seconds(child: Child) -> float:
    """How long it has had a processor, with its children, those that have ended too."""
    own, *others = family(child)
    times = own.cpu_times()
    seconds = times.user + times.system + times.children_user + times.children_system
    for process in others:
        with suppress(psutil.NoSuchProcess):
            seconds += sum(process.cpu_times()[:2])
    return float(seconds)
