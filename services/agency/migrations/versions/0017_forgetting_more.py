"""When what is sealed of meetings, inspections and dismissals is forgotten; codes that have expired are deleted.

What has ended already counts as if it had ended under what its town has set now.
"""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant
from services.common.schema import grant

revision = "0017"
down_revision = "0016"

KEEP_WHAT_ENDED = """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT current_setting('app.tenant'), ended.collection || '/' || ended.id, 'record.shredding',
        ended.day + make_interval(years => coalesce((SELECT retention_years FROM agency_settings), 5))
    FROM (
        SELECT 'groupMeetings' AS collection, id, coalesce(settled.day, record_time) AS day
        FROM group_meetings LEFT JOIN (
            SELECT meeting, max(settle_time) AS day, bool_or(state = 1) AS open FROM group_decisions GROUP BY meeting
        ) AS settled ON settled.meeting = group_meetings.id WHERE settled.open IS NOT TRUE
        UNION ALL SELECT 'inspections', id, greatest(create_time, settled.day) AS day
        FROM inspections LEFT JOIN (
            SELECT inspection, max(coalesce(confirm_time, now())) AS day, bool_or(state IN (1, 2)) AS open
            FROM findings GROUP BY inspection
        ) AS settled ON settled.inspection = inspections.id WHERE settled.open IS NOT TRUE
        UNION ALL SELECT 'volunteers', id, end_time FROM volunteers WHERE end_time IS NOT NULL
    ) AS ended
"""

FORGET_CODES = (
    "DELETE FROM consultation_receipts WHERE expire_time IS NOT NULL",
    "DELETE FROM case_receipts WHERE expire_time IS NOT NULL",
    "UPDATE cards SET code_hash = NULL WHERE code_expire_time IS NOT NULL",
)


def upgrade() -> None:
    grant(op, "consultation_receipts", "agency_app", ("delete",))
    op.execute("CREATE INDEX consultation_receipts_consultation_idx ON consultation_receipts (tenant, consultation)")
    op.execute("ALTER TABLE cards ALTER COLUMN code_hash DROP NOT NULL")
    for_each_tenant(op.get_bind(), forget)


def forget() -> None:
    op.execute(KEEP_WHAT_ENDED)
    for statement in FORGET_CODES:
        op.execute(statement)
