"""Transactions of one tenant: what is seen, what is sent when, and what is left after an error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from services.common.database import Database, Ended, UniqueViolation
from tests.sample_service import ITEMS, PARCELS

NOW = datetime(2028, 2, 29, 15, 59, 59, 123456, tzinfo=UTC)


async def words(database: Database, tenant: str) -> dict[str, str]:
    async with database.transaction(tenant) as tx:
        rows = await tx.rows(sa.select(PARCELS.c.id, PARCELS.c.words))
    return {row.id: row.words for row in rows}


async def test_a_transaction_sees_the_rows_of_its_tenant_only(database: Database, tenant: str, other_town: str) -> None:
    for town in (tenant, other_town):
        async with database.transaction(town) as tx:
            tx.insert(PARCELS, id="same", words=f"of {town}")

    assert await words(database, tenant) == {"same": f"of {tenant}"}
    assert await words(database, other_town) == {"same": f"of {other_town}"}


async def test_writes_of_a_use_case_go_as_one_statement(database: Database, tenant: str, sent: list[str]) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(ITEMS, parcel="a", line=1)
        tx.insert(PARCELS, id="a", words="first")
        tx.insert(ITEMS, parcel="a", line=2, weight=7)
        tx.insert(PARCELS, id="b", words="second")
        tx.insert(ITEMS, parcel="b", line=1)

    assert len(sent) == 1
    async with database.transaction(tenant) as tx:
        rows = await tx.rows(sa.select(ITEMS.c.parcel, ITEMS.c.line, ITEMS.c.weight).order_by(*ITEMS.primary_key))
    assert [tuple(row) for row in rows] == [("a", 1, 1), ("a", 2, 7), ("b", 1, 1)]


async def test_a_use_case_that_sends_nothing_takes_no_connection(database: Database, tenant: str) -> None:
    async with database.transaction(tenant):
        pass

    assert database.figures().open == 0


async def test_pending_writes_go_before_what_is_read(database: Database, tenant: str, sent: list[str]) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="first")
        seen = await tx.scalar(sa.select(PARCELS.c.words).where(PARCELS.c.id == "a"))

    assert seen == "first"
    assert len(sent) == 2


async def test_a_thousand_rows_arrive_whole(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        for number in range(1000):
            tx.insert(PARCELS, id=f"{number}", words=f"parcel {number}")

    assert await words(database, tenant) == {f"{number}": f"parcel {number}" for number in range(1000)}


async def test_a_row_that_was_inserted_can_be_changed_and_deleted_in_the_same_transaction(
    database: Database, tenant: str
) -> None:
    async with database.transaction(tenant) as tx:
        for name in ("kept", "changed", "gone"):
            tx.insert(PARCELS, id=name, words="first")
        tx.write(sa.update(PARCELS).where(PARCELS.c.id == "changed").values(words="second"))
        tx.write(sa.update(PARCELS).where(PARCELS.c.id == "changed").values(words=PARCELS.c.words + " third"))
        tx.write(sa.delete(PARCELS).where(PARCELS.c.id.in_(["gone", "never there"])))
        tx.insert(PARCELS, id="gone", words="back")

    assert await words(database, tenant) == {"kept": "first", "changed": "second third", "gone": "back"}


async def test_the_last_of_several_upserts_of_a_row_counts(database: Database, tenant: str, sent: list[str]) -> None:
    async with database.transaction(tenant) as tx:
        tx.upsert(PARCELS, ("id",), id="a", words="first")
        tx.upsert(PARCELS, ("id",), id="b", words="other")
        tx.upsert(PARCELS, ("id",), id="a", words="second")

    assert len(sent) == 1
    async with database.transaction(tenant) as tx:
        tx.upsert(PARCELS, ("id",), id="b", words="third")
    assert await words(database, tenant) == {"a": "second", "b": "third"}


async def test_values_come_back_as_the_types_of_their_columns_promise(database: Database, tenant: str) -> None:
    labels = {"of": ["村", 1, None], "quote": "'; drop table parcels; --"}
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="$1 \\ '😀", labels=labels, due_time=NOW)
        tx.insert(PARCELS, id="b", words="", labels=None, due_time=None)

    async with database.transaction(tenant) as tx:
        rows = await tx.rows(sa.select(PARCELS).order_by(PARCELS.c.id))
        listed = await tx.execute(sa.select(PARCELS).order_by(PARCELS.c.id))
    assert [tuple(row) for row in rows] == [tuple(row) for row in listed.all()]
    assert (rows[0].words, rows[0].labels, rows[0].due_time) == ("$1 \\ '😀", labels, NOW)
    assert rows[1]._mapping[PARCELS.c.labels] is None


@pytest.mark.parametrize("wanted", [[], ["a"], ["a", "b", "c", "d"]])
async def test_a_list_of_any_length_can_be_asked_for(database: Database, tenant: str, wanted: list[str]) -> None:
    async with database.transaction(tenant) as tx:
        for name in ("a", "b", "c"):
            tx.insert(PARCELS, id=name, words=name)
        found = await tx.rows(sa.select(PARCELS.c.id).where(PARCELS.c.id.in_(wanted)).order_by(PARCELS.c.id))

    assert [row.id for row in found] == [name for name in wanted if name != "d"]


async def test_a_statement_takes_its_values_apart(database: Database, tenant: str) -> None:
    by_name = sa.select(PARCELS.c.words).where(PARCELS.c.id == sa.bindparam("name"))
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="first")
        tx.insert(PARCELS, id="b", words="second")
        found = [await tx.scalar(by_name, {"name": name}) for name in ("a", "b", "c")]
        counted = await tx.row(sa.text("SELECT count(*) AS number FROM parcels WHERE id = :name"), {"name": "a"})
        tx.write(sa.delete(PARCELS).where(PARCELS.c.id == sa.bindparam("name")), {"name": "b"})
        changed = await tx.execute(sa.update(PARCELS).values(words="third"))

    assert found == ["first", "second", None]
    assert counted is not None
    assert counted.number == 1
    assert changed.rowcount == 1


async def test_a_key_that_exists_is_told_by_its_name_and_undoes_everything(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="first")

    with pytest.raises(UniqueViolation) as violation:
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, id="b", words="not to stay")
            await tx.flush()
            tx.insert(PARCELS, id="a", words="second")

    assert (violation.value.constraint, violation.value.table) == ("parcels_pkey", "parcels")
    assert await words(database, tenant) == {"a": "first"}


async def test_an_error_of_the_database_cannot_be_swallowed(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="first")

    with pytest.raises(Ended):
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, id="b", words="not to stay")
            tx.insert(PARCELS, id="a", words="second")
            with pytest.raises(UniqueViolation):
                await tx.flush()

    assert await words(database, tenant) == {"a": "first"}


async def test_an_error_of_the_caller_undoes_everything_and_calls_nobody(database: Database, tenant: str) -> None:
    called: list[str] = []

    with pytest.raises(LookupError):
        async with database.transaction(tenant) as tx:
            tx.on_commit(lambda: called.append("committed"))
            tx.insert(PARCELS, id="a", words="sent")
            await tx.flush()
            tx.insert(PARCELS, id="b", words="pending")
            raise LookupError

    assert called == []
    assert await words(database, tenant) == {}
    assert database.figures().used == 0


async def test_who_waits_for_the_commit_is_called_after_it(database: Database, tenant: str) -> None:
    called: list[str] = []

    async with database.transaction(tenant) as tx:
        tx.on_commit(lambda: called.append("committed"))
        tx.insert(PARCELS, id="a", words="first")
        assert called == []

    assert called == ["committed"]


async def test_a_transaction_that_has_ended_takes_nothing_more(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="first")

    with pytest.raises(Ended):
        tx.insert(PARCELS, id="b", words="too late")
    with pytest.raises(Ended):
        await tx.rows(sa.select(PARCELS))


async def test_a_transaction_acts_in_another_tenant_for_a_while(
    database: Database, tenant: str, other_town: str
) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="before", words="here")
        async with tx.within(other_town):
            tx.insert(PARCELS, id="between", words="there")
            assert await tx.scalar(sa.select(sa.func.count()).select_from(PARCELS)) == 1
        tx.insert(PARCELS, id="after", words="here")

    assert await words(database, tenant) == {"before": "here", "after": "here"}
    assert await words(database, other_town) == {"between": "there"}


async def test_an_error_in_the_other_tenant_ends_the_whole_transaction(
    database: Database, tenant: str, other_town: str
) -> None:
    with pytest.raises(Ended):
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, id="before", words="here")
            with pytest.raises(LookupError):
                async with tx.within(other_town):
                    raise LookupError
            tx.insert(PARCELS, id="after", words="where?")

    assert await words(database, tenant) == {}
    assert await words(database, other_town) == {}
