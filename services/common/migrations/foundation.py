"""The first step of every service: the tables that all of them have, with their walls and grants.

Written out, and not taken from `services.common.foundation`, since a step that has run somewhere must never change: a
later change of those tables is a further step, in every service. A test compares the outcome with the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.common.schema import Operations, grant, secure, spanning_policy

Rights = Mapping[str, Sequence[str]]

STATEMENTS = (
    """
    CREATE TABLE tenants (
        tenant text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT tenants_pkey PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE ledger (
        tenant text NOT NULL,
        aggregate text NOT NULL,
        aggregate_id text NOT NULL,
        version bigint NOT NULL,
        id uuid NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        type text NOT NULL,
        actor text NOT NULL,
        time timestamptz NOT NULL,
        payload bytea NOT NULL,
        trace text,
        number bigint,
        hash bytea,
        published_time timestamptz,
        CONSTRAINT ledger_pkey PRIMARY KEY (tenant, aggregate, aggregate_id, version)
    )
    """,
    "CREATE UNIQUE INDEX ledger_number_key ON ledger (tenant, number) WHERE number IS NOT NULL",
    "CREATE INDEX ledger_unnumbered_idx ON ledger (seq) WHERE number IS NULL",
    """
    CREATE INDEX ledger_unpublished_idx ON ledger (tenant, number)
    WHERE number IS NOT NULL AND published_time IS NULL
    """,
    """
    CREATE TABLE ledger_heads (
        tenant text NOT NULL,
        number bigint NOT NULL,
        hash bytea NOT NULL,
        CONSTRAINT ledger_heads_pkey PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE deadlines (
        tenant text NOT NULL,
        owner text NOT NULL,
        kind text NOT NULL,
        due_time timestamptz NOT NULL,
        attempts integer DEFAULT 0 NOT NULL,
        not_before timestamptz,
        CONSTRAINT deadlines_pkey PRIMARY KEY (tenant, owner, kind)
    )
    """,
    "CREATE INDEX deadlines_due_time_idx ON deadlines (due_time)",
    """
    CREATE TABLE inbox (
        tenant text NOT NULL,
        consumer text NOT NULL,
        event_id uuid NOT NULL,
        time timestamptz NOT NULL,
        CONSTRAINT inbox_pkey PRIMARY KEY (tenant, consumer, event_id)
    )
    """,
    """
    CREATE TABLE aggregate_versions (
        tenant text NOT NULL,
        consumer text NOT NULL,
        aggregate text NOT NULL,
        aggregate_id text NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT aggregate_versions_pkey PRIMARY KEY (tenant, consumer, aggregate, aggregate_id)
    )
    """,
    """
    CREATE TABLE dead_letters (
        tenant text NOT NULL,
        consumer text NOT NULL,
        event_id uuid NOT NULL,
        type text NOT NULL,
        subject text NOT NULL,
        headers json NOT NULL,
        payload bytea NOT NULL,
        error text NOT NULL,
        attempts integer NOT NULL,
        time timestamptz NOT NULL,
        CONSTRAINT dead_letters_pkey PRIMARY KEY (tenant, consumer, event_id)
    )
    """,
    """
    CREATE TABLE undecodable (
        id uuid NOT NULL,
        consumer text NOT NULL,
        subject text NOT NULL,
        headers json NOT NULL,
        payload bytea NOT NULL,
        error text NOT NULL,
        time timestamptz NOT NULL,
        CONSTRAINT undecodable_pkey PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE requests (
        tenant text NOT NULL,
        id bytea NOT NULL,
        fingerprint bytea NOT NULL,
        response bytea NOT NULL,
        time timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT requests_pkey PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE TABLE town_keys (
        tenant text NOT NULL,
        id uuid NOT NULL,
        master_key_id text NOT NULL,
        algorithm text NOT NULL,
        wrapped bytea NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT town_keys_pkey PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE TABLE data_keys (
        tenant text NOT NULL,
        owner text NOT NULL,
        id uuid NOT NULL,
        town_key_id uuid NOT NULL,
        algorithm text NOT NULL,
        wrapped bytea,
        shred_time timestamptz,
        CONSTRAINT data_keys_pkey PRIMARY KEY (tenant, owner)
    )
    """,
)

OPEN: Rights = {
    "tenants": ("select", "insert"),
    "undecodable": ("select", "insert", "delete"),
}
"""Tables of no tenant, and what the application may do there."""

WALLED: Rights = {
    "ledger": ("select", "insert"),
    "ledger_heads": ("select",),
    "deadlines": ("select", "insert", "update", "delete"),
    "inbox": ("select", "insert", "delete"),
    "aggregate_versions": ("select", "insert", "update", "delete"),
    "dead_letters": ("select", "insert", "update", "delete"),
    "requests": ("select", "insert", "delete"),
    "town_keys": ("select", "insert", "update"),
    "data_keys": ("select", "insert", "update"),
}
"""Tables of tenants, and what the application may do there."""

RELAY: Rights = {
    "ledger": ("select", "update (number, hash, published_time)"),
    "ledger_heads": ("select", "insert", "update"),
}
SWEEPER: Rights = {
    "deadlines": ("select (tenant, kind, owner, due_time, not_before)",),
}
"""What the two roles that span tenants may do."""


def create_foundation(operations: Operations, service: str) -> None:
    """Creates the foundation's tables. To be called first in a service's first step, with alembic's `op`."""
    for statement in STATEMENTS:
        operations.execute(statement)
    for table, rights in OPEN.items():
        grant(operations, table, f"{service}_app", rights)
    for table, rights in WALLED.items():
        secure(operations, service, table, rights)
    _span(operations, f"{service}_relay", RELAY)
    _span(operations, f"{service}_sweeper", SWEEPER)


def _span(operations: Operations, role: str, tables: Rights) -> None:
    for table, rights in tables.items():
        grant(operations, table, role, rights)
        for right in rights:
            spanning_policy(operations, table, role, right.split()[0])
