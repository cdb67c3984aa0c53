"""The day of a case's last notice, from which the term to supply what is missing runs."""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant

revision = "0016"
down_revision = "0015"

FIND_NOTICES = """
    UPDATE cases SET notify_date = (told.at AT TIME ZONE 'Asia/Shanghai')::date
    FROM (
        SELECT tenant, aggregate_id, max(time) AS at FROM ledger
        WHERE aggregate = 'case' AND type = 'agency.case.notified'
        GROUP BY tenant, aggregate_id
    ) AS told
    WHERE told.tenant = cases.tenant AND told.aggregate_id = cases.id
"""


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN notify_date date")
    for_each_tenant(op.get_bind(), find_notices)


def find_notices() -> None:
    op.execute(FIND_NOTICES)
