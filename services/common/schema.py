"""How tables of tenants are declared, and the row security and grants that every one of them gets.

The rules, which a test reads back from PostgreSQL's catalogue: each table of tenants begins with the column
`tenant`; so do its primary key, its uniques and its foreign keys (then neither an index nor a conflict tells one
town of another); row security is enabled and forced; the application role holds no more rights than declared here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import sqlalchemy as sa

NAMING = {
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}

POLICY = "tenant_isolation"
TENANT_CONDITION = "tenant = nullif(current_setting('app.tenant', true), '')"

Row = sa.Row[*tuple[object, ...]]
"""A row of any query; its columns are read as attributes."""

EVERYTHING = ("select", "insert", "update", "delete")


class Operations(Protocol):
    """The part of alembic's `op` that is needed here."""

    def execute(self, sqltext: str) -> None: ...


def metadata() -> sa.MetaData:
    """A collection of tables whose constraints are named alike in every service."""
    return sa.MetaData(naming_convention=NAMING)


def tenant_table(
    name: str,
    collection: sa.MetaData,
    *elements: sa.schema.SchemaItem,
    app: Iterable[str] = EVERYTHING,
    key: Iterable[str] = (),
) -> sa.Table:
    """A table of tenants' rows: `tenant` comes first, and first in the primary key.

    `key` names the primary key's other columns; without it, columns marked `primary_key=True` are the key.
    `app` are the rights of the application role. Instants are declared with `instant()`.
    """
    names = tuple(key)
    tenant: sa.Column[str] = sa.Column("tenant", sa.Text, primary_key=not names, nullable=False)
    constraints = (sa.PrimaryKeyConstraint("tenant", *names),) if names else ()
    return sa.Table(name, collection, tenant, *elements, *constraints, info={"app": frozenset(app)})


def instant() -> sa.DateTime:
    """The type of a column that holds an instant: `timestamptz`, aware in Python."""
    return sa.DateTime(timezone=True)


def references(target: str | sa.Table, *columns: str) -> sa.ForeignKeyConstraint:
    """A foreign key within the tenant: `columns`, with the tenant before them, to the key of `target`.

    A column that is called otherwise in the target is written `here=there`. A table of another collection is given
    itself, one of the same by its name.
    """
    pairs = [("tenant", "tenant"), *((c.partition("=")[0], c.partition("=")[2] or c) for c in columns)]
    there = [f"{target}.{name}" if isinstance(target, str) else target.c[name] for _, name in pairs]
    return sa.ForeignKeyConstraint([here for here, _ in pairs], there)


def secure(op: Operations, service: str, table: str, app: Iterable[str] = EVERYTHING) -> None:
    """Walls a new table of tenants in: row security, forced on its owner too, one policy, and the app's rights."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {POLICY} ON {table} USING ({TENANT_CONDITION}) WITH CHECK ({TENANT_CONDITION})")
    grant(op, table, f"{service}_app", app)


def grant(op: Operations, table: str, role: str, rights: Iterable[str]) -> None:
    """Gives rights on a table to a role; a right may name columns: `update (number, hash)`."""
    if wanted := ", ".join(rights):
        op.execute(f"GRANT {wanted} ON {table} TO {role}")


def spanning_policy(op: Operations, table: str, role: str, command: str) -> None:
    """Lets one of the two roles that span tenants (relay, sweeper) see every tenant's rows of a table."""
    check = "" if command == "select" else " WITH CHECK (true)"
    using = "" if command == "insert" else " USING (true)"
    op.execute(f"CREATE POLICY {role}_{command} ON {table} FOR {command} TO {role}{using}{check}")
