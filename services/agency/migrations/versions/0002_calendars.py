"""The copies of the calendars."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0002"
down_revision = "0001"

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
        level smallint NOT NULL,
        day date NOT NULL,
        working boolean NOT NULL,
        reason text NOT NULL,
        CONSTRAINT calendar_days_pkey PRIMARY KEY (tenant, level, day)
    )
    """,
    """
    CREATE TABLE calendar_arrangements (
        tenant text NOT NULL,
        year smallint NOT NULL,
        file text NOT NULL,
        CONSTRAINT calendar_arrangements_pkey PRIMARY KEY (tenant, year)
    )
    """,
)

WALLED = {
    "calendars": ("select", "insert", "update"),
    "calendar_days": ("select", "insert", "update", "delete"),
    "calendar_arrangements": ("select", "insert", "update"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
