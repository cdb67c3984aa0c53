"""What changed with each revision of a calendar, the way to the cases that it may move, and the orders of lists."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE calendar_changes (
            tenant text NOT NULL,
            revision bigint NOT NULL,
            why text NOT NULL,
            CONSTRAINT calendar_changes_pkey PRIMARY KEY (tenant, revision)
        )
        """
    )
    op.execute("CREATE INDEX cases_recount_idx ON cases (tenant, calendar_revision, id) WHERE state IN (1, 3)")
    op.execute("CREATE INDEX cases_receive_time_idx ON cases (tenant, receive_time, id)")
    op.execute("CREATE INDEX cases_promised_date_idx ON cases (tenant, promised_date, id)")
    secure(op, "agency", "calendar_changes", ("select", "insert"))
