"""What `pgbench` does: the same rows as our services write, as plain statements.

They are made from the rows that a service has written, so they stay the same when the schema changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from services.watch.reports.domain.deadlines import DUE_SOON
from tests.bench.bulk import ID
from tests.bench.pgbench import Script
from tests.bench.things import CASE, REPORT, Step, Thing

BY_OTHERS = {"ledger": ("seq", "number", "hash", "published_time")}
"""Columns that another role writes than that of the application."""

Literals = dict[str, str]
"""The values of a row by column, as they stand in SQL."""

Key = tuple[tuple[str, str], ...]
"""The columns of a row's key, each with its value."""

Rows = dict[tuple[str, Key], Literals]
"""The rows that hold a thing, by table and key."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the things, as it was written."""

    id: str
    tenant: str
    number: str = "0"
    serial: int = 0
    year: int = 0
    village: str = ""
    """Where a case came in."""

    def literal(self, column: str, text: str) -> str:
        """A value of the sample as it stands in the script: what differs from one to the next is a variable."""
        before, _, after = self.number.rpartition(str(self.serial))
        variables: Mapping[str, str] = {
            _quoted(self.village): ":village",
            _quoted(self.id): ":id",
            _quoted(self.tenant): ":tenant",
            _quoted(self.number): f"'{before}' || :serial || '{after}'",
        }
        if column == "serial":
            return ":serial"
        if text in variables:
            return variables[text]
        return text.replace(self.id, "' || :id || '") if column == "owner" else text


async def sample_of(connection: asyncpg.Connection, thing: Thing) -> Sample:
    """The one that was written last."""
    row = await connection.fetchrow(f"SELECT * FROM {thing.table} ORDER BY receive_time DESC LIMIT 1")
    assert row is not None
    before, _, behind = row["number"].rpartition("〕")
    serial, year = int(behind.rstrip("号")), int(before.rpartition("〔")[2])
    return Sample(row["id"], row["tenant"], row["number"], serial, year, row.get("point", ""))


async def rows_of(connection: asyncpg.Connection, thing: Thing, id: str) -> Rows:
    """What is written of a thing until now."""
    return {
        (table, tuple((name, row[name]) for name in key)): row
        for table, column in thing.rows.items()
        for key in [await _key(connection, table)]
        for row in await _literals(connection, table, f'"{column}" = $1 OR "{column}" LIKE $1 || \'/%\'', id)
    }


def writing(thing: Thing, sample: Sample, written: Sequence[Rows], towns: Sequence[str], file: Path) -> Script:
    """The script that writes one, anew each time, in one of the towns: the n-th of `written` after the n-th step."""
    before = [Rows(), *written]
    transactions = [
        _transaction(step, changes(old, new, sample))
        for step, old, new in zip(thing.steps, before, written, strict=False)
    ]
    statements = [*_in_town(towns), f"\\set year {sample.year}", *(each for one in transactions for each in one)]
    return Script(file, _script(statements))


def _transaction(step: Step, changed: Iterator[str]) -> list[str]:
    new_id = "replace(gen_random_uuid()::text, '-', '') AS id \\gset"
    own = [f"SELECT set_config('app.tenant', :tenant, true), {new_id}", *step.reads, f"{step.serial} \\gset"]
    next_one = ["SELECT set_config('app.tenant', :tenant, true)", *step.reads]
    return ["BEGIN", *(own if step.serial else next_one), *changed, "COMMIT"]


def changes(before: Rows, after: Rows, sample: Sample) -> Iterator[str]:
    """The statements that make the rows of a thing out of those before."""
    for (table, key), row in after.items():
        old = before.get((table, key))
        if old is None:
            yield _insert(table, row, sample)
        elif old != row:
            new = {name: sample.literal(name, value) for name, value in row.items() if value != old[name]}
            sets = ", ".join(f'"{name}" = {value}' for name, value in new.items())
            yield f"UPDATE {table} SET {sets} WHERE {_this(key, sample)}"
    for table, key in before:
        if (table, key) not in after:
            yield f"DELETE FROM {table} WHERE {_this(key, sample)}"


def _this(key: Key, sample: Sample) -> str:
    return " AND ".join(f'"{name}" = {sample.literal(name, value)}' for name, value in key)


def _insert(table: str, row: Literals, sample: Sample, new: Literals | None = None) -> str:
    """The statement that writes a row; `new` are values that it has anew each time."""
    own = {
        ("receipts", "hash"): "decode(:id::text || :id::text, 'hex')",
        # A case is found by two of them.
        ("case_receipts", "hash"): "sha256(gen_random_uuid()::text::bytea)",
        ("ledger", "id"): "gen_random_uuid()",
        ("data_keys", "id"): "CAST(:id AS uuid)",
    }
    anew = new or {}
    values = [anew.get(name) or own.get((table, name)) or sample.literal(name, value) for name, value in row.items()]
    names = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)})"


