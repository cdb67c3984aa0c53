"""What an oversight demands and is answered, and what was raised at a meeting, sealed.

The columns that held it in the clear stay for the version before, which writes them; this one leaves them empty. Who
told an answer, and how, are texts of the report from here on: `reports.teller` and `tell_manner` stay for the same
reason.
"""

from __future__ import annotations

from alembic import op

from services.common.schema import grant

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "ALTER TABLE oversights ALTER COLUMN note SET DEFAULT ''",
    "ALTER TABLE oversights ALTER COLUMN answer SET DEFAULT ''",
    "ALTER TABLE oversights ADD COLUMN sealed_note bytea",
    "ALTER TABLE oversights ADD COLUMN sealed_answer bytea",
    "ALTER TABLE meeting_items ALTER COLUMN text SET DEFAULT ''",
    "ALTER TABLE meeting_items ADD COLUMN sealed bytea",
    "ALTER TABLE meeting_items ADD COLUMN key_owner text",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    grant(op, "meeting_items", "watch_app", ("update (text, sealed, key_owner)",))
