"""The tables that every service has, beside those of its features. `create_foundation` in `migrations` makes them."""

from __future__ import annotations

import sqlalchemy as sa

from services.common.schema import instant, metadata, tenant_table

FOUNDATION = metadata()

TENANTS = sa.Table(
    "tenants",
    FOUNDATION,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("create_time", instant(), nullable=False),
    info={"exempt": "the list of tenants itself", "app": frozenset({"select", "insert"})},
)
"""The tenants that this service knows. Not walled in: it is what a walk over all tenants starts from."""

LEDGER = tenant_table(
    "ledger",
    FOUNDATION,
    sa.Column("aggregate", sa.Text, nullable=False),
    sa.Column("aggregate_id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("time", instant(), nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("trace", sa.Text),
    sa.Column("number", sa.BigInteger),
    sa.Column("hash", sa.LargeBinary),
    sa.Column("published_time", instant()),
    key=("aggregate", "aggregate_id", "version"),
    app=("select", "insert"),
)
"""One entry per state change. `number` and `hash` are given by the relay after the commit, `published_time` when
the stream has acknowledged. `seq` only says in which order the relay takes entries; it is no part of the evidence."""

sa.Index(
    "ledger_number_key", LEDGER.c.tenant, LEDGER.c.number, unique=True, postgresql_where=LEDGER.c.number.is_not(None)
)
sa.Index("ledger_unnumbered_idx", LEDGER.c.seq, postgresql_where=LEDGER.c.number.is_(None))
sa.Index(
    "ledger_unpublished_idx",
    LEDGER.c.tenant,
    LEDGER.c.number,
    postgresql_where=sa.and_(LEDGER.c.number.is_not(None), LEDGER.c.published_time.is_(None)),
)

LEDGER_HEADS = tenant_table(
    "ledger_heads",
    FOUNDATION,
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    app=("select",),
)
"""The last number and hash of each tenant's chain."""

DEADLINES = tenant_table(
    "deadlines",
    FOUNDATION,
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("due_time", instant(), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", instant()),
    key=("owner", "kind"),
)
"""What is to happen when. A row is deleted in the transaction in which it fires."""

sa.Index("deadlines_due_time_idx", DEADLINES.c.due_time)

INBOX = tenant_table(
    "inbox",
    FOUNDATION,
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("time", instant(), nullable=False),
    key=("consumer", "event_id"),
    app=("select", "insert", "delete"),
)
"""The events that a consumer has taken, each written in the transaction of its effect."""

AGGREGATE_VERSIONS = tenant_table(
    "aggregate_versions",
    FOUNDATION,
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("aggregate", sa.Text, nullable=False),
    sa.Column("aggregate_id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    key=("consumer", "aggregate", "aggregate_id"),
)
"""The last version of each aggregate that a consumer has seen."""

DEAD_LETTERS = tenant_table(
    "dead_letters",
    FOUNDATION,
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("time", instant(), nullable=False),
    key=("consumer", "event_id"),
)
"""Events that a consumer failed on until it gave up, with the last error; a replay deletes the row."""

UNDECODABLE = sa.Table(
    "undecodable",
    FOUNDATION,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("time", instant(), nullable=False),
    info={
        "exempt": "an event that could not be decoded has no tenant",
        "app": frozenset({"select", "insert", "delete"}),
    },
)

REQUESTS = tenant_table(
    "requests",
    FOUNDATION,
    sa.Column("id", sa.LargeBinary, nullable=False),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("response", sa.LargeBinary, nullable=False),
    sa.Column("time", instant(), nullable=False, server_default=sa.func.now()),
    key=("id",),
    app=("select", "insert", "delete"),
)
"""Creations that named a request id, with their first result: hashes, and a sealed response."""

TOWN_KEYS = tenant_table(
    "town_keys",
    FOUNDATION,
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("master_key_id", sa.Text, nullable=False),
    sa.Column("algorithm", sa.Text, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    key=("id",),
    app=("select", "insert", "update"),
)

DATA_KEYS = tenant_table(
    "data_keys",
    FOUNDATION,
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("town_key_id", sa.Uuid, nullable=False),
    sa.Column("algorithm", sa.Text, nullable=False),
    sa.Column("wrapped", sa.LargeBinary),
    sa.Column("shred_time", instant()),
    key=("owner",),
    app=("select", "insert", "update"),
)
"""One key per sealed thing. Shredding sets `wrapped` to null, and `shred_time`."""
