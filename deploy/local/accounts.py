"""The people of a county that `make up` has started: Luonan, provisioned once, and a handful of accounts to try.

Every account and its first password stand in `accounts.json`; those of CAST have been taken into use already, all
with one password, so that they can sign in at once.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path

import grpc
from minshao.agency.v1 import item_service_pb2, standards_service_pb2
from minshao.gateway.v1 import (
    ChangePasswordRequest,
    ChangePasswordResponse,
    ProvisionTenantResponse,
    ResetPasswordRequest,
    ResetPasswordResponse,
    SignInRequest,
    SignInResponse,
    account_service_pb2,
    organisation_service_pb2,
    session_service_pb2,
)

from deploy.local import items, standards
from deploy.local.ports import address
from deploy.local.provision import requests
from deploy.local.stack import Stack
from deploy.local.troubles import Trouble
from services.common.errors import DomainError, Kind
from services.common.rpc.client import Client, connect

COUNTY = "tenants/611021"
OPERATOR = f"{COUNTY}/accounts/operator"

CAST = {
    OPERATOR: "运维",
    f"{COUNTY}/accounts/discipline-secretary": "县纪委书记",
    f"{COUNTY}/accounts/viewer": "县督查室",
    "tenants/611021101/accounts/discipline-secretary": "镇纪委书记",
    "tenants/611021101/accounts/party-committee": "镇党委副书记",
    "tenants/611021101/accounts/finance-secretary": "财政所支部书记",
    "tenants/611021101/accounts/finance-officer": "财政所干事",
    "tenants/611021101/accounts/finance-registrar": "财政所监督哨登记员",
    "tenants/611021101/accounts/v201-registrar": "下涧村代办员、登记员",
    "tenants/611021101/accounts/service-centre-registrar": "镇便民服务中心窗口",
    f"{COUNTY}/accounts/civil-affairs-officer": "县民政局窗口",
}
"""Who can be tried: one of each role that a town and the county have."""

ORGANISATION = organisation_service_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
ACCOUNTS = account_service_pb2.DESCRIPTOR.services_by_name["AccountService"]
SESSIONS = session_service_pb2.DESCRIPTOR.services_by_name["SessionService"]
ITEMS = item_service_pb2.DESCRIPTOR.services_by_name["ItemService"]
STANDARDS = standards_service_pb2.DESCRIPTOR.services_by_name["StandardsService"]


@dataclass
class Passwords:
    """What is known of the county's passwords."""

    password: str
    """Of everyone in CAST."""
    first_passwords: dict[str, str] = field(default_factory=dict)
    """Of all others, by account."""


@dataclass
class Accounts:
    """The accounts of one local county, kept in a file that only its owner can read."""

    file: Path

    @property
    def ready(self) -> bool:
        """Whether the county has been provisioned to its end."""
        return self.file.exists()

    @property
    def password(self) -> str:
        """The password of everyone in CAST."""
        return self._kept(self.file).password

    @property
    def waiting(self) -> Collection[str]:
        """The accounts that nobody uses yet: all others, and those that came into CAST after the county was made."""
        return self._kept(self.file).first_passwords.keys()

    @property
    def begun(self) -> Passwords:
        """What an earlier try came to that did not get to the end; a new beginning where there was none."""
        return (
            self._kept(self._unfinished) if self._unfinished.exists() else Passwords(f"luonan-{secrets.token_hex(4)}")
        )

    def keep(self, passwords: Passwords) -> None:
        """Writes what is known so far, in one step: first passwords are shown once, and an interrupt loses none."""
        writing = self.file.with_suffix(".writing")
        writing.touch(mode=0o600)
        writing.write_text(json.dumps(asdict(passwords), indent=1))
        writing.rename(self._unfinished)

    def finish(self) -> None:
        """From here on the county is ready."""
        self._unfinished.rename(self.file)

    @property
    def _unfinished(self) -> Path:
        return self.file.with_suffix(".unfinished")

    @staticmethod
    def _kept(file: Path) -> Passwords:
        return Passwords(**json.loads(file.read_text()))


async def provision(stack: Stack, accounts: Accounts) -> None:
    """Provisions Luonan and publishes its service items and standards, through the public contract; what is there stays
    as it is. Raises Trouble.

    Goes on where an earlier try was ended.
    """
    known = accounts.begun
    async with connect(address(stack.ports.gateway), (ORGANISATION, SESSIONS, ACCOUNTS)) as channel:
        try:
            accounts.keep(known)
            token = await _take_into_use(channel, OPERATOR, create_operator(stack), known.password)
            organisation = Client(channel, ORGANISATION, token)
            for request in requests():
                answer = await organisation.call(request, ProvisionTenantResponse, limit=60)
                known.first_passwords |= {added.account: added.password for added in answer.added_accounts}
                accounts.keep(known)
            for account in CAST.keys() - {OPERATOR}:
                first = known.first_passwords.pop(account, None)
                if first is None and not await _signs_in(channel, account, known.password):
                    first = await _reset(channel, account, token)
                if first is not None:
                    await _take_into_use(channel, account, first, known.password)
                accounts.keep(known)
            async with connect(address(stack.ports.agency), (ITEMS, STANDARDS)) as agency:
                await items.publish(Client(agency, ITEMS, token))
                await standards.publish(Client(agency, STANDARDS, token))
        except DomainError as error:
            raise Trouble(f"Luonan could not be provisioned: {error}") from error
    accounts.finish()


async def _signs_in(channel: grpc.aio.Channel, account: str, password: str) -> bool:
    """Whether an earlier try has taken the account into use."""
    tenant, _, login = account.partition("/accounts/")
    try:
        await Client(channel, SESSIONS).call(
            SignInRequest(parent=tenant, login=login, password=password), SignInResponse
        )
    except DomainError as error:
        if error.kind is not Kind.UNAUTHENTICATED:
            raise
        return False
    return True


async def _reset(channel: grpc.aio.Channel, account: str, token: str) -> str:
    """Another first password, where the one that was shown has been lost."""
    answer = await Client(channel, ACCOUNTS, token).call(ResetPasswordRequest(name=account), ResetPasswordResponse)
    return answer.first_password


async def _take_into_use(channel: grpc.aio.Channel, account: str, first_password: str, password: str) -> str:
    """Changes the first password, as its holder must before anything else. Returns an access token.

    An earlier try may have done so, and have been ended before that was written down.
    """
    tenant, _, login = account.partition("/accounts/")
    change = ChangePasswordRequest(parent=tenant, login=login, old_password=first_password, new_password=password)
    try:
        answer = await Client(channel, SESSIONS).call(change, ChangePasswordResponse)
    except DomainError as error:
        if error.kind is not Kind.UNAUTHENTICATED or not await _signs_in(channel, account, password):
            raise
        return ""
    return answer.tokens.access_token


def create_operator(stack: Stack) -> str:
    """The first password of the operator, whose account is opened on the machine itself."""
    county = COUNTY.removeprefix("tenants/")
    command = (sys.executable, "-m", "services.gateway", "create-operator", "--county", county)
    made = subprocess.run(command, env=stack.process_environment(), capture_output=True, text=True, check=False)
    if made.returncode:
        raise Trouble(f"the operator's account could not be opened: {made.stderr.strip().splitlines()[-1]}")
    return made.stdout.split()[-1]
