"""Whether an opinion or an objection came without an account. Of those before it is not known, and counts no more."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENTS = (
    "ALTER TABLE risk_opinions ADD COLUMN without_account boolean DEFAULT false NOT NULL",
    "ALTER TABLE objections ADD COLUMN without_account boolean DEFAULT false NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
