"""When the rule last graded a power, also where its grade stayed the same.

Of what was graded before it is known only since when the grade counts.
"""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    "ALTER TABLE powers ADD COLUMN rule_time timestamptz DEFAULT now() NOT NULL",
    "GRANT update (rule_time) ON powers TO risk_app",
)

SINCE_IT_COUNTS = "UPDATE powers SET rule_time = grade_time"


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for_each_tenant(op.get_bind(), lambda: op.execute(SINCE_IT_COUNTS))
