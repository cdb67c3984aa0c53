"""Calls that are refused, or break, each with words in them that a careless error would repeat."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx

from deploy.local.databases import superuser
from deploy.local.engines import Postgres
from tests.sentinel.callers import CITIZEN
from tests.sentinel.confidence import planted
from tests.sentinel.story import COUNTY, HEAD, OFFICER, PARTY, REGISTRAR, TOWN, VIEWER, VILLAGE, Story

TYPED_AS_LOGIN = "password that was typed as a login"

BREAKING = {
    "watch": ("report_texts", "receipts", "reports"),
    "gateway": ("accounts",),
}
"""Tables that refuse every row for a while, so that what is written to them fails inside of the service."""


async def refused(story: Story) -> list[str]:
    """All that is said to calls that are wrong, or not allowed."""
    said = []
    for who, method, path, body in (
        *(*_wrong_words(story), *_wrong_applications(story)),
        *(*_wrong_people(story), *_wrong_keys(story)),
    ):
        response = await story.people.tried(who, method, path, body)
        assert response.is_client_error, f"{path}: {response.status_code} {response.text}"
        said.append(_all_of(response))
    return [*said, *await _wrong_tokens(story), *await _wrong_bytes(story)]


async def broken(story: Story, engine: Postgres) -> list[str]:
    """All that is said to calls in which something of ours fails."""
    told, said = story.told, []
    account = HEAD.rpartition("/")[2]
    body = story.report("accusation", kind="KIND_ACCUSATION", mode="REPORTER_MODE_NAMED")
    named = {**body, "reporter": {"name": told["identity"], "contact": told["contact"]}}
    new = told.add("password that could not be kept", planted("Qing-"))
    change = {"login": account, "oldPassword": told[f"password of {HEAD}"], "newPassword": new}
    for service, tables in BREAKING.items():
        for table in tables:
            async with _refusing_rows(engine, service, table):
                path = f"/v1/{TOWN}/reports" if service == "watch" else f"/v1/{TOWN}:changePassword"
                response = await story.people.tried(CITIZEN, "POST", path, named if service == "watch" else change)
            assert response.status_code == 500, f"{table}: {response.text}"
            said.append(_all_of(response))
    return said


Call = tuple[str, str, str, object]


def _wrong_words(story: Story) -> Iterator[Call]:
    told, reports = story.told, f"/v1/{TOWN}/reports"
    body = story.report("accusation", kind="KIND_ACCUSATION", mode="REPORTER_MODE_NAMED")
    reporter = {"name": told["identity"], "contact": told["contact"]}
    for wrong in (
        {"text": told["accusation"] * 2000},
        {"kind": told["accusation"]},
        {"matter": "MATTER_UNSPECIFIED"},
        {"unit": f"{TOWN}/units/611021101.nowhere"},
        {"unit": told["accusation"]},
        {"reporter": {"name": f"{told['identity']}\u202e"}},
        {"reporter": [told["identity"]]},
        {"reporter": {**reporter, "contact": told["contact"] * 30}},
        {"subject": {"about": told["about"], "cadre": f"{TOWN}/cadres/nobody"}},
        {"receiveTime": told["accusation"]},
        {"channel": "CHANNEL_ORAL", "oralTo": told["identity"]},
        {"requestId": told["accusation"]},
    ):
        yield CITIZEN, "POST", reports, {**body, "reporter": reporter, **wrong}
    yield CITIZEN, "POST", f"/v1/{TOWN}x/reports", {**body, "reporter": reporter}
    yield CITIZEN, "DELETE", reports, {**body, "reporter": reporter}
    yield HEAD, "GET", f"{reports}?pageToken={told['accusation']}", None
    yield HEAD, "GET", f"{reports}?orderBy={told['accusation']}", None
    yield HEAD, "GET", f"/v1/{TOWN}/reports/{told['accusation']}", None


def _wrong_applications(story: Story) -> Iterator[Call]:
    told, cases = story.told, f"/v1/{TOWN}/cases"
    phone, identity = told["telephone on line"], told["identity number on line"]
    right = {"name": told["applicant on line"], "phone": phone, "identityNumber": identity}
    for wrong in (
        {"identityNumber": f"{identity[:-1]}{'1' if identity[-1] == 'X' else 'X'}"},
        {"identityNumber": identity * 2},
        {"phone": f"{phone}x"},
        {"name": f"{right['name']}\u202e"},
    ):
        body = {"point": f"{TOWN}/points/{VILLAGE}", "item": "SH-99", "applicant": {**right, **wrong}}
        yield CITIZEN, "POST", f"{cases}:apply", body
    yield CITIZEN, "POST", f"{cases}:lookUp", {"number": phone, "phone": phone}
    yield CITIZEN, "POST", f"{cases}:lookUp", {"number": identity, "phone": f"{phone}x"}
    asked = {"point": f"{TOWN}/points/nowhere", "question": told["asked in a consultation"]}
    yield CITIZEN, "POST", f"/v1/{TOWN}/consultations:ask", asked


def _wrong_people(story: Story) -> Iterator[Call]:
    told, name = story.told, story.accusation
    for who in (CITIZEN, REGISTRAR, OFFICER, VIEWER, PARTY, HEAD):
        yield who, "POST", f"/v1/{name}:revealIdentity", {"reason": told["look"]}
        yield who, "POST", f"/v1/{name}:answer", {"finding": "FINDING_PARTLY", "text": told["answer"]}
        yield who, "POST", f"/v1/{name}:postMessage", {"text": told["message"]}
        yield who, "GET", f"/v1/{name}", None


def _wrong_keys(story: Story) -> Iterator[Call]:
    told, receipts = story.told, f"/v1/{TOWN}/receipts"
    code = told["receipt code"]
    wrong = told.add("receipt code of nothing", f"{(int(code) + 1) % 10**16:016}")
    told.add("wrong password", planted("wrong-"))
    login = HEAD.rpartition("/")[2]
    yield CITIZEN, "POST", f"{receipts}:lookUp", {"code": wrong}
    yield CITIZEN, "POST", f"{receipts}:lookUp", {"code": f"{code}x"}
    yield CITIZEN, "POST", f"{receipts}:postMessage", {"code": wrong, "text": told["message"]}
    yield CITIZEN, "POST", f"{receipts}:contest", {"code": code, "reason": told["contest"]}
    yield CITIZEN, "POST", f"/v1/{COUNTY}/receipts:lookUp", {"code": code}
    yield CITIZEN, "POST", f"/v1/{TOWN}:signIn", {"login": login, "password": told["wrong password"]}
    mixed_up = told.add(TYPED_AS_LOGIN, planted("qing-"))
    yield CITIZEN, "POST", f"/v1/{TOWN}:signIn", {"login": mixed_up, "password": told["wrong password"]}
    weak = {"oldPassword": told[f"password of {HEAD}"], "newPassword": login * 3}
    yield CITIZEN, "POST", f"/v1/{TOWN}:changePassword", {"login": login, **weak}
    yield CITIZEN, "POST", f"/v1/{TOWN}:refresh", {"refreshToken": told["wrong password"]}


async def _wrong_tokens(story: Story) -> list[str]:
    """A token whose signature is none, with a name in it; and no token at all."""
    told = story.told
    bearer = told.add("bearer of a forged token", planted("forged-"))
    claims = base64.urlsafe_b64encode(json.dumps({"sub": bearer, "iss": "minshao"}).encode()).rstrip(b"=").decode()
    head, _, signature = story.people.tokens[HEAD].split(".")
    said = []
    for token in (f"{head}.{claims}.{signature}", planted("x")):
        headers = {"Authorization": f"Bearer {token}"}
        response = await story.people.http.get(f"/v1/{story.accusation}", headers=headers)
        assert response.status_code == 401, response.text
        said.append(_all_of(response))
    return said


async def _wrong_bytes(story: Story) -> list[str]:
    """Bodies that are no JSON, and JSON that is no request."""
    told = story.told
    name, headers = json.dumps(told["identity"]), await story.people.headers(CITIZEN)
    said = []
    for body in (f"{{{name}", f'{{"text": {name}', name, f"[{name}]", f'{{"text": "{told["accusation"]}\ud800"}}'):
        response = await story.people.http.post(
            f"/v1/{TOWN}/reports",
            content=body.encode("utf-8", "surrogatepass"),
            headers={**headers, "Content-Type": "application/json"},
        )
        assert response.status_code == 400, response.text
        said.append(_all_of(response))
    return said


@asynccontextmanager
async def _refusing_rows(engine: Postgres, service: str, table: str) -> AsyncIterator[None]:
    """PostgreSQL then puts the row that it refuses into its error, column by column."""
    async with superuser(engine, f"minshao_{service}") as connection:
        await connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT refusing CHECK (false) NOT VALID")
        try:
            yield
        finally:
            await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT refusing")


def _all_of(response: httpx.Response) -> str:
    return f"{response.headers}\n{response.text}"
