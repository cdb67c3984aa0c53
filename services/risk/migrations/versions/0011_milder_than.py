"""Which disposition another one is milder than: who does not see that one is not told."""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant

revision = "0011"
down_revision = "0010"

STATEMENTS = (
    "ALTER TABLE dispositions ALTER COLUMN milder SET DEFAULT false",
    "ALTER TABLE dispositions ADD COLUMN milder_than text",
    """
    ALTER TABLE dispositions ADD CONSTRAINT dispositions_tenant_milder_than_fkey
        FOREIGN KEY (tenant, milder_than) REFERENCES dispositions (tenant, id)
    """,
)

NAME_THE_ONE_BEFORE = """
    UPDATE dispositions SET milder_than = ordered.before
    FROM (
        SELECT id, lag(id) OVER (PARTITION BY subject, subject_id ORDER BY create_time, number) AS before
        FROM dispositions
    ) AS ordered
    WHERE ordered.id = dispositions.id AND milder
"""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for_each_tenant(op.get_bind(), lambda: op.execute(NAME_THE_ONE_BEFORE))
