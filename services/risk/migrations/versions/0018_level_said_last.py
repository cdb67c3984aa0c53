"""The level of a report is the one that its latest version says: a slip that was put right hides nothing for ever."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("ALTER TABLE origins ADD COLUMN version bigint NOT NULL DEFAULT '0'")
    op.execute("GRANT update (version) ON origins TO risk_app")
