"""Data keys, town keys and the master key together, on the real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase
from services.common import migrations
from services.common.ciphers import Unreadable
from services.common.database import Database
from services.common.foundation import DATA_KEYS, TOWN_KEYS
from services.common.keys import BadKeys, KeyRing, new_master_line
from services.common.sealing import Sealer, Shredded
from services.common.town_keys import Rotation, rotate

STEPS = Path(__file__).parent / "steps"
NOTES = sa.Table("notes", sa.MetaData(), sa.Column("text", sa.LargeBinary), sa.Column("identity", sa.LargeBinary))
NOW = datetime(2031, 9, 1, tzinfo=UTC)

MASTER = new_master_line("2026-01")
HASH = KeyRing.new_text("unused").splitlines()[1]
RING = KeyRing.parse(f"{MASTER}\n{HASH}")


@pytest.fixture
async def database(bare_database: Callable[[str], Awaitable[ServiceDatabase]]) -> AsyncIterator[Database]:
    """The foundation's tables as the application sees them."""
    made = await bare_database("sample")
    await migrations.upgrade(made.owner, "sample", STEPS)
    database = Database(made.app, pool_size=20)
    yield database
    await database.close()


async def sealed_note(database: Database, tenant: str, owner: str, text: str, ring: KeyRing = RING) -> bytes:
    """A text sealed under a new owner's key, its key committed."""
    async with database.transaction(tenant) as tx:
        key = await Sealer(ring).new_key(tx, owner)
    return key.seal(NOTES.c.text, owner, text)


async def opened(database: Database, tenant: str, owner: str, sealed: bytes, ring: KeyRing = RING) -> str:
    """What a process that has just started makes of it."""
    async with database.transaction(tenant) as tx:
        key = await Sealer(ring).key(tx, owner)
    return key.open(NOTES.c.text, owner, sealed)


async def town_keys(database: Database, tenant: str) -> list[str]:
    """The master key under which each of the tenant's town keys is wrapped."""
    async with database.transaction(tenant) as tx:
        return [row.master_key_id for row in await tx.rows(sa.select(TOWN_KEYS.c.master_key_id))]


async def test_what_one_process_sealed_another_opens(database: Database, tenant: str) -> None:
    sealed = await sealed_note(database, tenant, "r1", "张三，电话 13800000000")

    assert await opened(database, tenant, "r1", sealed) == "张三，电话 13800000000"


