"""The copy of a unit says whether it has a window in the county's hall."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE units ADD COLUMN has_window boolean DEFAULT false NOT NULL")