async def _key(connection: asyncpg.Connection, table: str) -> list[str]:
    rows = await connection.fetch(
        "SELECT attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " WHERE i.indrelid = $1::regclass AND i.indisprimary",
        table,
    )
    return [row[0] for row in rows]


async def _literals(connection: asyncpg.Connection, table: str, condition: str, *arguments: str) -> list[Literals]:
    columns = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position", table
    )
    names = [row[0] for row in columns if row[0] not in BY_OTHERS.get(table, ())]
    quoted = ", ".join(f'quote_nullable("{name}"::text) AS "{name}"' for name in names)
    return [dict(row) for row in await connection.fetch(f"SELECT {quoted} FROM {table} WHERE {condition}", *arguments)]


async def sweeping(connection: asyncpg.Connection, event: str, towns: Sequence[str], each: int, file: Path) -> Script:
    """The script that fires the due deadlines of reports one by one, and writes of each what the service wrote of one:
    the n-th client fires the n-th so many of them."""
    owner = await connection.fetchval("SELECT aggregate_id FROM ledger WHERE type = $1 LIMIT 1", event)
    tenant = await connection.fetchval("SELECT tenant FROM ledger WHERE aggregate_id = $1 LIMIT 1", owner)
    written = await rows_of(connection, REPORT, owner)
    told = [row for (table, _), row in written.items() if table == "ledger"]
    this = f"tenant = :tenant AND owner = :id AND kind = '{DUE_SOON}'"
    statements = [
        "\\set turn :turn + 1",
        f"\\set n :client_id * {each} + :turn",
        f"\\set town :n % {len(towns)}",
        _tenant(towns),
        "BEGIN",
        f"SELECT set_config('app.tenant', :tenant, true), {ID.format(n=':n')} AS id \\gset",
        f"DELETE FROM deadlines WHERE {this} AND due_time <= now() RETURNING due_time \\gset",
        "SELECT * FROM reports WHERE tenant = :tenant AND id = :id FOR UPDATE",
        "UPDATE reports SET version = version + 1 WHERE tenant = :tenant AND id = :id",
        *(_insert("ledger", row, Sample(owner, tenant)) for row in told),
        "COMMIT",
    ]
    return Script(file, _script(statements))


async def recounting(
    connection: asyncpg.Connection, event: str, cases: int, towns: Sequence[str], file: Path
) -> Script:
    """The script that moves the deadlines of one of so many cases, and writes of it what the service wrote of one."""
    owner = await connection.fetchval("SELECT aggregate_id FROM ledger WHERE type = $1 LIMIT 1", event)
    tenant = await connection.fetchval("SELECT tenant FROM ledger WHERE aggregate_id = $1 LIMIT 1", owner)
    written = await rows_of(connection, CASE, owner)
    told = [row for (table, _), row in written.items() if table == "ledger"]
    versions = [{"version": f":version - {number}"} for number in range(len(told))]
    due = [key for table, key in written if table == "deadlines"]
    of_case = 'SELECT * FROM {} WHERE tenant = :tenant AND "{}" = :id'
    statements = [
        f"\\set n random(1, {cases})",
        f"\\set town :n % {len(towns)}",
        _tenant(towns),
        "BEGIN",
        f"SELECT set_config('app.tenant', :tenant, true), {ID.format(n=':n')} AS id \\gset",
        of_case.format("cases", "id") + " FOR UPDATE",
        of_case.format("case_parts", "case"),
        (
            f"UPDATE cases SET version = version + {len(told)}, promised_date = promised_date + 1"
            " WHERE tenant = :tenant AND id = :id RETURNING version \\gset"
        ),
        *(
            f"UPDATE deadlines SET due_time = due_time + interval '1 day' WHERE {_this(key, Sample(owner, tenant))}"
            for key in due
        ),
        *(_insert("ledger", row, Sample(owner, tenant), new) for row, new in zip(told, versions, strict=True)),
        "COMMIT",
    ]
    return Script(file, _script(statements))


def _in_town(towns: Sequence[str]) -> list[str]:
    return [f"\\set town random(0, {len(towns) - 1})", _tenant(towns)]


def _tenant(towns: Sequence[str]) -> str:
    cases = " ".join(f"WHEN :town = {number} THEN {code}" for number, code in enumerate(towns))
    return f"\\set tenant CASE {cases} END"


def _script(statements: Sequence[str]) -> str:
    """Commands that begin with a backslash end with their line, all others with a semicolon."""
    lines = (each if each.startswith("\\") or each.endswith("\\gset") else f"{each};" for each in statements)
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return f"'{text}'"
