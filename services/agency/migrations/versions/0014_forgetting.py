"""When the codes of supervision cards expire, and when what is sealed of earlier records is forgotten.

What has ended already counts as if it had ended under what its town has set now; codes work for a year from here on.
"""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant

revision = "0014"
down_revision = "0013"

KEEP_WHAT_ENDED = """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT current_setting('app.tenant'), ended.collection || '/' || ended.id, 'record.shredding',
        ended.day + make_interval(years => coalesce((SELECT retention_years FROM agency_settings), 5))
    FROM (
        SELECT 'consultations' AS collection, id, coalesce(answer_time, ask_time) AS day
        FROM consultations WHERE answer_time IS NOT NULL OR "case" IS NOT NULL
        UNION ALL SELECT 'cards', id, return_time FROM cards WHERE return_time IS NOT NULL
        UNION ALL SELECT 'diaryEntries', id, write_time FROM diary_entries
        UNION ALL SELECT 'absences', id, last_day FROM absences
        UNION ALL SELECT 'accountabilityCases', id, decide_time FROM accountability_cases WHERE decide_time IS NOT NULL
        UNION ALL SELECT 'workReports', id, mark_time FROM work_reports WHERE mark_time IS NOT NULL
        UNION ALL SELECT 'trainings', id, record_time FROM trainings
        UNION ALL SELECT 'consequences', id, record_time FROM consequences
    ) AS ended
"""

EXPIRE_CODES = """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT current_setting('app.tenant'), code.id, code.kind,
        now() + make_interval(days => coalesce((SELECT receipt_days FROM agency_settings), 365))
    FROM (
        SELECT consultations.id, 'consultation.receipt_expiry' AS kind
        FROM consultations WHERE answer_time IS NOT NULL OR "case" IS NOT NULL
        UNION ALL SELECT id, 'card.code_expiry' FROM cards
    ) AS code
"""


def upgrade() -> None:
    op.execute("ALTER TABLE cards ADD COLUMN code_expire_time timestamptz")
    for_each_tenant(op.get_bind(), keep_what_ended)


def keep_what_ended() -> None:
    op.execute(KEEP_WHAT_ENDED)
    op.execute(EXPIRE_CODES)