async def test_the_database_holds_nothing_that_opens_it(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        key = await Sealer(RING).new_key(tx, "r1")

    async with database.transaction(tenant) as tx:
        data, town = await tx.row(sa.select(DATA_KEYS)), await tx.row(sa.select(TOWN_KEYS))

    assert data is not None
    assert town is not None
    assert key.key.secret not in data.wrapped
    with pytest.raises(BadKeys):
        await opened(database, tenant, "r1", b"", KeyRing.parse(KeyRing.new_text("other")))


async def test_a_sealed_value_opens_in_no_other_column_row_owner_or_town(database: Database, tenant: str) -> None:
    sealer = Sealer(RING)
    async with database.transaction(tenant) as tx:
        key, other = await sealer.new_key(tx, "r1"), await sealer.new_key(tx, "r2")
    async with database.transaction("611021") as tx:
        elsewhere = await sealer.new_key(tx, "r1")

    sealed = key.seal(NOTES.c.text, "r1", "原文")

    for wrong_key, column, row in (
        (key, NOTES.c.identity, "r1"),
        (key, NOTES.c.text, "r2"),
        (other, NOTES.c.text, "r1"),
        (elsewhere, NOTES.c.text, "r1"),
    ):
        with pytest.raises(Unreadable):
            wrong_key.open(column, row, sealed)


async def test_a_data_key_moved_to_another_owner_does_not_open(database: Database, tenant: str) -> None:
    await sealed_note(database, tenant, "r1", "原文")

    async with database.transaction(tenant) as tx:
        await tx.execute(sa.update(DATA_KEYS).values(owner="r2"))

    with pytest.raises(Unreadable):
        await opened(database, tenant, "r2", b"")


async def test_a_new_key_costs_no_round_trip_once_the_town_is_known(
    database: Database, tenant: str, sent: list[str]
) -> None:
    sealer = Sealer(RING)
    async with database.transaction(tenant) as tx:
        await sealer.new_key(tx, "r1")

    async with database.transaction(tenant) as tx:
        sent.clear()
        await sealer.new_key(tx, "r2")

        assert sent == []

    assert await keys_of(database, tenant) == 2


async def test_parallel_first_reports_share_one_town_key(database: Database, tenant: str) -> None:
    sealer, apart = Sealer(RING), Sealer(RING)

    async def file(number: int) -> tuple[str, bytes]:
        async with database.transaction(tenant) as tx:
            key = await (sealer if number % 2 else apart).new_key(tx, owner := uuid4().hex)
        return owner, key.seal(NOTES.c.text, owner, f"第{number}封")

    notes = await asyncio.gather(*map(file, range(40)))

    assert len(await town_keys(database, tenant)) == 1
    assert [await opened(database, tenant, *note) for note in notes] == [f"第{number}封" for number in range(40)]


async def test_a_town_key_that_was_rolled_back_is_not_used_again(database: Database, tenant: str) -> None:
    sealer = Sealer(RING)
    broken = database.transaction(tenant)
    await broken.__aenter__()
    await sealer.new_key(broken, "r1")
    await broken.__aexit__(RuntimeError, RuntimeError("broken off"), None)

    async with database.transaction(tenant) as tx:
        key = await sealer.new_key(tx, "r2")

    sealed = key.seal(NOTES.c.text, "r2", "原文")
    assert await opened(database, tenant, "r2", sealed) == "原文"


async def test_a_shredded_owner_never_opens_again_and_the_others_do(database: Database, tenant: str) -> None:
    gone, kept = [await sealed_note(database, tenant, owner, "原文") for owner in ("r1", "r2")]

    async with database.transaction(tenant) as tx:
        first = await Sealer(RING).shred(tx, "r1", NOW)
        second = await Sealer(RING).shred(tx, "r1", NOW)

    assert (first, second) == (True, False)
    with pytest.raises(Shredded) as refusal:
        await opened(database, tenant, "r1", gone)
    assert refusal.value.reason == "SHREDDED"
    assert await opened(database, tenant, "r2", kept) == "原文"
    async with database.transaction(tenant) as tx:
        row = await tx.row(sa.select(DATA_KEYS).where(DATA_KEYS.c.owner == "r1"))
    assert row is not None
    assert (row.wrapped, row.shred_time) == (None, NOW)


async def test_an_owner_without_a_key_is_an_error_of_ours(database: Database, tenant: str) -> None:
    with pytest.raises(Unreadable):
        await opened(database, tenant, "nobody", b"")


async def test_a_mac_proves_a_text_under_its_owner_only(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        sealer = Sealer(RING)
        key, other = await sealer.new_key(tx, "r1"), await sealer.new_key(tx, "r2")

    async with database.transaction(tenant) as tx:
        again = await Sealer(RING).key(tx, "r1")

    assert key.mac("属实") == again.mac("属实")
    assert len({key.mac("属实"), key.mac("不属实"), other.mac("属实")}) == 3


async def test_rotation_frees_the_old_master_key(database: Database, tenant: str) -> None:
    sealed = await sealed_note(database, tenant, "r1", "原文")
    new = new_master_line("2027-01")
    both = KeyRing.parse(f"{MASTER}\n{new}\n{HASH}")

    first = await rotate(database, [tenant, "611021"], both)
    second = await rotate(database, [tenant, "611021"], both)

    assert (first, second) == (Rotation("2027-01", 1, 0), Rotation("2027-01", 0, 1))
    assert await town_keys(database, tenant) == ["2027-01"]
    assert await opened(database, tenant, "r1", sealed, KeyRing.parse(f"{new}\n{HASH}")) == "原文"


async def test_a_rotation_that_broke_off_is_gone_on_with(database: Database, tenant: str) -> None:
    foreign = KeyRing.parse(f"{new_master_line('lost')}\n{HASH}")
    await sealed_note(database, tenant, "r1", "原文")
    await sealed_note(database, "611021", "r1", "原文", foreign)
    both = KeyRing.parse(f"{MASTER}\n{new_master_line('2027-01')}\n{HASH}")

    with pytest.raises(BadKeys, match="lost"):
        await rotate(database, [tenant, "611021"], both)

    assert await town_keys(database, tenant) == ["2027-01"]
    assert await town_keys(database, "611021") == ["lost"]
    assert await rotate(database, [tenant], both) == Rotation("2027-01", 0, 1)


async def test_a_running_process_goes_on_through_a_rotation(database: Database, tenant: str) -> None:
    running = Sealer(RING)
    async with database.transaction(tenant) as tx:
        await running.new_key(tx, "r1")
    new = new_master_line("2027-01")
    await rotate(database, [tenant], KeyRing.parse(f"{MASTER}\n{new}\n{HASH}"))

    async with database.transaction(tenant) as tx:
        key = await running.new_key(tx, "r2")

    sealed = key.seal(NOTES.c.text, "r2", "原文")
    assert await opened(database, tenant, "r2", sealed, KeyRing.parse(f"{new}\n{HASH}")) == "原文"


async def keys_of(database: Database, tenant: str) -> int | None:
    async with database.transaction(tenant) as tx:
        return await tx.scalar(sa.select(sa.func.count()).select_from(DATA_KEYS))
