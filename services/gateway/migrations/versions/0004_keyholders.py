"""Who may know an account's password, and who could act as the proposer of a discipline role.

Of accounts and proposals that are there already it is not known; they count as their holders' own.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE accounts ADD COLUMN made_up_by text[] DEFAULT '{}'::text[] NOT NULL")
    op.execute("ALTER TABLE accounts ADD COLUMN made_up_time timestamp with time zone")
    op.execute("ALTER TABLE role_proposals ADD COLUMN proposed_by text[] DEFAULT '{}'::text[] NOT NULL")
