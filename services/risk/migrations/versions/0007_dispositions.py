"""Dispositions of warnings, the looks at corrections, and their sealed texts."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """
    CREATE TABLE dispositions (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        number text NOT NULL,
        warning text NOT NULL,
        subject smallint NOT NULL,
        subject_id text NOT NULL,
        unit text NOT NULL,
        position text,
        power text,
        severity smallint NOT NULL,
        state smallint NOT NULL,
        milder boolean NOT NULL,
        last_day date,
        late boolean NOT NULL,
        organ_level smallint NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        acceptor text,
        accept_time timestamptz,
        result smallint,
        result_time timestamptz,
        level smallint NOT NULL,
        cadres text[] NOT NULL,
        accounts text[] NOT NULL,
        CONSTRAINT dispositions_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT dispositions_tenant_warning_fkey FOREIGN KEY (tenant, warning) REFERENCES warnings (tenant, id),
        CONSTRAINT dispositions_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES inventories (tenant, id)
    )
    """,
    "CREATE INDEX dispositions_create_time_idx ON dispositions (tenant, create_time, id)",
    "CREATE INDEX dispositions_last_day_idx ON dispositions (tenant, last_day, id)",
    "CREATE INDEX dispositions_matter_idx ON dispositions (tenant, subject, subject_id, create_time)",
    "CREATE UNIQUE INDEX dispositions_number_key ON dispositions (tenant, number)",
    "CREATE INDEX dispositions_warning_idx ON dispositions (tenant, warning)",
    """
    CREATE TABLE correction_checks (
        tenant text NOT NULL,
        id text NOT NULL,
        disposition text NOT NULL,
        done boolean NOT NULL,
        last_day date NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT correction_checks_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT correction_checks_tenant_disposition_fkey
            FOREIGN KEY (tenant, disposition) REFERENCES dispositions (tenant, id)
    )
    """,
    "CREATE INDEX correction_checks_disposition_idx ON correction_checks (tenant, disposition, create_time)",
    """
    CREATE TABLE disposition_texts (
        tenant text NOT NULL,
        disposition text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT disposition_texts_pkey PRIMARY KEY (tenant, disposition, id),
        CONSTRAINT disposition_texts_tenant_disposition_fkey
            FOREIGN KEY (tenant, disposition) REFERENCES dispositions (tenant, id)
    )
    """,
)

WALLED = {
    "dispositions": (
        "select",
        "insert",
        "update (version, state, last_day, late, acceptor, accept_time, result, result_time)",
    ),
    "correction_checks": ("select", "insert"),
    "disposition_texts": ("select", "insert"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
