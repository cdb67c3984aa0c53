"""Whether the holder of an account has ever chosen a password: who may reset it depends on that for good."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE accounts ADD COLUMN taken_into_use boolean DEFAULT false NOT NULL")
