"""What was behind an oversight that was answered, of cases that are late anew since."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0011"
down_revision = "0010"

TABLE = """
    CREATE TABLE earlier_late_cases (
        tenant text NOT NULL,
        oversight text NOT NULL,
        "case" text NOT NULL,
        unit text NOT NULL,
        number text NOT NULL,
        event text NOT NULL,
        "time" timestamptz NOT NULL,
        lifted boolean NOT NULL,
        CONSTRAINT earlier_late_cases_pkey PRIMARY KEY (tenant, oversight, "case"),
        CONSTRAINT earlier_late_cases_tenant_oversight_fkey
            FOREIGN KEY (tenant, oversight) REFERENCES oversights (tenant, id)
    )
"""


def upgrade() -> None:
    op.execute(TABLE)
    secure(op, "watch", "earlier_late_cases", ("select", "insert"))
