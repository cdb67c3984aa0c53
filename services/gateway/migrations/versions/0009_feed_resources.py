"""What belongs to another thing's matter is found by its own name."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("CREATE INDEX feed_resource_idx ON feed (tenant, resource) WHERE resource <> matter")
