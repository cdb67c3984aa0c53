"""The desks of county departments, over all towns."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """
    CREATE TABLE desk_entries (
        tenant text NOT NULL,
        "case" text NOT NULL,
        step smallint NOT NULL,
        desk text NOT NULL,
        town text NOT NULL,
        number text NOT NULL,
        unit text NOT NULL,
        item text NOT NULL,
        state smallint NOT NULL,
        start_date date NOT NULL,
        due_date date NOT NULL,
        promised_date date,
        CONSTRAINT desk_entries_pkey PRIMARY KEY (tenant, "case", step, desk)
    )
    """,
    'CREATE INDEX desk_entries_due_idx ON desk_entries (tenant, desk, due_date, "case", step)',
    'CREATE INDEX desk_entries_start_idx ON desk_entries (tenant, desk, start_date, "case", step)',
    "CREATE INDEX desk_entries_number_idx ON desk_entries (tenant, number)",
    """
    CREATE TABLE desk_counts (
        tenant text NOT NULL,
        desk text NOT NULL,
        town text NOT NULL,
        here boolean NOT NULL,
        due_date date NOT NULL,
        entries integer NOT NULL,
        CONSTRAINT desk_counts_pkey PRIMARY KEY (tenant, desk, town, here, due_date)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("desk_entries", "desk_counts"):
        secure(op, "gateway", table, ("select", "insert", "update", "delete"))
