"""When what was done because of a case was done: of one day, the earlier is told first."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("ALTER TABLE case_effects ADD COLUMN time timestamptz DEFAULT now() NOT NULL")
