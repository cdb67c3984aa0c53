"""Who corrected a piece of risk information above its unit is known of it: the unit undoes that no more."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("GRANT update (collector_level) ON risk_information TO risk_app")
