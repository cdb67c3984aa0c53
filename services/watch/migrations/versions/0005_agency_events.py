"""What follows in watch from the agency's events: cases that were late at a point, and reports made from ratings."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE late_cases (
        tenant text NOT NULL,
        unit text NOT NULL,
        "case" text NOT NULL,
        number text NOT NULL,
        event text NOT NULL,
        "time" timestamptz NOT NULL,
        oversight text,
        CONSTRAINT late_cases_pkey PRIMARY KEY (tenant, unit, "case"),
        CONSTRAINT late_cases_tenant_oversight_fkey FOREIGN KEY (tenant, oversight) REFERENCES oversights (tenant, id)
    )
    """,
    'CREATE INDEX late_cases_time_idx ON late_cases (tenant, unit, "time")',
    """
    CREATE INDEX late_cases_oversight_idx ON late_cases (tenant, oversight, "time") WHERE oversight IS NOT NULL
    """,
    "CREATE UNIQUE INDEX reports_origin_key ON reports (tenant, origin) WHERE origin IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    secure(op, "watch", "late_cases", ("select", "insert", "update"))
