"""An entry knows of whom its report was found true: true of another cadre is news, true of the same again is not."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("ALTER TABLE risk_information_entries ADD COLUMN cadre text")
