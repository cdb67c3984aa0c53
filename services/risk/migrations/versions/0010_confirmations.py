"""When a risk point was confirmed, whatever became of it later."""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    "ALTER TABLE risk_points ADD COLUMN confirm_time timestamptz",
    "GRANT update (confirm_time) ON risk_points TO risk_app",
)

# Of those that stand no longer it is not known: they were confirmed soon after their meeting was recorded.
KNOW_WHEN = """
    UPDATE risk_points SET confirm_time = CASE state WHEN 5 THEN state_time ELSE record_time END
    FROM leadership_meetings AS held
    WHERE held.tenant = risk_points.tenant AND held.id = risk_points.meeting AND state IN (5, 7, 8)
"""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for_each_tenant(op.get_bind(), lambda: op.execute(KNOW_WHEN))
