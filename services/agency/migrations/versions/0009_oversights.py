"""Urging and oversight of cases, and how long what is sealed of them is kept."""

from __future__ import annotations

from alembic import op

from services.common.schema import grant, secure

revision = "0009"
down_revision = "0008"

STATEMENTS = (
    """
    CREATE TABLE case_oversights (
        tenant text NOT NULL,
        "case" text NOT NULL,
        id text NOT NULL,
        kind smallint NOT NULL,
        origin smallint NOT NULL,
        of_promise boolean NOT NULL,
        part text NOT NULL,
        desk text NOT NULL,
        overseer smallint NOT NULL,
        state smallint NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        send_time timestamptz,
        last_day date,
        late boolean NOT NULL,
        answerer text,
        answer_time timestamptz,
        by_deed boolean NOT NULL,
        sealed_text bytea,
        sealed_answer bytea,
        CONSTRAINT case_oversights_pkey PRIMARY KEY (tenant, "case", id),
        CONSTRAINT case_oversights_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    """
    CREATE UNIQUE INDEX case_oversights_cause_key ON case_oversights (tenant, "case", origin, of_promise, part)
        WHERE origin <> 1
    """,
    "CREATE INDEX case_oversights_create_time_idx ON case_oversights (tenant, create_time, id)",
    "CREATE INDEX case_oversights_last_day_idx ON case_oversights (tenant, last_day, id)",
    "CREATE INDEX case_oversights_desk_idx ON case_oversights (tenant, desk, state)",
    'CREATE INDEX case_receipts_case_idx ON case_receipts (tenant, "case")',
    """
    CREATE TABLE agency_settings (
        tenant text NOT NULL,
        receipt_days integer NOT NULL,
        retention_years integer NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT agency_settings_pkey PRIMARY KEY (tenant)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("case_oversights", "agency_settings"):
        secure(op, "agency", table, ("select", "insert", "update"))
    grant(op, "case_receipts", "agency_app", ("delete",))
