"""Supervision cards, commitments, diaries and what else points put on record about themselves."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0011"
down_revision = "0010"

STATEMENTS = (
    """
    CREATE TABLE card_series (
        tenant text NOT NULL,
        point text NOT NULL,
        year integer NOT NULL,
        last integer NOT NULL,
        CONSTRAINT card_series_pkey PRIMARY KEY (tenant, point, year)
    )
    """,
    """
    CREATE TABLE cards (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        number text NOT NULL,
        point text NOT NULL,
        "case" text,
        hander text NOT NULL,
        hand_out_time timestamptz NOT NULL,
        hand_out_date date NOT NULL,
        code_hash bytea NOT NULL,
        state smallint NOT NULL,
        satisfaction smallint,
        channel smallint,
        recorder text,
        return_time timestamptz,
        return_date date,
        sealed_holder bytea,
        sealed_opinion bytea,
        CONSTRAINT cards_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT cards_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit),
        CONSTRAINT cards_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX cards_code_hash_key ON cards (tenant, code_hash)",
    "CREATE INDEX cards_hand_out_date_idx ON cards (tenant, hand_out_date)",
    "CREATE INDEX cards_hand_out_time_idx ON cards (tenant, hand_out_time, id)",
    "CREATE UNIQUE INDEX cards_number_key ON cards (tenant, number)",
    "CREATE INDEX cards_return_date_idx ON cards (tenant, return_date)",
)

WALLED = {
    "card_series": ("select", "insert", "update"),
    "cards": ("select", "insert", "update"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
