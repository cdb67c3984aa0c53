"""The last days of desks, the dates of which it was told that they have passed, and oversights whose lateness holds no
more.

Of a promise what was told follows from the deadline, which has fired. The last days of desks are counted by the service
itself, in batches, when the deadline comes that is set here; once more an hour later, for what the version before still
writes meanwhile.
"""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant

revision = "0015"
down_revision = "0014"

STATEMENTS = (
    "ALTER TABLE cases ADD COLUMN overdue_date date",
    "ALTER TABLE case_parts ADD COLUMN due_date date",
    "ALTER TABLE case_parts ADD COLUMN overdue_date date",
    "CREATE INDEX case_parts_due_date_idx ON case_parts (tenant, desk, due_date)",
    "ALTER TABLE case_oversights ADD COLUMN void boolean DEFAULT false NOT NULL",
    "DROP INDEX case_oversights_cause_key",
    """
    CREATE UNIQUE INDEX case_oversights_cause_key ON case_oversights (tenant, "case", origin, of_promise, part)
        WHERE origin <> 1 AND NOT void
    """,
)

KNOW_WHAT_WAS_TOLD = """
    UPDATE cases SET overdue_date = promised_date
    WHERE state = 3 AND promised_date IS NOT NULL AND NOT EXISTS (
        SELECT FROM deadlines
        WHERE deadlines.tenant = cases.tenant AND deadlines.owner = cases.id AND deadlines.kind = 'case.overdue'
    )
"""

COUNT_AGAIN = "UPDATE cases SET calendar_revision = -1 WHERE state IN (1, 3)"

RECOUNT = """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT current_setting('app.tenant'), owner, 'calendar.recount', now() + wait
    FROM (VALUES ('now', interval '0'), ('later', interval '1 hour')) AS due (owner, wait)
    ON CONFLICT (tenant, owner, kind) DO NOTHING
"""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for_each_tenant(op.get_bind(), count_last_days)


def count_last_days() -> None:
    op.execute(KNOW_WHAT_WAS_TOLD)
    op.execute(COUNT_AGAIN)
    op.execute(RECOUNT)
