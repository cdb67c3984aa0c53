"""The feeds of county and towns, and the boards that are made of them."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE feed_heads (
        tenant text NOT NULL,
        epoch integer NOT NULL,
        number bigint NOT NULL,
        CONSTRAINT feed_heads_pkey PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE feed (
        tenant text NOT NULL,
        number bigint NOT NULL,
        event uuid NOT NULL,
        type text NOT NULL,
        town text NOT NULL,
        resource text NOT NULL,
        matter text NOT NULL,
        cited text NOT NULL,
        unit text NOT NULL,
        time timestamptz NOT NULL,
        level smallint NOT NULL,
        subject text,
        recused text[] NOT NULL,
        ledger_number bigint NOT NULL,
        ledger_hash bytea NOT NULL,
        payload bytea NOT NULL,
        CONSTRAINT feed_pkey PRIMARY KEY (tenant, number)
    )
    """,
    "CREATE INDEX feed_matter_idx ON feed (tenant, matter, number)",
    "CREATE INDEX feed_town_idx ON feed (tenant, town, number)",
    "CREATE INDEX feed_type_idx ON feed (tenant, type, number)",
    """
    CREATE TABLE feed_matters (
        tenant text NOT NULL,
        matter text NOT NULL,
        level smallint NOT NULL,
        subject text,
        recused text[] NOT NULL,
        CONSTRAINT feed_matters_pkey PRIMARY KEY (tenant, matter)
    )
    """,
    """
    CREATE TABLE overdue_matters (
        tenant text NOT NULL,
        resource text NOT NULL,
        service text NOT NULL,
        town text NOT NULL,
        cited text NOT NULL,
        unit text NOT NULL,
        organ text NOT NULL,
        level smallint NOT NULL,
        due_time timestamptz NOT NULL,
        overdue_time timestamptz NOT NULL,
        escalated_to smallint,
        CONSTRAINT overdue_matters_pkey PRIMARY KEY (tenant, resource)
    )
    """,
    "CREATE INDEX overdue_matters_due_idx ON overdue_matters (tenant, due_time, resource)",
    """
    CREATE TABLE daily_figures (
        tenant text NOT NULL,
        day date NOT NULL,
        town text NOT NULL,
        registered integer NOT NULL,
        answered integer NOT NULL,
        answered_in_time integer NOT NULL,
        answered_late integer NOT NULL,
        overdue integer NOT NULL,
        escalated integer NOT NULL,
        substantiated integer NOT NULL,
        closed integer NOT NULL,
        reopened integer NOT NULL,
        not_accepted integer NOT NULL,
        oversights integer NOT NULL,
        meetings_held integer NOT NULL,
        meetings_missed integer NOT NULL,
        boxes_forgotten integer NOT NULL,
        CONSTRAINT daily_figures_pkey PRIMARY KEY (tenant, day, town)
    )
    """,
)

WALLED = {
    "feed_heads": ("select", "insert", "update"),
    "feed": ("select", "insert"),
    "feed_matters": ("select", "insert", "update"),
    "overdue_matters": ("select", "insert", "update", "delete"),
    "daily_figures": ("select", "insert", "update", "delete"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "gateway", table, rights)
