"""Whether what was done because of a report was done because it was handled late alone."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("ALTER TABLE report_effects ADD COLUMN delayed boolean DEFAULT false NOT NULL")
