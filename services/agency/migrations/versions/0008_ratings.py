"""Ratings, which are written once, and their follow-ups."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    """
    CREATE TABLE ratings (
        tenant text NOT NULL,
        id text NOT NULL,
        "case" text NOT NULL,
        case_number text NOT NULL,
        kind smallint NOT NULL,
        unit text NOT NULL,
        item text NOT NULL,
        level smallint NOT NULL,
        tags smallint[] NOT NULL,
        give_time timestamptz NOT NULL,
        give_date date NOT NULL,
        CONSTRAINT ratings_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT ratings_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    'CREATE UNIQUE INDEX ratings_case_key ON ratings (tenant, "case", kind, unit)',
    "CREATE INDEX ratings_give_time_idx ON ratings (tenant, give_time, id)",
    "CREATE INDEX ratings_unit_idx ON ratings (tenant, unit, give_time, id)",
    "CREATE INDEX ratings_give_date_idx ON ratings (tenant, kind, give_date)",
    """
    CREATE TABLE rating_follow_ups (
        tenant text NOT NULL,
        rating text NOT NULL,
        unit text NOT NULL,
        version bigint NOT NULL,
        state smallint NOT NULL,
        organ smallint NOT NULL,
        start_date date NOT NULL,
        due_date date,
        answer_date date,
        late boolean NOT NULL,
        answered boolean NOT NULL,
        ending smallint,
        calendar_revision bigint NOT NULL,
        CONSTRAINT rating_follow_ups_pkey PRIMARY KEY (tenant, rating),
        CONSTRAINT rating_follow_ups_tenant_rating_fkey FOREIGN KEY (tenant, rating) REFERENCES ratings (tenant, id)
    )
    """,
    "CREATE INDEX rating_follow_ups_due_idx ON rating_follow_ups (tenant, due_date, rating)",
    """
    CREATE INDEX rating_follow_ups_recount_idx ON rating_follow_ups (tenant, calendar_revision, rating)
    WHERE state = 1
    """,
)

WALLED = {"ratings": ("select", "insert"), "rating_follow_ups": ("select", "insert", "update")}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
