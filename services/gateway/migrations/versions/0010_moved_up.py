"""What moved up above a town is found among the little that did, however much a town has told."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("CREATE INDEX feed_matters_moved_up_idx ON feed_matters (tenant, matter) WHERE level > 2")
