"""When what is sealed of meetings, and of oversights without a report, is forgotten; receipts that have expired are
deleted.

What has ended already counts as if it had ended under what its town has set now.
"""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant
from services.common.schema import grant

revision = "0006"
down_revision = "0005"

KEEP_WHAT_ENDED = """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT current_setting('app.tenant'), ended.collection || '/' || ended.id, 'record.shredding',
        ended.day + make_interval(years => coalesce((SELECT retention_years FROM town_settings), 5))
    FROM (
        SELECT 'meetings' AS collection, id, create_time AS day FROM meetings
        UNION ALL SELECT 'oversights', id, answer_time FROM oversights WHERE report IS NULL AND answer_time IS NOT NULL
    ) AS ended
"""


def upgrade() -> None:
    grant(op, "receipts", "watch_app", ("delete",))
    for_each_tenant(op.get_bind(), forget)


def forget() -> None:
    op.execute(KEEP_WHAT_ENDED)
    op.execute("DELETE FROM receipts WHERE expire_time IS NOT NULL")
