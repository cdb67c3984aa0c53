"""The organisation's copies, and the agency points in its units."""

from __future__ import annotations

from alembic import op

from services.common.migrations import create_foundation, create_organisation
from services.common.schema import secure

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE points (
        tenant text NOT NULL,
        unit text NOT NULL,
        tier smallint NOT NULL,
        open_time timestamptz NOT NULL,
        retired boolean NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT points_pkey PRIMARY KEY (tenant, unit),
        CONSTRAINT points_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES units (tenant, code)
    )
    """,
)

WALLED = {
    "points": ("select", "insert", "update"),
}


def upgrade() -> None:
    create_foundation(op, "agency")
    create_organisation(op, "agency")
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
