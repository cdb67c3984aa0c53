"""When what was done because of a report was done: of one day, the earlier is told first."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("ALTER TABLE report_effects ADD COLUMN time timestamptz DEFAULT now() NOT NULL")
