"""Calendars: days that county and towns set, and the years that were imported in a county."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE calendars (
        tenant text NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT calendars_pkey PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE calendar_days (
        tenant text NOT NULL,
        day date NOT NULL,
        working boolean NOT NULL,
        reason text NOT NULL,
        CONSTRAINT calendar_days_pkey PRIMARY KEY (tenant, day)
    )
    """,
    """
    CREATE TABLE calendar_arrangements (
        tenant text NOT NULL,
        year smallint NOT NULL,
        number text NOT NULL,
        issued date,
        import_time timestamptz NOT NULL,
        CONSTRAINT calendar_arrangements_pkey PRIMARY KEY (tenant, year)
    )
    """,
    """
    CREATE TABLE calendar_arrangement_days (
        tenant text NOT NULL,
        year smallint NOT NULL,
        day date NOT NULL,
        working boolean NOT NULL,
        reason text NOT NULL,
        CONSTRAINT calendar_arrangement_days_pkey PRIMARY KEY (tenant, year, day),
        CONSTRAINT calendar_arrangement_days_tenant_year_fkey FOREIGN KEY (tenant, year)
            REFERENCES calendar_arrangements (tenant, year)
    )
    """,
)

WALLED = {
    "calendars": ("select", "insert", "update"),
    "calendar_days": ("select", "insert", "update", "delete"),
    "calendar_arrangements": ("select", "insert", "update"),
    "calendar_arrangement_days": ("select", "insert", "delete"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "gateway", table, rights)
