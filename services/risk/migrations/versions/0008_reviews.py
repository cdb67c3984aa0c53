"""Editions of risk reviews, and what people wrote to them."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    """
    CREATE TABLE risk_reviews (
        tenant text NOT NULL,
        id text NOT NULL,
        number text NOT NULL,
        period text NOT NULL,
        publisher text NOT NULL,
        publish_time timestamptz NOT NULL,
        content bytea NOT NULL,
        unit text NOT NULL,
        edition integer NOT NULL,
        CONSTRAINT risk_reviews_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX risk_reviews_number_key ON risk_reviews (tenant, number)",
    "CREATE UNIQUE INDEX risk_reviews_edition_key ON risk_reviews (tenant, unit, period, edition)",
    "CREATE INDEX risk_reviews_publish_time_idx ON risk_reviews (tenant, publish_time, id)",
    """
    CREATE TABLE risk_review_texts (
        tenant text NOT NULL,
        risk_review text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT risk_review_texts_pkey PRIMARY KEY (tenant, risk_review, id),
        CONSTRAINT risk_review_texts_tenant_risk_review_fkey FOREIGN KEY (tenant, risk_review)
            REFERENCES risk_reviews (tenant, id)
    )
    """,
)

WALLED = {"risk_reviews": ("select", "insert"), "risk_review_texts": ("select", "insert")}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
