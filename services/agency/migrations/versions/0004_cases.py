"""Cases, the parts of their routes, the series of their numbers, sealed texts and receipts."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE receipt_tries (
        tenant text NOT NULL,
        key text NOT NULL,
        window_start timestamptz NOT NULL,
        tries integer NOT NULL,
        CONSTRAINT receipt_tries_pkey PRIMARY KEY (tenant, key, window_start)
    )
    """,
    """
    CREATE TABLE cases (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        number text NOT NULL,
        point text NOT NULL,
        item text NOT NULL,
        item_version integer NOT NULL,
        handling smallint NOT NULL,
        state smallint NOT NULL,
        owner text NOT NULL,
        offered_to text,
        receive_time timestamptz NOT NULL,
        receive_date date NOT NULL,
        complete_date date,
        lacking text[] NOT NULL,
        owed text[] NOT NULL,
        owed_until date,
        notices integer NOT NULL,
        accept_date date,
        pause_starts date[] NOT NULL,
        pause_ends date[] NOT NULL,
        outcome smallint,
        decide_date date,
        tell_date date,
        promised_date date,
        provisional boolean NOT NULL,
        calendar_revision bigint NOT NULL,
        CONSTRAINT cases_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT cases_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit)
    )
    """,
    "CREATE UNIQUE INDEX cases_number_key ON cases (tenant, number)",
    """
    CREATE TABLE case_parts (
        tenant text NOT NULL,
        "case" text NOT NULL,
        step smallint NOT NULL,
        place smallint NOT NULL,
        tier smallint NOT NULL,
        desk text NOT NULL,
        days smallint NOT NULL,
        start_date date,
        end_date date,
        pause_grounds text[] NOT NULL,
        pause_starts date[] NOT NULL,
        pause_ends date[] NOT NULL,
        CONSTRAINT case_parts_pkey PRIMARY KEY (tenant, "case", step, place),
        CONSTRAINT case_parts_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    "CREATE INDEX case_parts_desk_idx ON case_parts (tenant, desk, end_date)",
    """
    CREATE TABLE case_series (
        tenant text NOT NULL,
        point text NOT NULL,
        year integer NOT NULL,
        last integer NOT NULL,
        CONSTRAINT case_series_pkey PRIMARY KEY (tenant, point, year)
    )
    """,
    """
    CREATE TABLE case_texts (
        tenant text NOT NULL,
        "case" text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT case_texts_pkey PRIMARY KEY (tenant, "case", id),
        CONSTRAINT case_texts_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    """
    CREATE TABLE case_receipts (
        tenant text NOT NULL,
        hash bytea NOT NULL,
        "case" text NOT NULL,
        expire_time timestamptz,
        CONSTRAINT case_receipts_pkey PRIMARY KEY (tenant, hash),
        CONSTRAINT case_receipts_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
)

WALLED = {
    "receipt_tries": ("select", "insert", "update", "delete"),
    "cases": ("select", "insert", "update"),
    "case_parts": ("select", "insert", "update"),
    "case_series": ("select", "insert", "update"),
    "case_texts": ("select", "insert"),
    "case_receipts": ("select", "insert", "update"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
