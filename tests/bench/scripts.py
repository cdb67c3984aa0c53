"""What `pgbench` does: the same rows as our services write, as plain statements.

They are made from the rows that a service has written, so they stay the same when the schema changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from services.watch.reports.domain.deadlines import DUE_SOON
from tests.bench.bulk import ID
from tests.bench.pgbench import Script

WRITTEN = {
    "data_keys": "owner",
    "reports": "id",
    "report_texts": "report",
    "receipts": "report",
    "ledger": "aggregate_id",
    "deadlines": "owner",
}
"""The tables that hold a report, and the column of each that names it."""

BY_OTHERS = ("seq", "number", "hash", "published_time")
"""Columns of the ledger that its own role does not write."""

FIND_PLACE = """
SELECT p.*, u.* FROM tenant_profiles p LEFT JOIN units u ON u.tenant = p.tenant AND u.code = :tenant || '.finance'
WHERE p.tenant = :tenant"""
TAKE_NUMBER = """
INSERT INTO register_series (tenant, year, last) VALUES (:tenant, :year, 1)
ON CONFLICT (tenant, year) DO UPDATE SET last = register_series.last + 1 RETURNING last AS serial \\gset"""


async def filing(connection: asyncpg.Connection, towns: Sequence[str], file: Path) -> Script:
    """The script that writes the rows of the report which was filed last, anew each time, in one of the towns."""
    row = await connection.fetchrow(
        "SELECT id, tenant, number, year, serial FROM reports ORDER BY register_time DESC LIMIT 1"
    )
    assert row is not None
    sample = Sample(row["id"], row["tenant"], row["number"], row["serial"])
    statements = [
        *_in_town(towns),
        f"\\set year {row['year']}",
        "BEGIN",
        "SELECT set_config('app.tenant', :tenant, true), replace(gen_random_uuid()::text, '-', '') AS id \\gset",
        FIND_PLACE,
        TAKE_NUMBER,
        *[insert for table in WRITTEN for insert in await _inserts(connection, table, sample)],
        "COMMIT",
    ]
    return Script(file, _script(statements))


@dataclass(frozen=True)
class Sample:
    """A report that was filed."""

    id: str
    tenant: str
    number: str
    serial: int

    def literal(self, column: str, text: str) -> str:
        """A value of the sample as it stands in the script: what differs from report to report is a variable."""
        before, _, after = self.number.rpartition(str(self.serial))
        variables: Mapping[str, str] = {
            _quoted(self.id): ":id",
            _quoted(self.tenant): ":tenant",
            _quoted(self.number): f"'{before}' || :serial || '{after}'",
        }
        if column == "serial":
            return ":serial"
        return variables.get(text, text)


async def _inserts(connection: asyncpg.Connection, table: str, sample: Sample) -> list[str]:
    """The statements that write the sample's rows of a table."""
    columns = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position", table
    )
    names = [row[0] for row in columns if table != "ledger" or row[0] not in BY_OTHERS]
    quoted = ", ".join(f"quote_nullable({name}::text)" for name in names)
    rows = await connection.fetch(f"SELECT {quoted} FROM {table} WHERE {WRITTEN[table]} = $1", sample.id)
    return [
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(_values(table, names, row, sample))})"
        for row in rows
    ]


def _values(table: str, names: Sequence[str], row: asyncpg.Record, sample: Sample) -> list[str]:
    own = {
        ("receipts", "hash"): "decode(:id::text || :id::text, 'hex')",
        ("ledger", "id"): "CAST(:id AS uuid)",
        ("data_keys", "id"): "CAST(:id AS uuid)",
    }
    return [own.get((table, name), sample.literal(name, text)) for name, text in zip(names, row, strict=True)]


async def sweeping(connection: asyncpg.Connection, event: str, towns: Sequence[str], each: int, file: Path) -> Script:
    """The script that fires the due deadlines of reports one by one, and writes of each what the service wrote of one:
    the n-th client fires the n-th so many of them."""
    owner = await connection.fetchval("SELECT aggregate_id FROM ledger WHERE type = $1 LIMIT 1", event)
    tenant = await connection.fetchval("SELECT tenant FROM ledger WHERE aggregate_id = $1 LIMIT 1", owner)
    sample = Sample(owner, tenant, "0", 0)
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
        *await _inserts(connection, "ledger", sample),
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
