"""What each town sets for its risk service, and when what is sealed there is forgotten.

What has ended already counts as if it had ended under what its town has set now.
"""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant
from services.common.schema import secure

revision = "0009"
down_revision = "0008"

SETTINGS = """
    CREATE TABLE risk_settings (
        tenant text NOT NULL,
        receipt_days integer NOT NULL,
        retention_years integer NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT risk_settings_pkey PRIMARY KEY (tenant)
    )
"""

KEEP_WHAT_ENDED = """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT current_setting('app.tenant'), ended.collection || '/' || ended.id, 'record.shredding',
        ended.day + make_interval(years => coalesce((SELECT retention_years FROM risk_settings), 5))
    FROM (
        SELECT 'leadershipMeetings' AS collection, id, record_time AS day FROM leadership_meetings
        UNION ALL SELECT 'publicitySessions', id, record_time FROM publicity_sessions WHERE sealed_note IS NOT NULL
        UNION ALL SELECT 'plans', id, end_time FROM plans WHERE end_time IS NOT NULL
        UNION ALL SELECT 'riskPoints', id, state_time FROM risk_points WHERE state IN (6, 7, 8)
        UNION ALL SELECT 'riskInformation', information, max(create_time) FROM risk_information_texts
            GROUP BY information
        UNION ALL SELECT 'warnings', id, answer_time FROM warnings
            WHERE answer_time IS NOT NULL AND EXISTS (SELECT 1 FROM warning_lowerings WHERE warning = warnings.id)
        UNION ALL SELECT 'dispositions', disposition, max(create_time) FROM disposition_texts
            WHERE (SELECT state FROM dispositions WHERE id = disposition) = 4 GROUP BY disposition
        UNION ALL SELECT 'riskReviews', id, publish_time FROM risk_reviews
    ) AS ended
"""

KEEP_CODES = """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT current_setting('app.tenant'), objections.id, 'objection.receipt_expiry',
        state_time + make_interval(days => coalesce((SELECT receipt_days FROM risk_settings), 365))
    FROM objections JOIN risk_points ON risk_points.id = objections.risk_point WHERE state IN (5, 6, 7, 8)
"""


def upgrade() -> None:
    op.execute(SETTINGS)
    secure(op, "risk", "risk_settings", ("select", "insert", "update"))
    for_each_tenant(op.get_bind(), forget)


def forget() -> None:
    op.execute(KEEP_WHAT_ENDED)
    op.execute(KEEP_CODES)
