"""Late cases whose lateness held no more after it was told."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("ALTER TABLE late_cases ADD COLUMN lifted boolean DEFAULT false NOT NULL")
