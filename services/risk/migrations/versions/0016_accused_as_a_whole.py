"""What comes of a report that accuses a unit as a whole is kept from whoever has any role there."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

KEPT = ("risk_information", "warnings", "dispositions", "origins")


def upgrade() -> None:
    for table in KEPT:
        op.execute(f"ALTER TABLE {table} ADD COLUMN units text[] DEFAULT '{{}}' NOT NULL")
        op.execute(f"GRANT update (units) ON {table} TO risk_app")
