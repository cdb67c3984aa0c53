"""The people of a county that `make up` has started: Luonan, provisioned once, and a handful of accounts to try.

Every account and its first password stand in `accounts.json`; those of CAST have been taken into use already, all
with one password, so that they can sign in at once.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import grpc
from minshao.gateway.v1 import (
    ChangePasswordRequest,
    ChangePasswordResponse,
    ProvisionTenantResponse,
    organisation_service_pb2,
    session_service_pb2,
)

from deploy.local.ports import address
from deploy.local.provision import requests
from deploy.local.stack import Stack
from deploy.local.troubles import Trouble
from services.common.errors import DomainError
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
}
"""Who can be tried: one of each role that the first town and the county have."""

ORGANISATION = organisation_service_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
SESSIONS = session_service_pb2.DESCRIPTOR.services_by_name["SessionService"]


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
        return str(json.loads(self.file.read_text())["password"])

    def keep(self, password: str, first_passwords: dict[str, str]) -> None:
        """Writes the file in one step."""
        unfinished = self.file.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps({"password": password, "first_passwords": first_passwords}, indent=1))
        unfinished.rename(self.file)


async def provision(stack: Stack, accounts: Accounts) -> None:
    """Provisions Luonan through the public contract; what is there already is left as it is. Raises Trouble."""
    password = f"luonan-{secrets.token_hex(4)}"
    async with connect(address(stack.ports.gateway), (ORGANISATION, SESSIONS)) as channel:
        try:
            first_passwords = {OPERATOR: create_operator(stack)}
            token = await _take_into_use(channel, OPERATOR, first_passwords.pop(OPERATOR), password)
            organisation = Client(channel, ORGANISATION, token)
            for request in requests():
                answer = await organisation.call(request, ProvisionTenantResponse, limit=60)
                first_passwords |= {added.account: added.password for added in answer.added_accounts}
            for account in CAST.keys() & first_passwords.keys():
                await _take_into_use(channel, account, first_passwords.pop(account), password)
        except DomainError as error:
            raise Trouble(f"Luonan could not be provisioned: {error}") from error
    accounts.keep(password, first_passwords)


async def _take_into_use(channel: grpc.aio.Channel, account: str, first_password: str, password: str) -> str:
    """Changes the first password, as its holder must before anything else. Returns an access token."""
    tenant, _, login = account.partition("/accounts/")
    change = ChangePasswordRequest(parent=tenant, login=login, old_password=first_password, new_password=password)
    answer = await Client(channel, SESSIONS).call(change, ChangePasswordResponse)
    return answer.tokens.access_token


def create_operator(stack: Stack) -> str:
    """The first password of the operator, whose account is opened on the machine itself."""
    county = COUNTY.removeprefix("tenants/")
    command = (sys.executable, "-m", "services.gateway", "create-operator", "--county", county)
    made = subprocess.run(command, env=stack.process_environment(), capture_output=True, text=True, check=False)
    if made.returncode:
        raise Trouble(f"the operator's account could not be opened: {made.stderr.strip().splitlines()[-1]}")
    return made.stdout.split()[-1]
