"""Consultations; what applicants say to have handed in; the consultation that a case was."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """
    ALTER TABLE cases
        ADD COLUMN handed_in_materials text[] NOT NULL DEFAULT '{}',
        ADD COLUMN handed_in_dates date[] NOT NULL DEFAULT '{}',
        ADD COLUMN consultation text
    """,
    """
    CREATE TABLE consultations (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        number text NOT NULL,
        point text NOT NULL,
        item text,
        channel smallint NOT NULL,
        state smallint NOT NULL,
        owner text NOT NULL,
        ask_time timestamptz NOT NULL,
        answer_time timestamptz,
        answerer text,
        "case" text,
        CONSTRAINT consultations_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT consultations_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit),
        CONSTRAINT consultations_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX consultations_number_key ON consultations (tenant, number)",
    "CREATE INDEX consultations_ask_time_idx ON consultations (tenant, ask_time, id)",
    "CREATE INDEX consultations_point_idx ON consultations (tenant, point, ask_time, id)",
    """
    CREATE TABLE consultation_series (
        tenant text NOT NULL,
        point text NOT NULL,
        year integer NOT NULL,
        last integer NOT NULL,
        CONSTRAINT consultation_series_pkey PRIMARY KEY (tenant, point, year)
    )
    """,
    """
    CREATE TABLE consultation_texts (
        tenant text NOT NULL,
        consultation text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT consultation_texts_pkey PRIMARY KEY (tenant, consultation, id),
        CONSTRAINT consultation_texts_tenant_consultation_fkey FOREIGN KEY (tenant, consultation)
            REFERENCES consultations (tenant, id)
    )
    """,
    """
    CREATE TABLE consultation_receipts (
        tenant text NOT NULL,
        hash bytea NOT NULL,
        consultation text NOT NULL,
        expire_time timestamptz,
        CONSTRAINT consultation_receipts_pkey PRIMARY KEY (tenant, hash),
        CONSTRAINT consultation_receipts_tenant_consultation_fkey FOREIGN KEY (tenant, consultation)
            REFERENCES consultations (tenant, id)
    )
    """,
)

WALLED = {
    "consultations": ("select", "insert", "update"),
    "consultation_series": ("select", "insert", "update"),
    "consultation_texts": ("select", "insert"),
    "consultation_receipts": ("select", "insert", "update"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
