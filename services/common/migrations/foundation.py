"""The first step of every service: the tables that all of them have, with their walls and grants."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from services.common.foundation import FOUNDATION
from services.common.schema import Operations, grant, secure, spanning_policy

RELAY_RIGHTS = {
    "ledger": ("select", "update (number, hash, published_time)"),
    "ledger_heads": ("select", "insert", "update"),
}
SWEEPER_RIGHTS = {"deadlines": ("select (tenant, kind, owner, due_time, not_before)",)}


def create_foundation(operations: Operations, service: str) -> None:
    """Creates the foundation's tables. To be called first in a service's first step, with alembic's `op`."""
    for table in FOUNDATION.sorted_tables:
        operations.execute(str(CreateTable(table).compile(dialect=postgresql.dialect())))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            operations.execute(str(CreateIndex(index).compile(dialect=postgresql.dialect())))
        if "exempt" in table.info:
            grant(operations, table.name, f"{service}_app", sorted(table.info["app"]))
        else:
            secure(operations, service, table.name, sorted(table.info["app"]))
    _span(operations, f"{service}_relay", RELAY_RIGHTS)
    _span(operations, f"{service}_sweeper", SWEEPER_RIGHTS)


def _span(operations: Operations, role: str, rights: dict[str, Iterable[str]]) -> None:
    for table, granted in rights.items():
        grant(operations, table, role, granted)
        for right in granted:
            spanning_policy(operations, table, role, right.split()[0])
