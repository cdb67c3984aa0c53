"""Why the promised date of a decided case was what it was, day by day."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE case_explanations (
            tenant text NOT NULL,
            "case" text NOT NULL,
            working_days integer NOT NULL,
            days date[] NOT NULL,
            counted boolean[] NOT NULL,
            texts text[] NOT NULL,
            CONSTRAINT case_explanations_pkey PRIMARY KEY (tenant, "case"),
            CONSTRAINT case_explanations_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
        )
    """)
    secure(op, "agency", "case_explanations", ("select", "insert"))
