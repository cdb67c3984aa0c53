"""What follows in watch from the risk service's events: special oversight for red warnings, and what reports brought
about."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    "ALTER TABLE oversights ADD COLUMN warning text",
    "ALTER TABLE oversights ADD COLUMN seen_from smallint DEFAULT 1 NOT NULL",
    "ALTER TABLE oversights ADD COLUMN kept_from text[] DEFAULT '{}' NOT NULL",
    """
    CREATE UNIQUE INDEX oversights_warning_key ON oversights (tenant, warning)
    WHERE warning IS NOT NULL AND state = 1
    """,
    """
    CREATE TABLE report_effects (
        tenant text NOT NULL,
        report text NOT NULL,
        disposition text NOT NULL,
        deed smallint NOT NULL,
        day date NOT NULL,
        level smallint NOT NULL,
        accounts text[] NOT NULL,
        CONSTRAINT report_effects_pkey PRIMARY KEY (tenant, report, disposition, deed),
        CONSTRAINT report_effects_tenant_report_fkey FOREIGN KEY (tenant, report) REFERENCES reports (tenant, id)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    secure(op, "watch", "report_effects", ("select", "insert"))
