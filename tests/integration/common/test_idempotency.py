"""A creation that is repeated: the first result again, however it is repeated, and no second effect."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.watch import v1 as watch

from services.common import idempotency
from services.common.access import Actor, Claims
from services.common.database import Database, Tx
from services.common.errors import AlreadyExists, Refused
from services.common.foundation import REQUESTS
from services.common.rpc.call import Call
from tests.sample_service import PARCELS

CODE = "4519 0021 7746 3390"


LI, WANG = "tenants/611021101/accounts/li", "tenants/611021101/accounts/wang"
CITIZEN = "citizen"


def request(name: str, text: str = "路灯坏了") -> watch.CreateReportRequest:
    return watch.CreateReportRequest(request_id=name, text=text)


def call(database: Database, tenant: str, actor: str = LI, client: str | None = None) -> Call:
    now = datetime(2026, 7, 6, tzinfo=UTC)
    return Call(Actor(actor, client=client), tenant, now, "", "", Claims(actor, (), now), database)


async def create(tx: Tx) -> watch.CreateReportResponse:
    """A creation that always makes something new."""
    tx.insert(PARCELS, id=uuid4().hex, words="created")
    return watch.CreateReportResponse(receipt_code=f"{CODE} {uuid4().hex}")


async def created(database: Database, tenant: str) -> int:
    async with database.transaction(tenant) as tx:
        return await tx.scalar(sa.select(sa.func.count()).select_from(PARCELS)) or 0


async def once(calls: Call, name: str, text: str = "路灯坏了") -> watch.CreateReportResponse:
    return await idempotency.once(calls, request(name, text), watch.CreateReportResponse, create)


async def test_a_repetition_returns_the_first_result(database: Database, tenant: str) -> None:
    name = str(uuid4())

    first = await once(call(database, tenant), name)
    again = await once(call(database, tenant), name)

    assert again == first
    assert await created(database, tenant) == 1


async def test_capital_letters_make_no_other_id(database: Database, tenant: str) -> None:
    name = str(uuid4())

    first = await once(call(database, tenant), name)
    again = await once(call(database, tenant), name.upper())

    assert again == first
    assert await created(database, tenant) == 1


async def test_the_same_id_with_another_body_is_refused(database: Database, tenant: str) -> None:
    name = str(uuid4())
    await once(call(database, tenant), name)

    with pytest.raises(AlreadyExists) as refusal:
        await once(call(database, tenant), name, "另一件事")

    assert refusal.value.reason == "REQUEST_ID_USED"
    assert await created(database, tenant) == 1


async def test_without_an_id_each_call_creates(database: Database, tenant: str) -> None:
    first = await once(call(database, tenant), "")
    second = await once(call(database, tenant), "")

    assert first != second
    assert await created(database, tenant) == 2


async def test_an_id_means_nothing_in_another_town(database: Database, tenant: str, other_town: str) -> None:
    name = str(uuid4())

    first = await once(call(database, tenant), name)
    second = await once(call(database, other_town), name)

    assert first != second
    assert (await created(database, tenant), await created(database, other_town)) == (1, 1)


async def test_two_accounts_may_use_the_same_id_and_neither_is_given_what_the_other_was_told(
    database: Database, tenant: str
) -> None:
    name = str(uuid4())

    first = await once(call(database, tenant, LI), name)
    second = await once(call(database, tenant, WANG), name)
    another = await once(call(database, tenant, CITIZEN), name, "另一件事")

    assert len({first.receipt_code, second.receipt_code, another.receipt_code}) == 3
    assert await once(call(database, tenant, LI), name) == first
    assert await once(call(database, tenant, WANG), name) == second
    assert await created(database, tenant) == 3


async def test_who_is_refused_is_not_given_what_another_account_was_told(database: Database, tenant: str) -> None:
    name = str(uuid4())
    await once(call(database, tenant, LI), name)

    async def refuse(tx: Tx) -> watch.CreateReportResponse:
        raise Refused("FULL", "已满。")

    with pytest.raises(Refused):
        await idempotency.once(call(database, tenant, WANG), request(name), watch.CreateReportResponse, refuse)
    assert await created(database, tenant) == 1


async def test_a_citizen_repeats_a_call_also_when_the_mark_of_the_client_has_changed(
    database: Database, tenant: str
) -> None:
    name = str(uuid4())

    before = await once(call(database, tenant, CITIZEN, client="before midnight"), name)
    after = await once(call(database, tenant, CITIZEN, client="after midnight"), name)

    assert after == before
    assert await created(database, tenant) == 1


async def test_parallel_repetitions_all_get_the_one_result(database: Database, tenant: str) -> None:
    name = str(uuid4())

    results = await asyncio.gather(*(once(call(database, tenant), name) for _ in range(12)))

    assert len({result.receipt_code for result in results}) == 1
    assert await created(database, tenant) == 1


async def test_of_parallel_calls_with_different_bodies_one_wins(database: Database, tenant: str) -> None:
    name = str(uuid4())

    calls = (once(call(database, tenant), name, f"第{number}件") for number in range(6))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == 5 * ["AlreadyExists"] + ["CreateReportResponse"]
    assert await created(database, tenant) == 1


async def test_a_repetition_is_answered_where_the_work_would_now_be_refused(database: Database, tenant: str) -> None:
    name = str(uuid4())
    first = await once(call(database, tenant), name)

    async def refuse(tx: Tx) -> watch.CreateReportResponse:
        raise Refused("FULL", "已满。")

    again = await idempotency.once(call(database, tenant), request(name), watch.CreateReportResponse, refuse)

    assert again == first


async def test_a_refusal_is_no_result_and_can_be_tried_again(database: Database, tenant: str) -> None:
    name = str(uuid4())

    async def refuse(tx: Tx) -> watch.CreateReportResponse:
        await create(tx)
        raise Refused("FULL", "已满。")

    with pytest.raises(Refused):
        await idempotency.once(call(database, tenant), request(name), watch.CreateReportResponse, refuse)

    await once(call(database, tenant), name)
    assert await created(database, tenant) == 1


async def test_what_is_kept_shows_neither_id_nor_body_nor_result(database: Database, tenant: str) -> None:
    name = str(uuid4())
    response = await once(call(database, tenant), name)

    async with database.transaction(tenant) as tx:
        row = await tx.row(sa.select(REQUESTS))
    assert row is not None
    kept = b"".join(value for value in row if isinstance(value, bytes))
    for secret in (name, "路灯坏了", CODE, response.receipt_code):
        assert secret.encode() not in kept


async def test_results_are_forgotten_after_a_day(
    database: Database, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = str(uuid4())
    first = await once(call(database, tenant), name)
    async with database.transaction(tenant) as tx:
        idempotency.forget(tx)
    assert await once(call(database, tenant), name) == first

    monkeypatch.setattr(idempotency, "KEPT", -idempotency.KEPT)
    async with database.transaction(tenant) as tx:
        idempotency.forget(tx)

    assert await once(call(database, tenant), name) != first
