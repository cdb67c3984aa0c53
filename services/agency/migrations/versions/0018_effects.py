"""What cases brought about: dispositions of the risk service, told to the applicants."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0018"
down_revision = "0017"

CASE_EFFECTS = """
    CREATE TABLE case_effects (
        tenant text NOT NULL,
        "case" text NOT NULL,
        disposition text NOT NULL,
        deed smallint NOT NULL,
        day date NOT NULL,
        CONSTRAINT case_effects_pkey PRIMARY KEY (tenant, "case", disposition, deed),
        CONSTRAINT case_effects_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
"""


def upgrade() -> None:
    op.execute(CASE_EFFECTS)
    secure(op, "agency", "case_effects", ("select", "insert"))
